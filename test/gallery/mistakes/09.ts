export const mistakes = {
  'kernel-slip': ['missing-contraction'],
  'flip-slip': ['unrelated'],
  'channels-own': ['elementwise-product'],
  'channels-transposed': ['transposed'],
  'backward-slip': ['unrelated'],
};
