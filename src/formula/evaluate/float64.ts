/** Formulas in float64, with running error scales where they are asked for. */
import type { MatrixName, Relation } from '../nodes.js';
import { registeredFunction } from '../registry.js';
import { type Algebra, type Axis, entries, type Place, unionAxes } from './algebra.js';
import { contractArrays, resultAxes, rolesOf } from './contract.js';
import { UnknownFunctionError } from './errors.js';
import { type BinaryName, binary, combineEntries, type UnaryName, unary } from './functions.js';
import {
  allocate,
  gatherOffsets,
  type Labelled,
  positionsAt,
  spread,
  spreadValue,
  stepsAlong,
  walkPositions,
  walkSteps,
} from './labelled.js';
import { absoluteProduct, determinant, inverse, logDeterminant } from './linear.js';
import type { NDArray } from './ndarray.js';

/** The numeric meaning of functions registered from outside the language. */
export type Functions = ReadonlyMap<string, (...args: number[]) => number>;

export class Float64Algebra implements Algebra<Labelled> {
  readonly differentiates = false;

  constructor(
    private readonly scaled: boolean,
    private readonly functions: Functions = new Map(),
  ) {}

  axes(value: Labelled): readonly Axis[] {
    return value.axes;
  }

  table(axes: readonly Axis[], at: (positions: readonly number[]) => number): Labelled {
    const data = allocate(axes);
    walkPositions(axes, (offset, positions) => {
      data[offset] = at(positions);
    });
    return this.exact(axes, data);
  }

  number(value: number): Labelled {
    return this.measured([], Float64Array.of(value));
  }

  input(array: NDArray, axes: readonly Axis[]): Labelled {
    return this.measured(axes, array.data);
  }

  rename(value: Labelled, names: ReadonlyMap<string, Axis>): Labelled {
    return { ...value, axes: value.axes.map((axis) => names.get(axis.id) ?? axis) };
  }

  diagonal(value: Labelled, from: string, to: string): Labelled {
    const axes = value.axes.filter((axis) => axis.id !== from);
    const [extra = 0] = stepsAlong(
      value.axes,
      value.axes.filter((axis) => axis.id === from),
    );
    const steps = stepsAlong(value.axes, axes).map((step, place) =>
      axes[place]?.id === to ? step + extra : step,
    );
    return this.onParts(value, axes, (part) => {
      const data = allocate(axes);
      walkSteps(axes, steps, (offset, source) => {
        data[offset] = part[source] as number;
      });
      return data;
    });
  }

  gather(value: Labelled, axes: readonly Axis[], places: readonly Place[]): Labelled {
    const placed = axes.flatMap((axis, position) => {
      const place = places[position];
      return place === undefined ? [] : [{ axis, place }];
    });
    const from = unionAxes(value.axes, axes);
    const gone = new Set(axes.map((axis) => axis.id));
    const to = unionAxes(
      from.filter((axis) => !gone.has(axis.id)),
      ...places.map((place) => place.parts.map((part) => part.axis)),
    );
    const offsets = gatherOffsets(from, placed, to);
    return this.onParts(value, to, (part) => {
      const source = spread(part, value.axes, from);
      return Float64Array.from(offsets, (offset) => (offset < 0 ? 0 : (source[offset] as number)));
    });
  }

  unary(name: UnaryName, value: Labelled): Labelled {
    const { value: f, slope } = unary[name];
    const data = value.data.map(f);
    if (value.scale === undefined) return { axes: value.axes, data };
    const scale = value.scale.map((s, offset) => {
      const result = data[offset] as number;
      const carried = s === 0 ? 0 : slope(value.data[offset] as number, result) * s;
      return carried + (name === 'negate' ? 0 : Math.abs(result));
    });
    return { axes: value.axes, data, scale };
  }

  binary(name: BinaryName, left: Labelled, right: Labelled): Labelled {
    const rule = binary[name];
    const axes = unionAxes(left.axes, right.axes);
    const a = spreadValue(left, axes);
    const b = spreadValue(right, axes);
    const data = combineEntries(name, a.data, b.data);
    const { scale: sa } = a;
    const { scale: sb } = b;
    if (sa === undefined || sb === undefined) return { axes, data };
    const scale = data.map((value, offset) => {
      const x = a.data[offset] as number;
      const y = b.data[offset] as number;
      return rule.scale(x, y, sa[offset] as number, sb[offset] as number, value) + Math.abs(value);
    });
    return { axes, data, scale };
  }

