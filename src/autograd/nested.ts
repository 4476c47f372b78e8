/** Nested arrays of numbers, read strictly: TensorFlow.js takes uneven ones without a word. */

/** Nested arrays of numbers; a number is an array of rank 0. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** How a reader says what is wrong: `what` it was reading, and an error of its own class. */
export interface Reader {
  readonly what: string;
  readonly fail: (message: string) => Error;
}

const evenly = 'nested evenly, as in [[1, 2], [3, 4]]';

export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'object' || typeof value === 'function') return `a ${typeof value}`;
  return `the ${typeof value} ${String(value)}`;
}

function shapeOf(nested: unknown): number[] {
  const shape: number[] = [];
  let part = nested;
  while (Array.isArray(part)) {
    shape.push(part.length);
    part = part[0];
  }
  return shape;
}

function flatten(
  nested: unknown,
  shape: readonly number[],
  path: readonly number[],
  into: number[],
  reader: Reader,
): void {
  const [length, ...rest] = shape;
  if (length === undefined) {
    if (typeof nested !== 'number') {
      throw reader.fail(
        `${reader.what} holds ${describeValue(nested)} at [${path}]; it must hold numbers, ${evenly}.`,
      );
    }
    into.push(nested);
    return;
  }
  if (!Array.isArray(nested) || nested.length !== length) {
    throw reader.fail(
      `${reader.what} is uneven: at [${path}] an array of ${length} was expected, found ${describeValue(nested)}; it must be ${evenly}.`,
    );
  }
  nested.forEach((part, k) => {
    flatten(part, rest, [...path, k], into, reader);
  });
}

/** The numbers and the shape of nested arrays; throws what `reader` makes for anything else. */
export function readNested(
  nested: unknown,
  reader: Reader,
): { readonly values: number[]; readonly shape: number[] } {
  const shape = shapeOf(nested);
  const values: number[] = [];
  flatten(nested, shape, [], values, reader);
  return { values, shape };
}
