export const mistakes = {
  'cancel-gradient-slip': ['held-constant'],
  'differences-sign': ['sign-of-term'],
  'differences-power': ['lost-factor'],
  'planted-seen': ['unrelated'],
  'planted-formula': ['constant-factor'],
  'none-kink': ['unrelated'],
};
