/** What TensorFlow.js calls its kernels, in the words of a person where they differ. */
const words: Readonly<Record<string, string>> = {
  RealDiv: 'division',
  Sub: 'subtraction',
  Add: 'addition',
  AddV2: 'addition',
  Multiply: 'product',
  BatchMatMul: 'matrix product',
  Einsum: 'einsum',
  logSoftmax__op: 'log-softmax',
};

/** An operation's name in a sentence. */
export const word = (operation: string): string =>
  words[operation] ?? operation.replace(/__op$/u, '').toLowerCase();
