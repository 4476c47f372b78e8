export { Banded, bandedFrom } from './banded.js';
export { Dense } from './dense.js';
export { Diagonal } from './diagonal.js';
export { Given, type Products } from './given.js';
export { diagonalAndPairs, LowRank, type Pair } from './low-rank.js';
export { RunningSum } from './running-sum.js';
export { Selection } from './selection.js';
export { Toeplitz } from './toeplitz.js';
