/** NumPy's .npy: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import type { FileDtype } from './dtypes.js';
import { widthOf } from './dtypes.js';
import { TensorFileError } from './errors.js';
import { readPythonRecord } from './python-literal.js';
import type { Source } from './source.js';
import { type Stored, sizeOf } from './tensor.js';

export const npyMagic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);

/** Longer headers are of structured types, or made to be. */
const longestHeader = 65_536;

const kinds: Readonly<Record<string, FileDtype>> = {
  f8: 'float64',
  f4: 'float32',
  f2: 'float16',
  i8: 'int64',
  i4: 'int32',
  i2: 'int16',
  i1: 'int8',
  u8: 'uint64',
  u4: 'uint32',
  u2: 'uint16',
  u1: 'uint8',
  b1: 'bool',
};

/** NumPy has no bfloat16; what ml_dtypes and JAX write for one. */
const bfloat16 = /^[<|>=]?(?:V2|bfloat16)$/u;

interface Descr {
  readonly dtype: FileDtype;
  readonly littleEndian: boolean;
}

function refuseDescr(descr: unknown, what: string): never {
  const text = typeof descr === 'string' ? `'${descr}'` : 'a structured type';
  const why =
    descr === '|O' || descr === 'O'
      ? 'Python objects are pickled, and unpickling runs code; handgrad never does. '
      : /^[<>|=]?c/u.test(String(descr))
        ? 'Complex numbers have two derivatives; save .real and .imag apart. '
        : '';
  throw new TensorFileError(
    `${what} holds ${text}. ${why}Save real numbers: np.save(path, x.astype(np.float32)) (float64, float16, integers and bool are read too).`,
  );
}

/** '<f4' and the like: byte order, kind, bytes. */
function readDescr(descr: unknown, what: string): Descr {
  if (typeof descr !== 'string') return refuseDescr(descr, what);
  const littleEndian = !descr.startsWith('>');
  if (bfloat16.test(descr)) return { dtype: 'bfloat16', littleEndian };
  const dtype = kinds[descr.replace(/^[<>|=]/u, '')];
  return dtype === undefined ? refuseDescr(descr, what) : { dtype, littleEndian };
}

/** How long the header is and where it begins: two bytes in version 1, four later. */
function headerPlace(source: Source, what: string): { readonly offset: number; readonly length: number } {
  const start = source.read(0, Math.min(12, source.size));
  const view = new DataView(start.buffer);
  if (start.length < 10) throw new TensorFileError(`${what} has ${start.length} bytes; it is truncated.`);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) {
    throw new TensorFileError(`${what} is of version ${version} of the .npy format; 1, 2 and 3 are known.`);
  }
  if (version > 1 && start.length < 12) throw new TensorFileError(`${what} is truncated in its header.`);
  const [offset, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (length > longestHeader) {
    throw new TensorFileError(
      `${what} has a header of ${length} bytes; those of tensors are below ${longestHeader}.`,
    );
  }
  return { offset, length };
}

/**
 * Reads the header of an .npy file; the numbers stay where they are.
 *
 * @throws TensorFileError for a type that is not of real numbers (Python objects are never unpickled), a header that is not one,
 *   or a file of another length than its header says.
 */
export function readNpy(source: Source, name: string): Stored {
  const what = source.path;
  const place = headerPlace(source, what);
  const text = new TextDecoder('latin1').decode(source.read(place.offset, place.length));
  const record = readPythonRecord(text, what);
  const { descr, fortran_order: fortran, shape } = record;
  const { dtype, littleEndian } = readDescr(descr, what);
  if (typeof fortran !== 'boolean' || !Array.isArray(shape)) {
    throw new TensorFileError(
      `${what} has the header ${text.trim().slice(0, 200)}; descr, fortran_order and shape were expected.`,
    );
  }
  const offset = place.offset + place.length;
  const needed = offset + sizeOf(shape, what) * widthOf(dtype);
  if (needed !== source.size) {
    const wrong =
      needed > source.size ? 'It is truncated.' : 'Were several arrays saved to one file? Use np.savez.';
    throw new TensorFileError(
      `${what} has ${source.size} bytes; ${dtype} of shape [${shape}] takes ${needed} with its header. ${wrong}`,
    );
  }
  return { name, shape: shape as number[], dtype, littleEndian, fortran, offset };
}
