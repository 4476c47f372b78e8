/** Formulas at one point, with every node computed once: candidates share all but the path to their change. */
import {
  allIndices,
  type Bracket,
  type Declarations,
  type Delta,
  Evaluator,
  type Expr,
  everyNode,
  freeIndices,
  type Index,
  type NDArray,
  type Point,
  type Position,
  type ProbeSurroundings,
  type Relation,
  type TensorRef,
  type Total,
  unfoldField,
} from '../../formula/index.js';
import { combineGrids, type Grid, mapGrid, reduceGrid, scalar, spread, tabulate } from './grid.js';

/** The dimension of every index id in reach. */
export type Scope = ReadonlyMap<string, string>;

const functions: Readonly<Record<string, (x: number) => number>> = {
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
};

export class Sampler {
  private readonly known = new WeakMap<Expr, Grid>();
  private readonly tensors = new Map<string, NDArray>();
  private readonly reached = new Map<string, boolean>();
  private readonly evaluator: Evaluator;

  constructor(
    readonly point: Point,
    readonly declarations: Declarations,
    surroundings: ProbeSurroundings = {},
    /** Whether softmax and its like are computed as one would in a program, without overflow. */
    private readonly stable = false,
  ) {
    this.evaluator = new Evaluator(point.values, declarations, { ...surroundings, sizes: point.sizes });
  }

  /** Whether a name has a value here: given, or defined by names that have. */
  has(name: string): boolean {
    const before = this.reached.get(name);
    if (before !== undefined) return before;
    const body = this.declarations.tensors.get(name)?.definition?.body;
    let answer = this.point.values.has(name);
    if (!answer && body !== undefined) {
      answer = true;
      for (const node of everyNode(body)) if (node.kind === 'tensor' && !this.has(node.name)) answer = false;
    }
    this.reached.set(name, answer);
    return answer;
  }

  sizeOf(dimension: string): number {
    return this.point.sizes[dimension] ?? Number.NaN;
  }

  /** The values of an expression over the given ids, in their order. */
  over(expr: Expr, free: readonly string[], scope: Scope): Float64Array {
    const sizes = free.map((id) => this.size(id, scope));
    return spread(this.at(expr, scope), free, sizes);
  }

  private size(id: string, scope: Scope): number {
    return this.sizeOf(scope.get(id) ?? '');
  }

  /** The value of an expression over its own free ids. */
  at(expr: Expr, scope: Scope): Grid {
    const before = this.known.get(expr);
    if (before?.ids.every((id, axis) => before.sizes[axis] === this.size(id, scope))) return before;
    const grid = this.compute(expr, scope);
    this.known.set(expr, grid);
    return grid;
  }

  private compute(expr: Expr, scope: Scope): Grid {
    const product = (list: readonly Expr[]): Grid =>
      list.map((e) => this.at(e, scope)).reduce((a, b) => combineGrids(a, b, (x, y) => x * y), scalar(1));
    switch (expr.kind) {
      case 'number':
        return scalar(expr.value.valueOf());
      case 'constant':
        return scalar(expr.name === 'e' ? Math.E : Math.PI);
      case 'size':
        return scalar(this.sizeOf(expr.dimension));
      case 'position':
      case 'delta':
        return this.ofPositions(expr, scope);
      case 'tensor':
        return this.ofTensor(expr, scope);
      case 'bracket':
        return this.ofBracket(expr, scope);
      case 'add':
        return expr.terms
          .map((e) => this.at(e, scope))
          .reduce((a, b) => combineGrids(a, b, (x, y) => x + y), scalar(0));
      case 'multiply':
        return product(expr.factors);
      case 'divide':
        return combineGrids(
          this.at(expr.numerator, scope),
          this.at(expr.denominator, scope),
          (x, y) => x / y,
        );
      case 'negate':
        return mapGrid(this.at(expr.operand, scope), (x) => -x);
      case 'power':
        return combineGrids(this.at(expr.base, scope), this.at(expr.exponent, scope), (x, y) => x ** y);
      case 'call': {
        const [argument, ...more] = expr.args;
        const of = functions[expr.name];
        if (of === undefined || argument === undefined || more.length > 0) return this.elsewhere(expr, scope);
        return mapGrid(this.at(argument, scope), of);
      }
      case 'total':
        return this.ofTotal(expr, scope);
      case 'field':
        if (this.stable) return this.elsewhere(expr, scope);
        return this.at(unfoldField(expr, new Set([...allIndices(expr), ...scope.keys()])), scope);
      case 'cases':
      case 'matrix':
      case 'derivative':
        return this.elsewhere(expr, scope);
    }
  }

