/** How large each dimension is, as the given values say. */
import type { Declarations } from '../nodes.js';
import { MissingSizeError, SizeConflictError, UndeclaredValueError } from './errors.js';
import { type NDArray, sizeOf } from './ndarray.js';

/**
 * The size of every dimension that the values, or `sizes`, fix.
 * @throws SizeConflictError, UndeclaredValueError
 */
export function inferSizes(
  values: ReadonlyMap<string, NDArray>,
  declarations: Declarations,
  sizes: Readonly<Record<string, number>> = {},
): ReadonlyMap<string, number> {
  const known = new Map<string, { size: number; source: string }>();
  for (const [dimension, size] of Object.entries(sizes))
    known.set(dimension, { size, source: 'the sizes given' });
  for (const [name, value] of values) {
    const tensor = declarations.tensors.get(name);
    if (tensor === undefined) throw new UndeclaredValueError(name, declarations.tensors.keys());
    const shape = `[${value.shape.join(', ')}]`;
    if (value.shape.length !== tensor.dimensions.length) {
      throw new SizeConflictError(
        `${name} was given a value of the shape ${shape}, but is declared over [${tensor.dimensions.join(', ')}]: ` +
          `${tensor.dimensions.length} axes are expected.`,
      );
    }
    if (value.data.length !== sizeOf(value.shape)) {
      throw new SizeConflictError(
        `${name} was given ${value.data.length} numbers for the shape ${shape}, which has ${sizeOf(value.shape)} entries.`,
      );
    }
    tensor.dimensions.forEach((dimension, axis) => {
      const size = value.shape[axis] ?? 0;
      const before = known.get(dimension);
      if (before !== undefined && before.size !== size) {
        throw new SizeConflictError(
          `The dimension ${dimension} has the size ${size} by axis ${axis} of ${name}, whose shape is ${shape}, but ` +
            `${before.size} by ${before.source}. Give values that agree, or declare two dimensions.`,
        );
      }
      known.set(dimension, { size, source: before?.source ?? `axis ${axis} of ${name}` });
    });
  }
  return new Map([...known].map(([dimension, { size }]) => [dimension, size]));
}

/** Looks a size up. @throws MissingSizeError */
export function sizeLookup(sizes: ReadonlyMap<string, number>): (dimension: string) => number {
  return (dimension) => {
    const size = sizes.get(dimension);
    if (size === undefined) throw new MissingSizeError(dimension);
    return size;
  };
}
