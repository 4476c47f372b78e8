/** Sizes for probing: at least 2, pairwise different, small. */
import { indicesAt } from '../indices.js';
import type { Declarations } from '../nodes.js';
import type { Placed } from './point.js';
import type { Random } from './random.js';

/** The least size of each dimension at which every component named (`x_3`) is in range. */
export function leastSizes(found: readonly Placed[], declarations: Declarations): Map<string, number> {
  const least = new Map(declarations.dimensions.map((dimension) => [dimension, 2]));
  for (const { expr } of found) {
    if (expr.kind !== 'tensor') continue;
    const { dimensions = [] } = declarations.tensors.get(expr.name) ?? {};
    indicesAt(expr).forEach((index, axis) => {
      const dimension = dimensions[axis];
      if (dimension === undefined || index.parts.length > 0) return;
      least.set(dimension, Math.max(least.get(dimension) ?? 2, index.offset + 1));
    });
  }
  return least;
}

/** A size for each dimension, pairwise different: the next free ones from a random start, in random order. */
export function drawSizes(least: ReadonlyMap<string, number>, random: Random): Record<string, number> {
  const dimensions = random.shuffled([...least.keys()]);
  const spare = dimensions.length === 1 ? 4 : 2;
  const taken = new Set<number>();
  const sizes: Record<string, number> = {};
  for (const dimension of dimensions) {
    let size = (least.get(dimension) ?? 2) + random.below(spare);
    while (taken.has(size)) size += 1;
    taken.add(size);
    sizes[dimension] = size;
  }
  return sizes;
}

/** The smallest sizes, pairwise different. */
export function smallestSizes(least: ReadonlyMap<string, number>): Record<string, number> {
  const taken = new Set<number>();
  const sizes: Record<string, number> = {};
  for (const [dimension, start] of [...least].sort((a, b) => a[1] - b[1])) {
    let size = start;
    while (taken.has(size)) size += 1;
    taken.add(size);
    sizes[dimension] = size;
  }
  return sizes;
}