  /** What is rare is left to the evaluator of formulas. */
  private elsewhere(expr: Expr, scope: Scope): Grid {
    const ids = freeIndices(expr);
    const value = this.evaluator.value({ expr, free: ids, ranges: scope });
    return { ids, sizes: value.shape, data: value.data };
  }

  private ofPositions(expr: Position | Delta, scope: Scope): Grid {
    const ids = freeIndices(expr);
    const number = (index: Index, positions: readonly number[]): number =>
      index.parts.reduce((sum, { sign, id }) => sum + sign * (positions[ids.indexOf(id)] ?? 0), index.offset);
    return tabulate(
      ids,
      ids.map((id) => this.size(id, scope)),
      (positions) => {
        if (expr.kind === 'position') return number(expr.index, positions);
        return number(expr.left, positions) === number(expr.right, positions) ? 1 : 0;
      },
    );
  }

  private ofTensor(expr: TensorRef, scope: Scope): Grid {
    const value = this.valueOf(expr.name);
    const ids = freeIndices(expr);
    const places = expr.indices.map((index) => ({
      offset: index.offset,
      parts: index.parts.map(({ sign, id }) => ({ sign, axis: ids.indexOf(id) })),
    }));
    return tabulate(
      ids,
      ids.map((id) => this.size(id, scope)),
      (positions) => {
        let offset = 0;
        for (const [axis, { parts, offset: start }] of places.entries()) {
          let at = start;
          for (const part of parts) at += part.sign * (positions[part.axis] ?? 0);
          const size = value.shape[axis] ?? 1;
          if (at < 0 || at >= size) return 0;
          offset = offset * size + at;
        }
        return value.data[offset] ?? Number.NaN;
      },
    );
  }

  /** The value of a given or defined name, over its own axes. */
  private valueOf(name: string): NDArray {
    const before = this.point.values.get(name) ?? this.tensors.get(name);
    if (before !== undefined) return before;
    const tensor = this.declarations.tensors.get(name);
    const indices = tensor?.definition?.indices ?? [];
    const ranges = new Map(indices.map((id, at) => [id, tensor?.dimensions[at] ?? '']));
    const body = tensor?.definition?.body;
    const value: NDArray =
      body === undefined
        ? this.evaluator.value({ expr: { kind: 'tensor', name, indices: [] }, free: [], ranges })
        : {
            shape: indices.map((id) => this.size(id, ranges)),
            data: this.over(body, indices, ranges),
          };
    this.tensors.set(name, value);
    return value;
  }

  private ofBracket(expr: Bracket, scope: Scope): Grid {
    const holds = relations[expr.relation];
    return combineGrids(this.at(expr.left, scope), this.at(expr.right, scope), (x, y) =>
      holds(x, y) ? 1 : 0,
    );
  }

  private ofTotal(expr: Total, scope: Scope): Grid {
    const { id, dimension } = expr.binder;
    const inner = new Map(scope).set(id, dimension);
    const size = this.sizeOf(dimension);
    const body = this.at(expr.body, inner);
    const neutral =
      expr.operation === 'sum' ? 0 : expr.operation === 'product' ? 1 : Number.NEGATIVE_INFINITY;
    const kept =
      expr.where === undefined
        ? body
        : combineGrids(body, this.ofBracket(expr.where, inner), (value, holds) =>
            holds === 1 ? value : neutral,
          );
    const together = {
      sum: (a: number, b: number) => a + b,
      product: (a: number, b: number) => a * b,
      max: Math.max,
    };
    return reduceGrid(kept, id, size, neutral, together[expr.operation]);
  }
}

const relations: Readonly<Record<Relation, (x: number, y: number) => boolean>> = {
  '>': (x, y) => x > y,
  '≥': (x, y) => x >= y,
  '<': (x, y) => x < y,
  '≤': (x, y) => x <= y,
  '=': (x, y) => x === y,
  '≠': (x, y) => x !== y,
};
