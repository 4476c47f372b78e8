export const mistakes = {
  'proof-elementwise': ['elementwise-product'],
  'proof-sum': ['lost-factor'],
  'probes-slip': ['lost-factor'],
  'needle-found': ['unrelated'],
  'embedding-transposed': ['transposed'],
  'embedding-slip': ['lost-term'],
};
