export const mistakes = {
  'layout-slip': ['transposed'],
  'pull-back-slip': ['transposed'],
  'square-slip': ['transposed'],
  'quadratic-slip': ['needs-assumption'],
  'four-axes-slip': ['lost-delta'],
  'weights-slip-transposed': ['transposed'],
  'weights-slip-order': ['transposed'],
  'bias-slip': ['missing-contraction'],
  'inputs-slip': ['transposed'],
  'code-equal-slip': ['transposed'],
};
