export const mistakes = {
  'trace-slip': ['transposed'],
  'trace-two': ['order-reversed'],
  'trace-two-plain': ['transposed'],
  'quadratic-slip': ['needs-assumption'],
  'inverse-commuting': ['order-reversed'],
  'inverse-untransposed': ['transposed'],
  'schulz-slip': ['transposed'],
  'logdet-transpose': ['transposed'],
  'logdet-det': ['extra-factor'],
  'gauss-unsaid': ['transposed'],
  'gauss-sign-slip': ['sign-of-term'],
};
