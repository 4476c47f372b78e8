export const mistakes = {
  'log-softmax-slip-step': ['delta-replaced-by-one'],
  'confusion-step': ['lost-factor'],
  'bce-slip-step': ['sign-of-term'],
  'bce-double-step': ['extra-factor'],
  'linear-transposed-step': ['transposed'],
  'linear-bias-slip': ['missing-contraction'],
  'linear-inputs-slip': ['transposed'],
};
