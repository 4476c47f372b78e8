export const mistakes = {
  'claim-1-check': ['elementwise-product'],
  'diagonal-only-check': ['diagonal-only'],
  'claim-3-check': ['elementwise-product'],
  'assumption-missing': ['unrelated'],
  'mistake-named': ['elementwise-product'],
  'derive-too-far': ['needs-assumption'],
};
