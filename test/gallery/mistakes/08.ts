export const mistakes = {
  'values-slip': ['transposed'],
  'shares-slip': ['transposed'],
  'softmax-slip-rows': ['lost-delta'],
  'scores-slip-elementwise': ['elementwise-product'],
  'scores-slip-weights': ['lost-factor'],
  'scores-slip-axis': ['wrong-axis'],
  'queries-slip': ['constant-factor'],
  'keys-slip': ['transposed'],
  'code-slip': ['constant-factor'],
};
