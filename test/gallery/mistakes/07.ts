export const mistakes = {
  'gain-slip': ['wrong-axis'],
  'delta-slip': ['lost-delta'],
  'slip-constants': ['held-constant'],
  'slip-mean': ['held-constant'],
  'slip-scale': ['held-constant'],
  'slip-sums': ['constant-factor'],
  'slip-axis': ['wrong-axis'],
  'bessel-slip': ['constant-factor'],
  'code-slip': ['constant-factor'],
};
