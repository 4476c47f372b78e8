export const mistakes = {
  'formula-slip': ['lost-term'],
  'ignored-check': ['lost-delta'],
  'lost-check': ['lost-term'],
  'lost-sum': ['lost-term'],
  'broadcast-slip': ['missing-contraction'],
  'broadcast-mean': ['constant-factor'],
  'second-slip': ['held-constant'],
  'straight-refuted': ['lost-factor'],
  'cumulative-slip': ['transposed'],
  'wasm-slip': ['lost-factor'],
};
