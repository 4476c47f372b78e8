/** Float64 arrays with axes named by index ids: broadcasting, transposing and gathering over them. */
import { TooLargeError } from '../errors.js';
import { type Axis, entries, type Place } from './algebra.js';

export interface Labelled {
  readonly axes: readonly Axis[];
  /** Row-major in the order of the axes. */
  readonly data: Float64Array;
  /**
   * A running first-order bound of the rounding error of each entry, in units of the machine epsilon: inputs and numbers
   * count their own magnitude, every operation adds the magnitude of its result. Absent where it was not asked for.
   */
  readonly scale?: Float64Array;
}

/** The most entries one intermediate array may have: 1 GB of float64. */
const MOST_ENTRIES = 2 ** 27;

/** A fresh array over the given axes. @throws TooLargeError where it would not fit. */
export function allocate(axes: readonly Axis[]): Float64Array {
  const length = entries(axes);
  if (length > MOST_ENTRIES) {
    const sizes = axes.map((axis) => `${axis.id}: ${axis.size}`).join(', ');
    throw new TooLargeError(
      `An intermediate array over ${sizes} would have ${length} entries; at most ${MOST_ENTRIES} are allowed. ` +
        'Evaluate at smaller sizes.',
    );
  }
  return new Float64Array(length);
}

/** The step in `data` of a unit step along each of the given axes; 0 along axes the value does not have. */
export function stepsAlong(value: readonly Axis[], axes: readonly Axis[]): number[] {
  const steps = new Map<string, number>();
  let step = 1;
  for (const axis of [...value].reverse()) {
    steps.set(axis.id, step);
    step *= axis.size;
  }
  return axes.map((axis) => steps.get(axis.id) ?? 0);
}

/** Calls `visit(offset, source)` for each entry over the axes, where source = start + Σ step·position. */
export function walkSteps(
  axes: readonly Axis[],
  steps: readonly number[],
  visit: (offset: number, source: number) => void,
  start = 0,
): void {
  const last = axes.length - 1;
  let offset = 0;
  const descend = (depth: number, source: number): void => {
    const size = axes[depth]?.size ?? 1;
    const step = steps[depth] ?? 0;
    if (depth >= last) {
      for (let position = 0; position < size; position += 1) {
        visit(offset, source + position * step);
        offset += 1;
      }
      return;
    }
    for (let position = 0; position < size; position += 1) descend(depth + 1, source + position * step);
  };
  descend(0, start);
}

/** The entries of `data` (over `from`) laid out over `to`, which holds all of its axes: transposed and repeated. */
export function spread(data: Float64Array, from: readonly Axis[], to: readonly Axis[]): Float64Array {
  if (from.length === to.length && from.every((axis, place) => axis.id === to[place]?.id)) return data;
  const result = allocate(to);
  if (from.length === 0) return result.fill(data[0] ?? Number.NaN);
  const steps = stepsAlong(from, to);
  const last = to.length - 1;
  const inner = to[last]?.size ?? 1;
  const step = steps[last] ?? 0;
  walkSteps(to.slice(0, last), steps.slice(0, last), (row, source) => {
    const start = row * inner;
    if (step === 0) result.fill(data[source] as number, start, start + inner);
    else for (let k = 0; k < inner; k += 1) result[start + k] = data[source + k * step] as number;
  });
  return result;
}

/** A value laid out over the given axes. */
export function spreadValue(value: Labelled, to: readonly Axis[]): Labelled {
  const data = spread(value.data, value.axes, to);
  return value.scale === undefined
    ? { axes: to, data }
    : { axes: to, data, scale: spread(value.scale, value.axes, to) };
}

/** Calls `visit(offset, positions)` for each entry in order. The list of positions is one and the same, changed in place. */
export function walkPositions(
  axes: readonly Axis[],
  visit: (offset: number, positions: readonly number[]) => void,
): void {
  const positions = new Array<number>(axes.length).fill(0);
  const count = entries(axes);
  for (let offset = 0; offset < count; offset += 1) {
    visit(offset, positions);
    for (let place = axes.length - 1; place >= 0; place -= 1) {
      const next = (positions[place] ?? 0) + 1;
      if (next < (axes[place]?.size ?? 1)) {
        positions[place] = next;
        break;
      }
      positions[place] = 0;
    }
  }
}

/** The position along each axis of the entry at an offset. */
export function positionsAt(axes: readonly Axis[], offset: number): number[] {
  const positions = new Array<number>(axes.length).fill(0);
  let rest = offset;
  for (let place = axes.length - 1; place >= 0; place -= 1) {
    const size = axes[place]?.size ?? 1;
    positions[place] = rest % size;
    rest = Math.floor(rest / size);
  }
  return positions;
}

/**
 * For each entry over `to`: the offset in an array over `from` that the places point at (axes of `from` without a place
 * keep their own position), or −1 outside the range.
 */
export function gatherOffsets(
  from: readonly Axis[],
  placed: readonly { readonly axis: Axis; readonly place: Place }[],
  to: readonly Axis[],
): Int32Array {
  const offsets = new Int32Array(entries(to));
  const ownSteps = stepsAlong(from, to);
  const kept = new Set(placed.map(({ axis }) => axis.id));
  const own = to.map((axis, place) => (kept.has(axis.id) ? 0 : (ownSteps[place] ?? 0)));
  walkSteps(to, own, (offset, source) => {
    offsets[offset] = source;
  });
  for (const { axis, place } of placed) {
    const step = stepsAlong(from, [axis])[0] ?? 0;
    const signs = to.map((candidate) =>
      place.parts.reduce((sum, part) => (part.axis.id === candidate.id ? sum + part.sign : sum), 0),
    );
    walkSteps(
      to,
      signs,
      (offset, position) => {
        const sofar = offsets[offset] as number;
        const inside = position >= 0 && position < axis.size;
        offsets[offset] = sofar < 0 || !inside ? -1 : sofar + step * position;
      },
      place.offset,
    );
  }
  return offsets;
}
