export const mistakes = {
  'tanh-slip-power': ['lost-power'],
  'tanh-slip-delta': ['lost-delta'],
  'tanh-slip-output': ['derivative-at-output'],
  'relu-slip': ['extra-factor'],
  'kink-padded': ['unrelated'],
  'silu-slip-half': ['lost-term'],
  'silu-slip-product': ['product-of-derivatives'],
  'gelu-slip-gate': ['lost-term'],
  'gelu-slip-factor': ['lost-factor'],
  'gelu-tanh-slip': ['lost-factor'],
  'gelu-mixed-check': ['unrelated'],
};
