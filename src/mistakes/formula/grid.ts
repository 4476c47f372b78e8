/** Small dense arrays over index ids: what candidates are computed in. */

export interface Grid {
  readonly ids: readonly string[];
  readonly sizes: readonly number[];
  /** Row-major, the last id varies fastest. */
  readonly data: Float64Array;
}

export function scalar(value: number): Grid {
  return { ids: [], sizes: [], data: Float64Array.of(value) };
}

/** A grid filled from the position along each id. */
export function tabulate(
  ids: readonly string[],
  sizes: readonly number[],
  entry: (positions: readonly number[]) => number,
): Grid {
  const length = sizes.reduce((product, size) => product * size, 1);
  const data = new Float64Array(length);
  const positions = new Array<number>(ids.length).fill(0);
  for (let at = 0; at < length; at += 1) {
    data[at] = entry(positions);
    for (let axis = ids.length - 1; axis >= 0; axis -= 1) {
      const next = (positions[axis] ?? 0) + 1;
      positions[axis] = next < (sizes[axis] ?? 1) ? next : 0;
      if (next < (sizes[axis] ?? 1)) break;
    }
  }
  return { ids, sizes, data };
}

export function mapGrid(grid: Grid, change: (value: number) => number): Grid {
  return { ...grid, data: grid.data.map(change) };
}

/** The step in a grid's data along each of the given ids; 0 along those it has not. */
function stepsAlong(grid: Grid, ids: readonly string[]): number[] {
  const steps = new Array<number>(ids.length).fill(0);
  let step = 1;
  for (let axis = grid.ids.length - 1; axis >= 0; axis -= 1) {
    const at = ids.indexOf(grid.ids[axis] ?? '');
    if (at >= 0) steps[at] = step;
    step *= grid.sizes[axis] ?? 1;
  }
  return steps;
}

/** The source offset for every entry over the given ids. */
function offsets(grid: Grid, ids: readonly string[], sizes: readonly number[]): Int32Array {
  const length = sizes.reduce((product, size) => product * size, 1);
  const steps = stepsAlong(grid, ids);
  const result = new Int32Array(length);
  const positions = new Array<number>(ids.length).fill(0);
  let source = 0;
  for (let at = 0; at < length; at += 1) {
    result[at] = source;
    for (let axis = ids.length - 1; axis >= 0; axis -= 1) {
      const size = sizes[axis] ?? 1;
      const step = steps[axis] ?? 0;
      const next = (positions[axis] ?? 0) + 1;
      if (next < size) {
        positions[axis] = next;
        source += step;
        break;
      }
      positions[axis] = 0;
      source -= (next - 1) * step;
    }
  }
  return result;
}

/** The entries laid out over the given ids, repeated along those the grid has not. */
export function spread(grid: Grid, ids: readonly string[], sizes: readonly number[]): Float64Array {
  if (grid.ids.length === ids.length && grid.ids.every((id, axis) => id === ids[axis])) return grid.data;
  const from = offsets(grid, ids, sizes);
  const data = new Float64Array(from.length);
  for (let at = 0; at < data.length; at += 1) data[at] = grid.data[from[at] ?? 0] ?? Number.NaN;
  return data;
}

/** Entry by entry, over all ids of both. */
export function combineGrids(left: Grid, right: Grid, operation: (a: number, b: number) => number): Grid {
  const more = right.ids.some((id) => !left.ids.includes(id));
  const ids = more ? [...left.ids, ...right.ids.filter((id) => !left.ids.includes(id))] : left.ids;
  const sizeOf = (id: string): number => {
    const at = left.ids.indexOf(id);
    return (at >= 0 ? left.sizes[at] : right.sizes[right.ids.indexOf(id)]) ?? 1;
  };
  const sizes = more ? ids.map(sizeOf) : left.sizes;
  const a = spread(left, ids, sizes);
  const b = right.ids.length === 0 ? undefined : spread(right, ids, sizes);
  const only = right.data[0] ?? Number.NaN;
  const data = new Float64Array(a.length);
  for (let at = 0; at < data.length; at += 1)
    data[at] = operation(a[at] ?? Number.NaN, b === undefined ? only : (b[at] ?? Number.NaN));
  return { ids, sizes, data };
}

/** All entries along one id taken together, from `start`; a grid without that id counts `size` times. */
export function reduceGrid(
  grid: Grid,
  id: string,
  size: number,
  start: number,
  operation: (sofar: number, value: number) => number,
): Grid {
  const axis = grid.ids.indexOf(id);
  if (axis < 0) {
    return mapGrid(grid, (value) => {
      let sofar = start;
      for (let k = 0; k < size; k += 1) sofar = operation(sofar, value);
      return sofar;
    });
  }
  const ids = grid.ids.filter((_, at) => at !== axis);
  const sizes = grid.sizes.filter((_, at) => at !== axis);
  const moved = spread(grid, [...ids, id], [...sizes, size]);
  const data = new Float64Array(moved.length / size);
  for (let at = 0; at < data.length; at += 1) {
    let sofar = start;
    for (let k = 0; k < size; k += 1) sofar = operation(sofar, moved[at * size + k] ?? Number.NaN);
    data[at] = sofar;
  }
  return { ids, sizes, data };
}
