/** Random expressions over all nodes, and a form in which two of them are compared but for the names of bound indices. */
import type fc from 'fast-check';
import {
  add,
  bracket,
  call,
  cases,
  combine,
  component,
  constant,
  declare,
  delta,
  derivative,
  divide,
  type Expr,
  fieldFunction,
  type Index,
  indicesAt,
  matrixFunction,
  multiply,
  negate,
  num,
  position,
  power,
  type Relation,
  simpleIndex,
  size,
  tensor,
  total,
} from '../../src/formula/index.js';

export const declarations = declare({
  x: ['n'],
  y: ['n'],
  b: ['m'],
  A: ['n', 'n'],
  W: ['m', 'n'],
  X: ['n', 'n'],
  a: [],
  c: [],
  τ: [],
  L: [],
  loss: [],
  r1: ['n'],
  x̂: ['n'],
});

type Draw = (n: number) => number;
interface Scope {
  readonly over: { readonly n: readonly string[]; readonly m: readonly string[] };
  readonly depth: number;
  readonly fresh: () => string;
}

const RELATIONS: readonly Relation[] = ['>', '≥', '<', '≤', '=', '≠'];
const ELEMENTWISE = [
  'exp',
  'log',
  'sqrt',
  'tanh',
  'sigmoid',
  'relu',
  'softplus',
  'erf',
  'sin',
  'cos',
  'abs',
  'sign',
];

/** A random expression with free indices i, j over n and p over m; each stands somewhere alone, so that it has a range. */
export function randomExpression(gen: fc.GeneratorValue, fc: typeof import('fast-check').default): Expr {
  const draw: Draw = (n) => gen(fc.nat, { max: n - 1 });
  let binders = 0;
  // ids as the library makes them: letters, sometimes with marks, sometimes the letter of a free index
  const fresh = () => {
    binders++;
    const letter = 'kliq'[draw(4)] ?? 'k';
    return letter !== 'i' && binders === 1 ? letter : `${letter}#${binders}`;
  };
  const scope: Scope = { over: { n: ['i', 'j'], m: ['p'] }, depth: 2 + draw(2), fresh };
  const inner = expression(draw, scope);
  return add(inner, tensor('A', 'i', 'j'), tensor('b', 'p'));
}

function pick<T>(draw: Draw, list: readonly T[]): T {
  const found = list[draw(list.length)];
  if (found === undefined) throw new TypeError('nothing to pick from');
  return found;
}

function index(draw: Draw, scope: Scope, dimension: 'n' | 'm'): Index {
  const id = simpleIndex(pick(draw, scope.over[dimension]));
  switch (draw(8)) {
    case 0:
      return component(draw(12));
    case 1:
      return combine(id, component(draw(5) - 2));
    case 2:
      return combine(
        simpleIndex(pick(draw, scope.over.n)),
        simpleIndex(pick(draw, scope.over.m)),
        draw(2) ? 1 : -1,
      );
    default:
      return id;
  }
}

function leaf(draw: Draw, scope: Scope): Expr {
  switch (draw(12)) {
    case 0:
      return num(draw(4));
    case 1:
      return num(`${draw(9) - 4}/${1 + draw(4)}`);
    case 2:
      return constant(draw(2) ? 'e' : 'π');
    case 3:
      return size(draw(2) ? 'n' : 'm');
    case 4:
      return position(index(draw, scope, 'n'));
    case 5:
      return delta(index(draw, scope, 'n'), index(draw, scope, 'n'));
    case 6:
      return tensor('W', index(draw, scope, 'm'), index(draw, scope, 'n'));
    case 7:
      return tensor('A', index(draw, scope, 'n'), index(draw, scope, 'n'));
    case 8:
      return tensor(pick(draw, ['a', 'c', 'τ', 'loss']));
    case 9:
      return draw(2)
        ? derivative(tensor('L'), tensor('x', index(draw, scope, 'n')))
        : derivative(tensor('L'), tensor('x', index(draw, scope, 'n')), tensor('y', index(draw, scope, 'n')));
    default:
      return tensor(pick(draw, ['x', 'y', 'r1', 'x̂']), index(draw, scope, 'n'));
  }
}

