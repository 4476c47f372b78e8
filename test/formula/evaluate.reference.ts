/** A reference for evaluating: one number at a time, by loops over all index values, straight from the language's text. */
import { type NDArray, NoBranchError, positionsOf, sizeOf } from '../../src/formula/evaluate/index.js';
import { determinant, inverse } from '../../src/formula/evaluate/linear.js';
import type { Bracket, Declarations, Expr, Index, Ranged } from '../../src/formula/nodes.js';

export interface Setting {
  readonly declarations: Declarations;
  readonly values: ReadonlyMap<string, NDArray>;
  readonly sizes: Readonly<Record<string, number>>;
}

type Numbers = ReadonlyMap<string, number>;

export function referenceValue(ranged: Ranged, setting: Setting): number[] {
  const shape = ranged.free.map((id) => setting.sizes[ranged.ranges.get(id) ?? ''] ?? 0);
  return Array.from({ length: sizeOf(shape) }, (_, offset) => {
    const positions = positionsOf(shape, offset);
    return at(ranged.expr, new Map(ranged.free.map((id, axis) => [id, positions[axis] ?? 0])), setting);
  });
}

const position = (index: Index, numbers: Numbers): number =>
  index.parts.reduce((sum, { sign, id }) => sum + sign * (numbers.get(id) ?? Number.NaN), index.offset);

function holds(bracket: Bracket, numbers: Numbers, setting: Setting): boolean {
  const left = at(bracket.left, numbers, setting);
  const right = at(bracket.right, numbers, setting);
  switch (bracket.relation) {
    case '>':
      return left > right;
    case '≥':
      return left >= right;
    case '<':
      return left < right;
    case '≤':
      return left <= right;
    case '=':
      return left === right;
    case '≠':
      return left !== right;
  }
}

/** Whether a bracket or δ among the factors is 0: then the product is 0, whatever the rest. */
function hidden(expr: Expr, numbers: Numbers, setting: Setting): boolean {
  switch (expr.kind) {
    case 'multiply':
      return expr.factors.some((factor) => hidden(factor, numbers, setting));
    case 'divide':
      return hidden(expr.numerator, numbers, setting);
    case 'negate':
      return hidden(expr.operand, numbers, setting);
    case 'bracket':
    case 'delta':
      return at(expr, numbers, setting) === 0;
    default:
      return false;
  }
}

const functions: Readonly<Record<string, (...args: number[]) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => (x > 0 ? x : 0),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sin: Math.sin,
  cos: Math.cos,
  abs: Math.abs,
  sign: Math.sign,
  max: Math.max,
  min: Math.min,
};

function along(dimension: string, setting: Setting): number[] {
  return Array.from({ length: setting.sizes[dimension] ?? 0 }, (_, k) => k);
}

function at(expr: Expr, numbers: Numbers, setting: Setting): number {
  const value = (part: Expr): number => at(part, numbers, setting);
  switch (expr.kind) {
    case 'number':
      return expr.value.valueOf();
    case 'constant':
      return expr.name === 'e' ? Math.E : Math.PI;
    case 'size':
      return setting.sizes[expr.dimension] ?? Number.NaN;
    case 'position':
      return position(expr.index, numbers);
    case 'tensor': {
      const given = setting.values.get(expr.name);
      const tensor = setting.declarations.tensors.get(expr.name);
      const positions = expr.indices.map((index) => position(index, numbers));
      const shape = (tensor?.dimensions ?? []).map((dimension) => setting.sizes[dimension] ?? 0);
      if (positions.some((place, axis) => place < 0 || place >= (shape[axis] ?? 0))) return 0;
      if (given !== undefined) {
        return (
          given.data[positions.reduce((offset, place, axis) => offset * (shape[axis] ?? 0) + place, 0)] ??
          Number.NaN
        );
      }
      const definition = tensor?.definition;
      if (definition === undefined) throw new Error(`no value for ${expr.name}`);
      return at(
        definition.body,
        new Map(definition.indices.map((id, axis) => [id, positions[axis] ?? 0])),
        setting,
      );
    }
    case 'delta':
      return position(expr.left, numbers) === position(expr.right, numbers) ? 1 : 0;
    case 'bracket':
      return holds(expr, numbers, setting) ? 1 : 0;
    case 'add':
      return expr.terms.map(value).reduce((a, b) => a + b, 0);
    case 'multiply':
      return hidden(expr, numbers, setting) ? 0 : expr.factors.map(value).reduce((a, b) => a * b, 1);
    case 'divide':
      return hidden(expr, numbers, setting) ? 0 : value(expr.numerator) / value(expr.denominator);
    case 'negate':
      return -value(expr.operand);
    case 'power':
      return value(expr.base) ** value(expr.exponent);
    case 'call':
      return functions[expr.name]?.(...expr.args.map(value)) ?? Number.NaN;
    case 'total': {
      const terms = along(expr.binder.dimension, setting)
        .map((k) => new Map([...numbers, [expr.binder.id, k]]))
        .filter((inner) => expr.where === undefined || holds(expr.where, inner, setting))
        .map((inner) => at(expr.body, inner, setting));
      if (expr.operation === 'sum') return terms.reduce((a, b) => a + b, 0);
      if (expr.operation === 'product') return terms.reduce((a, b) => a * b, 1);
      return Math.max(...terms);
    }
    case 'cases': {
      const branch = expr.branches.find(({ condition }) => holds(condition, numbers, setting));
      if (branch !== undefined) return value(branch.value);
      if (expr.otherwise === undefined) throw new NoBranchError([]);
      return value(expr.otherwise);
    }
    case 'derivative':
      throw new Error('a derivative has no value');
    case 'matrix': {
      const side = along(expr.row.dimension, setting);
      const matrix = Float64Array.from(
        side.flatMap((i) =>
          side.map((j) =>
            at(expr.body, new Map([...numbers, [expr.row.id, i], [expr.column.id, j]]), setting),
          ),
        ),
      );
      if (expr.name === 'det') return determinant(matrix, side.length);
      if (expr.name === 'logdet') return Math.log(Math.abs(determinant(matrix, side.length)));
      const [row = 0, column = 0] = (expr.at ?? []).map((index) => position(index, numbers));
      if (Math.min(row, column) < 0 || Math.max(row, column) >= side.length) return 0;
      return inverse(matrix, side.length)[row * side.length + column] ?? Number.NaN;
    }
    case 'field': {
      const entries = expr.binders.reduce<Map<string, number>[]>(
        (places, { id, dimension }) =>
          places.flatMap((place) => along(dimension, setting).map((k) => new Map([...place, [id, k]]))),
        [new Map(numbers)],
      );
      const all = entries.map((place) => at(expr.body, place, setting));
      const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
      const mean = sum(all) / all.length;
      switch (expr.name) {
        case 'softmax': {
          const place = expr.at === undefined ? Number.NaN : position(expr.at, numbers);
          const chosen = all[place];
          return chosen === undefined ? 0 : Math.exp(chosen) / sum(all.map(Math.exp));
        }
        case 'logsumexp':
          return Math.log(sum(all.map(Math.exp)));
        case 'mean':
          return mean;
        case 'var':
          return sum(all.map((x) => (x - mean) ** 2)) / all.length;
        case 'norm':
          return Math.sqrt(sum(all.map((x) => x * x)));
      }
    }
  }
}
