export const mistakes = {
  'sigmoid-slip-sign': ['sign'],
  'sigmoid-slip-plus': ['sign-of-term'],
  'part-slip': ['sign-of-term'],
  'double-slip': ['extra-factor'],
  'inner-slip': ['lost-factor'],
  'numbers-slip': ['constant-factor'],
};