function expression(draw: Draw, outer: Scope): Expr {
  if (outer.depth <= 0) return leaf(draw, outer);
  const scope = { ...outer, depth: outer.depth - 1 };
  const some = (count: number): Expr[] => Array.from({ length: count }, () => expression(draw, scope));
  const one = (): Expr => expression(draw, scope);
  switch (draw(14)) {
    case 0:
    case 1:
      return add(...some(2 + draw(2)));
    case 2:
    case 3:
    case 4:
      return multiply(...some(2 + draw(3)));
    case 5:
      return divide(one(), nonZero(one()));
    case 6:
      return negate(one());
    case 7:
      return power(one(), draw(2) ? num(draw(5) - 2) : one());
    case 8:
      return draw(4) ? call(pick(draw, ELEMENTWISE), one()) : call(draw(2) ? 'max' : 'min', one(), one());
    case 9:
      return bracket(one(), pick(draw, RELATIONS), one());
    case 10: {
      const branches = Array.from({ length: 1 + draw(2) }, () => ({
        value: one(),
        condition: { ...bracket(one(), pick(draw, RELATIONS), one()) },
      }));
      return cases(branches, draw(2) ? one() : undefined);
    }
    case 11:
    case 12:
      return randomTotal(draw, scope);
    default:
      return whole(draw, scope);
  }
}

/** A divisor that is not plainly 0, which reading refuses. */
function nonZero(expr: Expr): Expr {
  return wholeNumber(strip(expr, new Map()).form) === '0' ? num(1) : expr;
}

function within(scope: Scope, ...ids: readonly string[]): Scope {
  return { ...scope, over: { ...scope.over, n: [...ids, ...ids, ...scope.over.n] } };
}

function randomTotal(draw: Draw, scope: Scope): Expr {
  const id = scope.fresh();
  const inner = within(scope, id);
  const body = draw(2)
    ? multiply(tensor('x', id), expression(draw, inner))
    : multiply(expression(draw, inner), tensor('x', id));
  const restricted =
    draw(4) === 0
      ? bracket(position(id), pick(draw, RELATIONS), expression(draw, { ...scope, depth: 0 }))
      : undefined;
  return total(
    pick(draw, ['sum', 'sum', 'product', 'max'] as const),
    { id, dimension: 'n' },
    body,
    restricted,
  );
}

function whole(draw: Draw, scope: Scope): Expr {
  const [row, column] = [scope.fresh(), scope.fresh()];
  const binder = (id: string) => ({ id, dimension: 'n' });
  const at = () => index(draw, scope, 'n');
  const one = add(tensor('x', row), expression(draw, within(scope, row)));
  const two = add(tensor('A', row, column), expression(draw, within(scope, row, column)));
  const bare = [
    add(tensor('x', row), negate(multiply(tensor('a'), num(draw(4)), tensor('y', row)))),
    divide(call('exp', negate(tensor('x', row))), size('n')),
    multiply(num('1/2'), add(divide(tensor('x', row), tensor('τ')), tensor('y', row))),
  ] as const;
  const bareMatrix = add(
    tensor('A', row, column),
    multiply(tensor('c'), delta(row, column)),
    negate(tensor('X', column, row)),
  );
  switch (draw(10)) {
    case 8:
      return fieldFunction('norm', [binder(row)], pick(draw, bare));
    case 9:
      return draw(2)
        ? matrixFunction('inv', binder(row), binder(column), bareMatrix, [at(), at()])
        : matrixFunction('det', binder(row), binder(column), bareMatrix);
    case 0:
      return fieldFunction('softmax', [binder(row)], draw(2) ? one : tensor('x', row), at());
    case 1:
      return fieldFunction('softmax', [binder(row)], tensor('A', at(), row), at());
    case 2:
      return fieldFunction(pick(draw, ['norm', 'mean', 'var', 'logsumexp'] as const), [binder(row)], one);
    case 3:
      return fieldFunction('norm', [binder(row), binder(column)], draw(2) ? two : tensor('X', row, column));
    case 4:
      return matrixFunction(
        draw(2) ? 'det' : 'logdet',
        binder(row),
        binder(column),
        tensor('X', column, row),
      );
    case 5:
      return matrixFunction('inv', binder(row), binder(column), tensor('X', row, column), [at(), at()]);
    case 6:
      return matrixFunction('inv', binder(row), binder(column), two, [at(), at()]);
    default:
      return fieldFunction('mean', [binder(row)], tensor('x', row));
  }
}

/** The largest component in an expression. */
export function largestComponent(expr: Expr, below: (expr: Expr) => Iterable<Expr>): number {
  let largest = 0;
  for (const node of below(expr)) {
    for (const { parts, offset } of indicesAt(node))
      if (parts.length === 0) largest = Math.max(largest, offset);
  }
  return largest;
}