  /** The error scale of a function about which nothing is known is taken from a difference over a relative step of 2⁻²⁰. */
  apply(name: string, args: readonly Labelled[]): Labelled {
    const f = this.functions.get(name) ?? registeredFunction(name)?.value;
    if (f === undefined) throw new UnknownFunctionError(name, 'evaluate');
    const axes = unionAxes(...args.map((arg) => arg.axes));
    const laid = args.map((arg) => spreadValue(arg, axes));
    const numbers = (offset: number): number[] => laid.map((arg) => arg.data[offset] as number);
    const data = allocate(axes).map((_, offset) => f(...numbers(offset)));
    if (!this.scaled) return { axes, data };
    const scale = data.map((value, offset) =>
      laid.reduce((sum, arg, place) => {
        const s = arg.scale?.[offset] ?? 0;
        if (s === 0) return sum;
        const step = s * 2 ** -20;
        const moved = numbers(offset).map((x, at) => (at === place ? x + step : x));
        return sum + Math.abs(f(...moved) - value) * 2 ** 20;
      }, Math.abs(value)),
    );
    return { axes, data, scale };
  }

  compare(relation: Relation, left: Labelled, right: Labelled): Labelled {
    const axes = unionAxes(left.axes, right.axes);
    const a = spread(left.data, left.axes, axes);
    const b = spread(right.data, right.axes, axes);
    const holds = comparisons[relation];
    return this.exact(
      axes,
      a.map((x, offset) => (holds(x, b[offset] as number) ? 1 : 0)),
    );
  }

  select(mask: Labelled, yes: Labelled, no: Labelled): Labelled {
    const axes = unionAxes(mask.axes, yes.axes, no.axes);
    const choice = spread(mask.data, mask.axes, axes);
    const pick = (a: Labelled, b: Labelled, part: (value: Labelled) => Float64Array): Float64Array => {
      const first = spread(part(a), a.axes, axes);
      const second = spread(part(b), b.axes, axes);
      return first.map((x, offset) => (choice[offset] === 0 ? (second[offset] as number) : x));
    };
    const data = pick(yes, no, (value) => value.data);
    return this.scaled ? { axes, data, scale: pick(yes, no, scaleOf) } : { axes, data };
  }

  reduce(operation: 'sum' | 'product' | 'max', value: Labelled, over: ReadonlySet<string>): Labelled {
    const kept = value.axes.filter((axis) => !over.has(axis.id));
    const gone = value.axes.filter((axis) => over.has(axis.id));
    if (gone.length === 0) return value;
    const laid = spreadValue(value, [...kept, ...gone]);
    const length = entries(gone);
    const [start, fold] = folds[operation];
    const data = allocate(kept);
    for (let group = 0; group < data.length; group += 1) {
      data[group] = laid.data.subarray(group * length, (group + 1) * length).reduce(fold, start);
    }
    if (laid.scale === undefined) return { axes: kept, data };
    const scale = allocate(kept);
    for (let group = 0; group < data.length; group += 1) {
      const values = laid.data.subarray(group * length, (group + 1) * length);
      const scales = laid.scale.subarray(group * length, (group + 1) * length);
      scale[group] = foldScales[operation](values, scales, data[group] as number);
    }
    return { axes: kept, data, scale };
  }

  contract(left: Labelled, right: Labelled, over: ReadonlySet<string>): Labelled {
    const roles = rolesOf(left.axes, right.axes, over);
    const axes = resultAxes(roles);
    const data = contractArrays(left, right, roles);
    if (left.scale === undefined || right.scale === undefined) return { axes, data };
    const absolute = (value: Labelled): Labelled => ({ axes: value.axes, data: value.data.map(Math.abs) });
    const reach = (value: Labelled): Labelled => ({
      axes: value.axes,
      data: value.data.map((x, offset) => Math.abs(x) + Number.EPSILON * (value.scale?.[offset] ?? 0)),
    });
    const scales = (value: Labelled): Labelled => ({ axes: value.axes, data: scaleOf(value) });
    const first = contractArrays(scales(left), reach(right), roles);
    const second = contractArrays(absolute(left), scales(right), roles);
    const terms = contractArrays(absolute(left), absolute(right), roles);
    const scale = first.map((s, offset) => s + (second[offset] as number) + (terms[offset] as number));
    return { axes, data, scale };
  }

