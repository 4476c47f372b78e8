export const mistakes = {
  'variance-slip': ['constant-factor'],
  'deviation-slip': ['lost-factor'],
  'slip-constants': ['held-constant'],
  'slip-scale': ['held-constant'],
  'slip-mean': ['held-constant'],
  'slip-sign': ['sign-of-term'],
  'backward-slip-own': ['elementwise-product'],
  'backward-slip-sum': ['constant-factor'],
  'backward-slip-gain': ['index-clash'],
  'code-slip-gain': ['transposed'],
  'rms-slip': ['extra-term'],
  'rms-slip-size': ['constant-factor'],
};
