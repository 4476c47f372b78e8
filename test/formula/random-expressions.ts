/** Random formulas over every node of the language, and random ways of writing the same formula differently. */
import * as fc from 'fast-check';
import {
  add,
  allIndices,
  bracket,
  call,
  cases,
  type Declarations,
  declare,
  delta,
  divide,
  type Expr,
  fieldFunction,
  mapChildren,
  multiply,
  negate,
  num,
  position,
  power,
  renameBinders,
  size,
  subtract,
  sum,
  tensor,
  total,
} from '../../src/formula/index.js';

/** x, y over n; A over n × n, B over n × m, u over m; scalars a, b; p is positive. */
export const world: Declarations = declare({
  x: ['n'],
  y: ['n'],
  p: ['n'],
  A: ['n', 'n'],
  B: ['n', 'm'],
  u: ['m'],
  a: [],
  b: [],
});

/** The indices at hand, by dimension. */
interface Indices {
  readonly n: readonly string[];
  readonly m: readonly string[];
}

export type Flavour = 'polynomial' | 'rational' | 'everything';

/** A formula whose free indices are among i, j (over n) and c (over m). */
export function expression(flavour: Flavour, depth = 3): fc.Arbitrary<Expr> {
  return node(flavour, depth, { n: ['i', 'j'], m: ['c'] }).map((e) =>
    renameBinders(e, new Set(['i', 'j', 'c'])),
  );
}

function pick<T>(list: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...list);
}

function leaf(flavour: Flavour, at: Indices): fc.Arbitrary<Expr> {
  const n = pick(at.n);
  const m = pick(at.m);
  const leaves: fc.Arbitrary<Expr>[] = [
    fc.tuple(pick(['x', 'y']), n).map(([name, i]) => tensor(name, i)),
    fc.tuple(n, n).map(([i, j]) => tensor('A', i, j)),
    fc.tuple(n, m).map(([i, c]) => tensor('B', i, c)),
    m.map((c) => tensor('u', c)),
    pick(['a', 'b']).map((name) => tensor(name)),
    fc.integer({ min: -3, max: 3 }).map((v) => (v < 0 ? negate(num(-v)) : num(v))),
    fc.tuple(n, n).map(([i, j]) => delta(i, j)),
  ];
  if (flavour === 'everything')
    leaves.push(
      n.map((i) => position(i)),
      fc.constant(size('n')),
      n.map((i) => tensor('p', i)),
    );
  return fc.oneof(...leaves);
}

