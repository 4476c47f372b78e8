export { BlockDiagonal } from './block-diagonal.js';
export { Blocks } from './blocks.js';
export { Kronecker } from './kronecker.js';
export { Product } from './product.js';
export { Sum } from './sum.js';
