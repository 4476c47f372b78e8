/** A file of tensors that cannot be read: malformed, truncated, of an unknown type, or without the tensor asked for. */
export class TensorFileError extends Error {
  override readonly name: string = 'TensorFileError';
}

/** A tensor that would take more memory than is allowed; thrown before anything is allocated. */
export class TensorTooLargeError extends TensorFileError {
  override readonly name = 'TensorTooLargeError';
}
