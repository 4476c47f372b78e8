export type { FileDtype, FileNumbers } from './dtypes.js';
export { TensorFileError, TensorTooLargeError } from './errors.js';
export { type ExpectedTensor, type ReadOptions, readTensors, TensorFile } from './read.js';
export type { FileTensor } from './tensor.js';
