/** Expressions for tests, built from nodes: short spellings, and random ones over all kinds of node. */
import Fraction from 'fraction.js';
import type {
  Bracket,
  Declarations,
  ElementwiseName,
  Expr,
  FieldName,
  Index,
  Ranged,
  Relation,
  Tensor,
} from '../../src/formula/nodes.js';

export const num = (value: number | string): Expr => ({ kind: 'number', value: new Fraction(value) });
export const index = (text: string, offset = 0): Index => ({
  parts: [...text].map((id) => ({ sign: 1, id })),
  offset,
});
/** `t('A', 'i', 'k')`; an Index stands for itself. */
export const t = (name: string, ...indices: (string | Index)[]): Expr & { kind: 'tensor' } => ({
  kind: 'tensor',
  name,
  indices: indices.map((id) => (typeof id === 'string' ? index(id) : id)),
});
export const add = (...terms: Expr[]): Expr => ({ kind: 'add', terms });
export const mul = (...factors: Expr[]): Expr => ({ kind: 'multiply', factors });
export const div = (numerator: Expr, denominator: Expr): Expr => ({ kind: 'divide', numerator, denominator });
export const neg = (operand: Expr): Expr => ({ kind: 'negate', operand });
export const pow = (base: Expr, exponent: Expr): Expr => ({ kind: 'power', base, exponent });
export const call = (name: ElementwiseName, ...args: Expr[]): Expr => ({ kind: 'call', name, args });
export const delta = (left: string, right: string): Expr => ({
  kind: 'delta',
  left: index(left),
  right: index(right),
});
export const at = (id: string): Expr => ({ kind: 'position', index: index(id) });
export const bracket = (left: Expr, relation: Relation, right: Expr): Bracket => ({
  kind: 'bracket',
  relation,
  left,
  right,
});
export const total = (
  operation: 'sum' | 'product' | 'max',
  id: string,
  dimension: string,
  body: Expr,
  where?: Bracket,
): Expr => ({
  kind: 'total',
  operation,
  binder: { id, dimension },
  body,
  ...(where === undefined ? {} : { where }),
});
export const sum = (id: string, dimension: string, body: Expr): Expr => total('sum', id, dimension, body);
export const ranged = (expr: Expr, ...free: (readonly [string, string])[]): Ranged => ({
  expr,
  free: free.map(([id]) => id),
  ranges: new Map(free),
});

export function declare(
  shapes: Readonly<Record<string, readonly string[]>>,
  definitions: Readonly<Record<string, { indices: readonly string[]; body: Expr }>> = {},
): Declarations {
  const tensors = new Map<string, Tensor>();
  for (const [name, dimensions] of Object.entries(shapes)) {
    const definition = definitions[name];
    tensors.set(name, { name, dimensions, ...(definition === undefined ? {} : { definition }) });
  }
  return { tensors, assumptions: [], dimensions: [...new Set(Object.values(shapes).flat())] };
}

/** A repeatable stream of numbers in [0, 1): the linear congruential generator of Numerical Recipes. */
export function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The tensors random expressions are over. */
export const shapes = {
  x: ['n'],
  y: ['n'],
  z: ['m'],
  W: ['n', 'm'],
  A: ['n', 'n'],
  c: [],
  s: ['n'],
  Z: [],
} as const;

/** s_i = exp(x_i) / Σ_k exp(x_k) and Z = Σ_k exp(x_k) are defined, the others given. */
export const declarations: Declarations = declare(shapes, {
  Z: { indices: [], body: sum('k', 'n', call('exp', t('x', 'k'))) },
  s: { indices: ['i'], body: div(call('exp', t('x', 'i')), t('Z')) },
});

