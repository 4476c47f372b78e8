export const mistakes = {
  'kernel-slip': ['missing-contraction'],
  'flip-slip': ['offset-sign'],
  'channels-own': ['elementwise-product'],
  'channels-transposed': ['transposed'],
  'backward-slip': ['unrelated'],
};
