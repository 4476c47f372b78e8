/** Values for the tensors of a formula, as people have them at hand. */
import type { ShapedValues } from '../autograd/index.js';
import {
  type Declarations,
  evaluate,
  fromNested,
  HandgradError,
  type NDArray,
  type Nested,
  type Ranged,
  toNested,
} from '../formula/index.js';

/** Numbers, nested arrays, `{ data, shape }`, or anything of TensorFlow.js with `shape` and `dataSync()`. */
export type Value =
  | Nested
  | ShapedValues
  | { readonly shape: readonly number[]; dataSync(): ArrayLike<number> };

/** Values by name: numbers, nested arrays, or tensors, of the shapes that `given` declared. */
export type Values = Readonly<Record<string, Value>>;

/** The value of a formula: float64 numbers in row-major order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** Nested arrays; a number for a scalar. */
  toArray(): Nested;
  toString(): string;
}

/** A name that is not declared was given a value, or a value does not have the axes that were declared. */
export class ValuesError extends HandgradError {
  override readonly name: string = 'ValuesError';
}

/**
 * Values as arrays, each with the axes its name is declared with.
 *
 * @throws ValuesError for a name that is not declared, another number of axes, or a number that is not finite.
 */
export function readValues(values: Values, declarations: Declarations): ReadonlyMap<string, NDArray> {
  const arrays = new Map<string, NDArray>();
  for (const [name, value] of Object.entries(values)) {
    const known = declarations.tensors.get(name);
    if (known === undefined) {
      const names = [...declarations.tensors.keys()].join(', ');
      throw new ValuesError(`${name} was given a value but is not declared. Declared are: ${names}.`);
    }
    const array = toArray(name, value);
    if (array.shape.length !== known.dimensions.length) {
      throw new ValuesError(
        `${name} was given a value with ${array.shape.length} axes; it is declared with ${known.dimensions.length} (${known.dimensions.join(', ') || 'a scalar'}).`,
      );
    }
    const bad = array.data.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0)
      throw new ValuesError(`${name} was given ${array.data[bad]} at position ${bad}; give finite numbers.`);
    arrays.set(name, array);
  }
  return arrays;
}

/** A formula's value in float64 at the given values. */
export function evaluateAt(ranged: Ranged, values: Values, declarations: Declarations): Tensor {
  const { shape, data } = evaluate(ranged, readValues(values, declarations), declarations);
  return {
    shape,
    data,
    toArray: () => toNested({ shape, data }),
    toString: () => JSON.stringify(toNested({ shape, data })),
  };
}

function toArray(name: string, value: Value): NDArray {
  if (typeof value === 'number') return { shape: [], data: Float64Array.of(value) };
  if (Array.isArray(value)) return fromNested(value as Nested);
  const given = value as { shape?: unknown; data?: unknown; dataSync?: unknown };
  if (Array.isArray(given.shape)) {
    const shape = given.shape as number[];
    // A tensor is known by its method: asking TensorFlow.js would load it.
    if (typeof given.dataSync === 'function')
      return { shape, data: Float64Array.from(given.dataSync() as ArrayLike<number>) };
    if (typeof given.data === 'object')
      return { shape, data: Float64Array.from(given.data as ArrayLike<number>) };
  }
  throw new ValuesError(
    `${name} was given something that is no number, nested array, { data, shape } or tensor.`,
  );
}