function node(flavour: Flavour, depth: number, at: Indices): fc.Arbitrary<Expr> {
  if (depth === 0) return leaf(flavour, at);
  const inner = (deeper: Indices = at): fc.Arbitrary<Expr> => node(flavour, depth - 1, deeper);
  const k = `k${depth}`;
  const withN: Indices = { ...at, n: [...at.n, k] };
  const withM: Indices = { ...at, m: [...at.m, k] };
  const nodes: { weight: number; arbitrary: fc.Arbitrary<Expr> }[] = [
    { weight: 2, arbitrary: leaf(flavour, at) },
    { weight: 4, arbitrary: fc.array(inner(), { minLength: 2, maxLength: 3 }).map((t) => add(...t)) },
    { weight: 5, arbitrary: fc.array(inner(), { minLength: 2, maxLength: 3 }).map((f) => multiply(...f)) },
    { weight: 1, arbitrary: inner().map(negate) },
    { weight: 1, arbitrary: inner().map((e) => power(e, 2)) },
    { weight: 3, arbitrary: inner(withN).map((e) => sum(k, 'n', e)) },
    { weight: 2, arbitrary: inner(withM).map((e) => sum(k, 'm', e)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(inner(withN), pick(at.n))
        .map(([e, i]) => sum(k, 'n', e, bracket(position(k), '≠', position(i)))),
    },
  ];
  if (flavour !== 'polynomial')
    nodes.push({ weight: 2, arbitrary: fc.tuple(inner(), inner()).map(([a, b]) => divide(a, away(b))) });
  if (flavour === 'everything') nodes.push(...functions(inner, at, k, withN));
  return fc.oneof(...nodes);
}

/** A denominator that is no zero on purpose: 0, δ and index numbers are put beside something else. */
function away(e: Expr): Expr {
  return add(e, tensor('a'), num(7));
}

function functions(
  inner: (at?: Indices) => fc.Arbitrary<Expr>,
  at: Indices,
  k: string,
  withN: Indices,
): { weight: number; arbitrary: fc.Arbitrary<Expr> }[] {
  const smooth = ['exp', 'tanh', 'sigmoid', 'softplus', 'sin', 'cos', 'erf'];
  const kinked = ['relu', 'abs', 'sign'];
  return [
    { weight: 4, arbitrary: fc.tuple(pick(smooth), inner()).map(([f, e]) => call(f, e)) },
    { weight: 1, arbitrary: fc.tuple(pick(kinked), inner()).map(([f, e]) => call(f, e)) },
    {
      weight: 1,
      arbitrary: fc.tuple(pick(['max', 'min']), inner(), inner()).map(([f, a, b]) => call(f, a, b)),
    },
    { weight: 1, arbitrary: inner().map((e) => call('log', add(power(e, 2), num(1)))) },
    { weight: 1, arbitrary: inner().map((e) => call('sqrt', add(power(e, 2), num(1)))) },
    { weight: 1, arbitrary: inner(withN).map((e) => total('product', { id: k, dimension: 'n' }, e)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(inner(withN), pick(at.n))
        .map(([e, i]) => fieldFunction('softmax', [{ id: k, dimension: 'n' }], e, i)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(pick(['mean', 'var', 'logsumexp'] as const), inner(withN))
        .map(([f, e]) => fieldFunction(f, [{ id: k, dimension: 'n' }], e)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(inner(), inner(), pick(at.n), pick(at.n))
        .map(([a, b, i, j]) => cases([{ value: a, condition: bracket(position(i), '=', position(j)) }], b)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(inner(), inner(), inner()).map(([l, r, e]) => multiply(bracket(l, '>', r), e)),
    },
  ];
}

/** The same formula written another way, by laws that no one doubts; `seed` decides which are used where. */
export function rewritten(expr: Expr, seed: number): Expr {
  let state = seed >>> 0 || 1;
  const next = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % bound;
  };
  const visit = (e: Expr): Expr => rearrange(mapChildren(e, visit), next);
  const result = visit(expr);
  return renameBinders(result, new Set([...allIndices(result), ...(next(2) === 0 ? ['k', 'l'] : [])]));
}

function shuffled<T>(list: readonly T[], next: (bound: number) => number): T[] {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = next(at + 1);
    [copy[at], copy[other]] = [copy[other] as T, copy[at] as T];
  }
  return copy;
}

function rearrange(expr: Expr, next: (bound: number) => number): Expr {
  switch (expr.kind) {
    case 'add':
      return add(...shuffled(expr.terms, next));
    case 'multiply':
      return distributed(multiply(...shuffled(expr.factors, next)), next);
    case 'negate':
      return next(2) === 0 ? multiply(num(-1), expr.operand) : expr;
    case 'divide':
      return next(2) === 0 ? multiply(power(expr.denominator, num(-1)), expr.numerator) : expr;
    case 'power':
      return expr.exponent.kind === 'number' && expr.exponent.value.equals(2) && next(2) === 0
        ? multiply(expr.base, expr.base)
        : expr;
    case 'total':
      return splitSum(expr, next);
    default:
      return next(6) === 0 ? subtract(multiply(num(2), expr), expr) : expr;
  }
}

/** (a + b) c = a c + b c */
function distributed(expr: Expr, next: (bound: number) => number): Expr {
  if (expr.kind !== 'multiply' || next(2) === 0) return expr;
  const at = expr.factors.findIndex((f) => f.kind === 'add');
  const factor = expr.factors[at];
  if (factor?.kind !== 'add') return expr;
  return add(...factor.terms.map((t) => multiply(...expr.factors.map((f, other) => (other === at ? t : f)))));
}

/** Σ_k (a + b) = Σ_k a + Σ_k b */
function splitSum(expr: Expr, next: (bound: number) => number): Expr {
  if (expr.kind !== 'total' || expr.operation !== 'sum' || expr.body.kind !== 'add' || next(2) === 0)
    return expr;
  return add(...expr.body.terms.map((t) => ({ ...expr, body: t })));
}
