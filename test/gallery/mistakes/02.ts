export const mistakes = {
  'slip-delta': ['delta-replaced-by-one'],
  'slip-transposed': ['transposed'],
  'slip-softmax': ['lost-factor'],
  'lse-slip': ['lost-factor'],
  'max-given': ['lost-term'],
};
