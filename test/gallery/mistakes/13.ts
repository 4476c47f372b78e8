export const mistakes = {
  'forward-slip': ['needs-assumption'],
  'reverse-constant': ['lost-term'],
  'reverse-elementwise': ['elementwise-product'],
  'focal-slip': ['lost-term'],
  'focal-sign': ['sign-of-term'],
  'infonce-temperature': ['lost-factor'],
  'infonce-positive': ['held-constant'],
  'infonce-captions-slip': ['transposed'],
  'dpo-sign': ['sign'],
  'dpo-beta': ['lost-factor'],
  'dpo-log': ['lost-factor'],
};
