/** A file as bytes that are read where they are wanted, so that one tensor of a large file costs no more than itself. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { TensorFileError } from './errors.js';

export interface Source {
  /** What messages call it. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** `length` bytes from `offset` on, in memory of their own, aligned for every type. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer>;
}

/** The largest piece that one call of the system reads. */
const piece = 2 ** 30;

function withFile<Result>(path: string, use: (descriptor: number) => Result): Result {
  const descriptor = openSync(path, 'r');
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function fill(descriptor: number, bytes: Uint8Array, offset: number): number {
  let done = 0;
  while (done < bytes.length) {
    const read = readSync(descriptor, bytes, done, Math.min(piece, bytes.length - done), offset + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/** A file on disk. Throws what Node throws where there is none, and a `TensorFileError` for a directory or a device. */
export function fileSource(path: string): Source {
  const status = withFile(path, (descriptor) => fstatSync(descriptor));
  if (!status.isFile()) throw new TensorFileError(`${path} is not a file; give the path of one.`);
  return {
    path,
    size: status.size,
    read: (offset, length) => {
      const bytes = new Uint8Array(length);
      const read = withFile(path, (descriptor) => fill(descriptor, bytes, offset));
      if (read === length) return bytes;
      throw new TensorFileError(
        `${path} ends at byte ${offset + read}; ${length} bytes were expected from byte ${offset} on. It is truncated, or was changed meanwhile.`,
      );
    },
  };
}

/** Bytes in memory as a source. */
export function bytesSource(path: string, bytes: Uint8Array): Source {
  return {
    path,
    size: bytes.length,
    read: (offset, length) => {
      if (offset + length <= bytes.length) return Uint8Array.from(bytes.subarray(offset, offset + length));
      throw new TensorFileError(
        `${path} has ${bytes.length} bytes; ${length} were expected from byte ${offset} on. It is truncated.`,
      );
    },
  };
}
