export const mistakes = {
  'formula-slip': ['lost-term'],
  'ignored-check': ['lost-delta'],
  'lost-check': ['unrelated'],
  'lost-sum': ['lost-term'],
  'broadcast-slip': ['missing-contraction'],
  'broadcast-mean': ['constant-factor'],
  'second-slip': ['held-constant'],
  'straight-refuted': ['unrelated'],
  'cumulative-slip': ['transposed'],
  'wasm-slip': [''],
};