/**
 * A form that is the same for expressions which differ only in the names of bound indices, in where a minus sign
 * stands (−2 x, −(2 x)), in whether a number is written as a quotient, and in whether i + 1 is one number or a sum.
 */
export function comparable(expr: Expr, bound: ReadonlyMap<string, string> = new Map()): unknown {
  return signed(strip(expr, bound));
}

/** The digits of a form that is a whole number. */
function wholeNumber(form: unknown): string | undefined {
  if (!Array.isArray(form) || form[0] !== 'number' || typeof form[1] !== 'string') return undefined;
  return /^[0-9]+$/.test(form[1]) ? form[1] : undefined;
}

type Form = { readonly sign: 1 | -1; readonly form: unknown };

function signed({ sign, form }: Form): unknown {
  return sign < 0 ? ['−', form] : form;
}

function strip(expr: Expr, bound: ReadonlyMap<string, string>): Form {
  const plain = (inner: Expr): unknown => comparable(inner, bound);
  const at = (of: Index): unknown => [
    of.parts.map(({ sign, id }) => `${sign < 0 ? '-' : '+'}${bound.get(id) ?? id}`).sort(),
    of.offset,
  ];
  const bind = (...ids: readonly string[]) => {
    const inner = new Map(bound);
    for (const id of ids) inner.set(id, `bound ${inner.size}`);
    return inner;
  };
  const positive = (form: unknown): Form => ({ sign: 1, form });
  switch (expr.kind) {
    case 'number':
      return { sign: expr.value.s < 0n ? -1 : 1, form: ['number', expr.value.abs().toFraction()] };
    case 'constant':
      return positive(expr.name);
    case 'size':
      return positive(['size', expr.dimension]);
    case 'position': {
      const { parts, offset } = expr.index;
      const terms = [...parts]
        .sort((a, b) => b.sign - a.sign)
        .map(({ sign, id }) => {
          const form = ['position', bound.get(id) ?? id];
          return sign < 0 ? ['−', form] : form;
        });
      const number = ['number', `${Math.abs(offset)}`];
      if (parts.length === 0) return { sign: offset < 0 ? -1 : 1, form: number };
      const all = offset === 0 ? terms : [...terms, offset < 0 ? ['−', number] : number];
      const [first] = all;
      return positive(all.length === 1 ? first : ['add', ...all]);
    }
    case 'tensor':
      return positive([expr.name, ...expr.indices.map(at)]);
    case 'delta':
      return positive(['delta', at(expr.left), at(expr.right)]);
    case 'bracket':
      return positive([expr.relation, plain(expr.left), plain(expr.right)]);
    case 'add':
      return positive(['add', ...expr.terms.map(plain)]);
    case 'negate': {
      const { sign, form } = strip(expr.operand, bound);
      const zero = JSON.stringify(form) === '["number","0"]';
      return { sign: sign < 0 || zero ? 1 : -1, form };
    }
    case 'multiply': {
      const [first, ...others] = expr.factors;
      const { sign, form } = first ? strip(first, bound) : positive('one');
      return { sign, form: ['multiply', form, ...others.map(plain)] };
    }
    case 'divide': {
      const { sign, form } = strip(expr.numerator, bound);
      const below = plain(expr.denominator);
      const [top, bottom] = [wholeNumber(form), wholeNumber(below)];
      if (top !== undefined && bottom !== undefined) {
        return { sign, form: ['number', num(top).value.div(bottom).toFraction()] };
      }
      return { sign, form: ['divide', form, below] };
    }
    case 'power':
      return positive(['power', plain(expr.base), plain(expr.exponent)]);
    case 'call':
      return positive(['call', expr.name, ...expr.args.map(plain)]);
    case 'total': {
      const inner = bind(expr.binder.id);
      const where = expr.where && comparable(expr.where, inner);
      return positive([expr.operation, expr.binder.dimension, where, comparable(expr.body, inner)]);
    }
    case 'cases':
      return positive([
        'cases',
        ...expr.branches.map(({ value, condition }) => [plain(value), plain(condition)]),
        expr.otherwise && plain(expr.otherwise),
      ]);
    case 'derivative':
      return positive(['derivative', plain(expr.of), ...expr.by.map(plain)]);
    case 'matrix': {
      const inner = bind(expr.row.id, expr.column.id);
      return positive([expr.name, comparable(expr.body, inner), ...(expr.at?.map(at) ?? [])]);
    }
    case 'field': {
      const inner = bind(...expr.binders.map(({ id }) => id));
      return positive([expr.name, expr.binders.length, comparable(expr.body, inner), expr.at && at(expr.at)]);
    }
  }
}
