export const mistakes = {
  'carousel-only': ['lost-term'],
  'output-only-slip': ['lost-term'],
  'tanh-power': ['lost-power'],
  'tanh-output': ['lost-factor'],
  'gate-output-slip': ['extra-term'],
  'gate-other-factor-slip': ['lost-factor'],
  'gate-slope-slip': ['lost-factor'],
  'weights-transposed': ['transposed'],
  'code-lost': ['unrelated'],
};
