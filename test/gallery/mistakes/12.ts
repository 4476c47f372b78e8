export const mistakes = {
  'logistic-linear': ['lost-factor'],
  'logistic-diagonal': ['diagonal-only'],
  'signs-unsaid': ['lost-factor'],
  'softmax-delta': ['delta-replaced-by-one'],
  'softmax-factor': ['lost-factor'],
  'softmax-assumption': ['needs-assumption'],
  'products-slip': ['lost-factor'],
};
