/** Reading what people hand over as a Jacobian into the rows and columns that are drawn. */
import { HandgradError } from '../formula/index.js';

/** Nested arrays of numbers of any depth, as a tensor's `arraySync()` gives them. */
export type Nested = number | ArrayLike<number> | readonly Nested[];

/** What can be drawn: nested arrays, anything with `arraySync()` (a tf.Tensor), or with `toDense()` (a Jacobian operator). */
export type Drawable = Nested | { arraySync(): unknown } | { toDense(): unknown };

/** A matrix ready to be drawn: its entries by row, and what each row and column is called. */
export interface Matrix {
  readonly values: readonly (readonly number[])[];
  readonly rowLabels: readonly string[];
  readonly columnLabels: readonly string[];
}

/** Something that is no matrix of numbers where one is to be drawn. */
export class NotDrawableError extends HandgradError {
  override readonly name = 'NotDrawableError';
}

/**
 * Reads a Jacobian as a matrix. A vector becomes one row (the gradient of a scalar); of a tensor with more axes the
 * first `outputAxes` (half of them, unless told) become rows and the rest columns, labelled `i,j`.
 *
 * Throws NotDrawableError for anything empty, ragged, or not made of numbers.
 *
 * @example
 * readMatrix([[1, 2], [3, 4]]).rowLabels // ['0', '1']
 */
export function readMatrix(given: Drawable, outputAxes?: number): Matrix {
  const nested = unwrap(given);
  const shape = shapeOf(nested);
  const flat = flatten(nested, shape);
  const outputs = outputAxes ?? (shape.length <= 1 ? 0 : Math.ceil(shape.length / 2));
  if (!Number.isInteger(outputs) || outputs < 0 || outputs > shape.length) {
    throw new NotDrawableError(
      `outputAxes is ${outputs}, but the tensor has shape [${shape.join(', ')}]: give a whole number from 0 to ${shape.length}.`,
    );
  }
  const rowLabels = labels(shape.slice(0, outputs));
  const columnLabels = labels(shape.slice(outputs));
  const width = columnLabels.length;
  const values = rowLabels.map((_, row) => flat.slice(row * width, (row + 1) * width));
  return { values, rowLabels, columnLabels };
}

/** Takes tensors and operators apart until nested arrays are left. */
function unwrap(given: unknown): unknown {
  let value = given;
  for (let depth = 0; depth < 4; depth++) {
    if (hasMethod(value, 'toDense')) value = value.toDense();
    else if (hasMethod(value, 'arraySync')) value = value.arraySync();
    else break;
  }
  return value;
}

function hasMethod<Name extends string>(value: unknown, name: Name): value is Record<Name, () => unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Record<string, unknown>)[name] === 'function'
  );
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** The shape, read along the first entries; `flatten` finds what does not conform. */
function shapeOf(nested: unknown): readonly number[] {
  const shape: number[] = [];
  let value = nested;
  while (isList(value)) {
    if (value.length === 0)
      throw new NotDrawableError(`Axis ${shape.length} is empty: there is nothing to draw.`);
    shape.push(value.length);
    value = value[0];
  }
  return shape;
}

function flatten(nested: unknown, shape: readonly number[]): number[] {
  const flat: number[] = [];
  const visit = (value: unknown, axis: number, at: readonly number[]): void => {
    const length = shape[axis];
    if (length === undefined) {
      if (typeof value !== 'number') throw notNumber(value, at);
      flat.push(value);
      return;
    }
    if (!isList(value) || value.length !== length) {
      const found = isList(value) ? `${value.length} entries` : typeof value;
      throw new NotDrawableError(
        `At [${at.join(', ')}] there are ${found} where the first row has ${length}: every row must be as long as the first.`,
      );
    }
    for (let index = 0; index < length; index++) visit(value[index], axis + 1, [...at, index]);
  };
  visit(nested, 0, []);
  return flat;
}

function notNumber(value: unknown, at: readonly number[]): NotDrawableError {
  const where = at.length === 0 ? 'What was given' : `The entry at [${at.join(', ')}]`;
  return new NotDrawableError(
    `${where} is ${value === null ? 'null' : `of type ${typeof value}`}, not a number: give nested arrays of numbers, a tf.Tensor or a Jacobian.`,
  );
}

/** All positions of a shape in row-major order, as text; one empty label for a scalar. */
function labels(shape: readonly number[]): readonly string[] {
  return shape.reduce<readonly string[]>(
    (before, length) =>
      before.flatMap((label) =>
        Array.from({ length }, (_, index) => (label === '' ? `${index}` : `${label},${index}`)),
      ),
    [''],
  );
}
