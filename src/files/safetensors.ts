/** safetensors: https://huggingface.co/docs/safetensors: a length, a JSON header, then the bytes of all tensors. */
import type { FileDtype } from './dtypes.js';
import { widthOf } from './dtypes.js';
import { TensorFileError } from './errors.js';
import type { Source } from './source.js';
import { type Stored, sizeOf } from './tensor.js';

/** The format's own limit. */
const longestHeader = 100_000_000;

const dtypes: Readonly<Record<string, FileDtype>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
};

/** The header's length, where it can be one; `undefined` for a file that is none of safetensors. */
export function headerLength(source: Source): number | undefined {
  if (source.size < 10) return undefined;
  const start = source.read(0, 9);
  const length = new DataView(start.buffer).getBigUint64(0, true);
  const possible = length >= 2n && length <= BigInt(Math.min(longestHeader, source.size - 8));
  return possible && start[8] === 0x7b ? Number(length) : undefined;
}

function parseHeader(source: Source, length: number): Record<string, unknown> {
  const text = new TextDecoder().decode(source.read(8, length));
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new TensorFileError(
    `${source.path} has a header that is no JSON object, from '${text.slice(0, 60)}' on; it is damaged, or no safetensors file.`,
  );
}

interface Entry {
  readonly stored: Stored;
  readonly end: number;
}

function readEntry(source: Source, name: string, entry: unknown, first: number): Entry {
  const what = `The tensor '${name}' of ${source.path}`;
  const { dtype: code, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const dtype = typeof code === 'string' && Object.hasOwn(dtypes, code) ? dtypes[code] : undefined;
  if (dtype === undefined) {
    throw new TensorFileError(
      `${what} is of type ${String(code)}; read are ${Object.keys(dtypes).join(', ')}. Convert it before saving: x.float().`,
    );
  }
  const [begin, end] = Array.isArray(offsets) ? (offsets as unknown[]) : [];
  if (!Array.isArray(shape) || !Number.isSafeInteger(begin) || !Number.isSafeInteger(end)) {
    throw new TensorFileError(`${what} has no shape or no data_offsets; the header is damaged.`);
  }
  const bytes = sizeOf(shape as unknown[], what) * widthOf(dtype);
  const [from, to] = [begin as number, end as number];
  if (from < 0 || to - from !== bytes) {
    throw new TensorFileError(
      `${what} lies at bytes ${from} to ${to}; ${dtype} of shape [${shape}] takes ${bytes}.`,
    );
  }
  if (first + to > source.size) {
    throw new TensorFileError(
      `${what} ends at byte ${first + to} and the file at ${source.size}; it is truncated.`,
    );
  }
  const stored = { name, shape: shape as number[], dtype, littleEndian: true, fortran: false };
  return { stored: { ...stored, offset: first + from }, end: first + to };
}

/** Tensors must not share bytes: a file that says so is damaged, or made to mislead. */
function refuseOverlap(entries: readonly Entry[], path: string): void {
  const ordered = [...entries].sort((a, b) => a.stored.offset - b.stored.offset || a.end - b.end);
  ordered.forEach(({ stored }, k) => {
    const before = ordered[k - 1];
    if (before === undefined || before.end <= stored.offset) return;
    throw new TensorFileError(
      `In ${path} the tensors '${before.stored.name}' and '${stored.name}' share bytes; the header is damaged.`,
    );
  });
}

/**
 * Reads the header of a safetensors file; the numbers stay where they are.
 *
 * @throws TensorFileError where types, shapes and places do not fit each other or the file.
 */
export function readSafetensors(source: Source, length: number): Stored[] {
  const header = parseHeader(source, length);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => readEntry(source, name, entry, 8 + length));
  refuseOverlap(entries, source.path);
  return entries.map(({ stored }) => stored);
}