/** A random expression over the ids in `scope`; `smooth` leaves out what has kinks or jumps. */
export function randomExpression(
  random: () => number,
  scope: ReadonlyMap<string, string>,
  depth: number,
  smooth = false,
): Expr {
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  let fresh = 0;
  const letters = 'abdfghpqruvw';
  const idsOver = (inner: ReadonlyMap<string, string>, dimension: string): string[] =>
    [...inner].filter(([, range]) => range === dimension).map(([id]) => id);
  const place = (inner: ReadonlyMap<string, string>, dimension: string): Index => {
    const ids = idsOver(inner, dimension);
    if (ids.length === 0 || random() < 0.05) return { parts: [], offset: Math.floor(random() * 2) };
    if (random() < 0.12) {
      const all = [...inner.keys()];
      return random() < 0.5
        ? index(pick(all), pick([-1, 1, 2]))
        : {
            parts: [
              { sign: 1, id: pick(all) },
              { sign: random() < 0.5 ? 1 : -1, id: pick(all) },
            ],
            offset: 0,
          };
    }
    return index(pick(ids));
  };
  const leaf = (inner: ReadonlyMap<string, string>): Expr => {
    const roll = random();
    if (roll < 0.08) return num(pick(['2', '1/3', '-1', '0.5']));
    if (roll < 0.11) return { kind: 'size', dimension: pick(['n', 'm']) };
    if (roll < 0.13) return { kind: 'constant', name: pick(['e', 'π'] as const) };
    if (roll < 0.16 && inner.size > 0) return at(pick([...inner.keys()]));
    const name = pick(Object.keys(shapes) as (keyof typeof shapes)[]);
    return t(name, ...shapes[name].map((dimension) => place(inner, dimension)));
  };
  const condition = (inner: ReadonlyMap<string, string>, left: number): Bracket => {
    const ids = [...inner.keys()];
    if (ids.length > 0 && (smooth || random() < 0.5)) {
      return bracket(at(pick(ids)), pick(['<', '≤', '=', '≠', '>', '≥'] as const), at(pick(ids)));
    }
    if (smooth) return bracket(num(1), '>', num(0));
    return bracket(build(inner, left), pick(['<', '≤', '>', '≥'] as const), build(inner, left));
  };
  const build = (inner: ReadonlyMap<string, string>, left: number): Expr => {
    if (left <= 0) return leaf(inner);
    const bind = (dimension: string): [string, ReadonlyMap<string, string>] => {
      const id = letters[fresh % letters.length] ?? 'a';
      fresh += 1;
      return [id, new Map([...inner, [id, dimension]])];
    };
    const roll = random();
    const child = (): Expr => build(inner, left - 1);
    if (roll < 0.12) return add(child(), child(), ...(random() < 0.3 ? [child()] : []));
    if (roll < 0.32) return mul(child(), child(), ...(random() < 0.4 ? [child()] : []));
    if (roll < 0.36) return div(child(), add(num(2), pow(child(), num(2))));
    if (roll < 0.4) return neg(child());
    if (roll < 0.44) return pow(child(), num(pick([2, 3])));
    if (roll < 0.52) {
      const names = ['exp', 'tanh', 'sigmoid', 'softplus', 'sin', 'cos'] as const;
      const rough = ['relu', 'abs', 'sign'] as const;
      const name = smooth || random() < 0.7 ? pick(names) : pick(rough);
      return call(name, name === 'exp' ? call('tanh', child()) : child());
    }
    if (roll < 0.54 && !smooth) return call(pick(['max', 'min'] as const), child(), child());
    if (roll < 0.57) return call(pick(['log', 'sqrt'] as const), add(num(1), pow(child(), num(2))));
    if (roll < 0.75) {
      const dimension = pick(['n', 'n', 'm']);
      const [id, deeper] = bind(dimension);
      const body =
        random() < 0.5 ? mul(build(deeper, left - 1), build(deeper, left - 1)) : build(deeper, left - 1);
      return total('sum', id, dimension, body, random() < 0.2 ? condition(deeper, 0) : undefined);
    }
    if (roll < 0.79) {
      const [id, deeper] = bind('n');
      const operation = smooth || random() < 0.5 ? 'product' : 'max';
      return total(operation, id, 'n', build(deeper, left - 1));
    }
    if (roll < 0.85 && inner.size > 0) {
      const ids = [...inner.keys()];
      const other = pick(ids);
      const mates = idsOver(inner, inner.get(other) ?? '');
      return mul(delta(pick(mates), other), child());
    }
    if (roll < 0.89) return mul(condition(inner, left - 2), child());
    if (roll < 0.92) {
      const condition0 = condition(inner, 0);
      return { kind: 'cases', branches: [{ value: child(), condition: condition0 }], otherwise: child() };
    }
    if (roll < 0.96) {
      const dimension = pick(['n', 'm']);
      const [id, deeper] = bind(dimension);
      const name = pick(['softmax', 'logsumexp', 'mean', 'var'] as readonly FieldName[]);
      const body = call('tanh', build(deeper, left - 1));
      return {
        kind: 'field',
        name,
        binders: [{ id, dimension }],
        body,
        ...(name === 'softmax' ? { at: place(inner, dimension) } : {}),
      };
    }
    const [row, first] = bind('n');
    const id = letters[fresh % letters.length] ?? 'a';
    fresh += 1;
    const both = new Map([...first, [id, 'n']]);
    const body = add(mul(num(4), delta(row, id)), call('tanh', build(both, left - 2)));
    const name = pick(['inv', 'det', 'logdet'] as const);
    const at0: [Index, Index] = [place(inner, 'n'), place(inner, 'n')];
    const node = {
      kind: 'matrix',
      name,
      row: { id: row, dimension: 'n' },
      column: { id, dimension: 'n' },
      body,
    } as const;
    return name === 'inv' ? { ...node, at: at0 } : node;
  };
  return build(scope, depth);
}