  matrix(name: MatrixName, value: Labelled, row: string, column: string): Labelled {
    const kept = value.axes.filter((axis) => axis.id !== row && axis.id !== column);
    const square = [row, column].flatMap((id) => value.axes.filter((axis) => axis.id === id));
    const n = square[0]?.size ?? 1;
    const laid = spreadValue(value, [...kept, ...square]);
    const axes = name === 'inv' ? laid.axes : kept;
    const data = allocate(axes);
    const scale = this.scaled ? allocate(axes) : undefined;
    for (let group = 0; group < entries(kept); group += 1) {
      const matrix = laid.data.subarray(group * n * n, (group + 1) * n * n);
      const errors = laid.scale?.map((s, offset) => s + Math.abs(laid.data[offset] as number) * n);
      const error = errors?.subarray(group * n * n, (group + 1) * n * n) ?? new Float64Array(n * n);
      const inverted = scale === undefined && name !== 'inv' ? undefined : inverse(matrix, n);
      if (name === 'inv') {
        data.set(inverted ?? [], group * n * n);
        if (inverted !== undefined) scale?.set(absoluteProduct(inverted, error, inverted, n), group * n * n);
        continue;
      }
      const result = name === 'det' ? determinant(matrix, n) : logDeterminant(matrix, n);
      data[group] = result;
      if (scale === undefined || inverted === undefined) continue;
      let carried = 0;
      for (let at = 0; at < n * n; at += 1) {
        const transposed = (at % n) * n + Math.floor(at / n);
        carried += Math.abs(inverted[transposed] as number) * (error[at] as number);
      }
      scale[group] = name === 'det' ? Math.abs(result) * (carried + 1) : carried + Math.abs(result);
    }
    return scale === undefined ? { axes, data } : { axes, data, scale };
  }

  constant(value: Labelled): Labelled {
    return this.exact(value.axes, value.data);
  }

  hasNonFinite(value: Labelled): boolean {
    return value.data.some((x) => !Number.isFinite(x));
  }

  firstNonZero(mask: Labelled): readonly number[] | undefined {
    const offset = mask.data.findIndex((x) => x !== 0);
    return offset < 0 ? undefined : positionsAt(mask.axes, offset);
  }

  private exact(axes: readonly Axis[], data: Float64Array): Labelled {
    return this.scaled ? { axes, data, scale: new Float64Array(data.length) } : { axes, data };
  }

  private measured(axes: readonly Axis[], data: Float64Array): Labelled {
    return this.scaled ? { axes, data, scale: data.map(Math.abs) } : { axes, data };
  }

  private onParts(
    value: Labelled,
    axes: readonly Axis[],
    rearrange: (part: Float64Array) => Float64Array,
  ): Labelled {
    const data = rearrange(value.data);
    return value.scale === undefined ? { axes, data } : { axes, data, scale: rearrange(value.scale) };
  }
}

function scaleOf(value: Labelled): Float64Array {
  return value.scale ?? new Float64Array(value.data.length);
}

const comparisons: Readonly<Record<Relation, (x: number, y: number) => boolean>> = {
  '>': (x, y) => x > y,
  '≥': (x, y) => x >= y,
  '<': (x, y) => x < y,
  '≤': (x, y) => x <= y,
  '=': (x, y) => x === y,
  '≠': (x, y) => x !== y,
};

type Fold = (sofar: number, x: number) => number;

const folds: Readonly<Record<'sum' | 'product' | 'max', readonly [number, Fold]>> = {
  sum: [0, (sofar, x) => sofar + x],
  product: [1, (sofar, x) => sofar * x],
  max: [Number.NEGATIVE_INFINITY, (sofar, x) => Math.max(sofar, x)],
};

type FoldScale = (values: Float64Array, scales: Float64Array, result: number) => number;

/** The error scale of a reduction: of Σ all terms', of max the greatest of any, of Π by the product rule (leave one out). */
const foldScales: Readonly<Record<'sum' | 'product' | 'max', FoldScale>> = {
  sum: (values, scales) => scales.reduce((sum, s, at) => sum + s + Math.abs(values[at] as number), 0),
  max: (_values, scales) => scales.reduce((most, s) => Math.max(most, s), 0),
  product: (values, scales, result) => {
    let total = Math.abs(result) * values.length;
    scales.forEach((s, at) => {
      if (s === 0) return;
      total += values.reduce((product, x, other) => (other === at ? product : product * Math.abs(x)), s);
    });
    return total;
  },
};
