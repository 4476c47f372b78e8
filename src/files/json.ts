/** JSON: nested arrays, or { shape, data }, alone or by name. */
import { readNested } from '../autograd/index.js';
import { TensorFileError } from './errors.js';
import type { Source } from './source.js';
import { type FileTensor, refuseTooLarge, sizeOf } from './tensor.js';

/** Beyond this a text is the wrong form for numbers. */
const largestText = 256e6;

function parse(source: Source): unknown {
  const text = new TextDecoder().decode(source.read(0, source.size));
  try {
    return JSON.parse(text);
  } catch (error) {
    const python = /\b(?:NaN|-?Infinity)\b/u.test(text)
      ? ' It holds NaN or Infinity, as Python writes them; JSON has neither, and a check needs finite numbers.'
      : '';
    throw new TensorFileError(`${source.path} is no JSON: ${(error as Error).message}.${python}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** { shape: [2, 2], data: [1, 2, 3, 4] }, as `tf.Tensor` and many tools write it. */
function fromShaped({ shape, data }: Record<string, unknown>, name: string, what: string): FileTensor {
  const wanted = sizeOf(Array.isArray(shape) ? (shape as unknown[]) : [Number.NaN], what);
  const numbers = readNested(data as number[], { what, fail: (message) => new TensorFileError(message) });
  if (numbers.shape.length !== 1 || numbers.values.length !== wanted) {
    throw new TensorFileError(
      `${what} has ${numbers.values.length} numbers of shape [${numbers.shape}] as its data; the shape [${String(shape)}] needs a list of ${wanted}.`,
    );
  }
  return {
    name,
    shape: shape as number[],
    dtype: 'float64',
    data: Float64Array.from(numbers.values),
  };
}

function fromValue(value: unknown, name: string, path: string): FileTensor {
  const what = `The tensor '${name}' of ${path}`;
  if (isRecord(value)) return fromShaped(value, name, what);
  const { values, shape } = readNested(value as number[], {
    what,
    fail: (message) => new TensorFileError(message),
  });
  return { name, shape, dtype: 'float64', data: Float64Array.from(values) };
}

/**
 * The tensors of a JSON file: one without a name (called `only`), or an object with one by each name.
 *
 * @throws TensorFileError for what is no JSON, ragged or not of numbers.
 */
export function readJson(source: Source, only: string, limit: number): FileTensor[] {
  refuseTooLarge(source.size, Math.min(limit, largestText), source.path);
  const value = parse(source);
  const alone = !isRecord(value) || (Array.isArray(value.shape) && Array.isArray(value.data));
  if (alone) return [fromValue(value, only, source.path)];
  return Object.entries(value).map(([name, entry]) => fromValue(entry, name, source.path));
}
