import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import {
  agree,
  type Declarations,
  declare,
  delta,
  num,
  prove,
  type Ranged,
  readAssumption,
  readDefinition,
  readExpression,
  readLine,
  simplify,
  sum,
  toText,
} from '../../src/formula/index.js';
import { expression, type Flavour, rewritten, world } from './random-expressions.js';

const ranges = new Map([
  ['i', 'n'],
  ['j', 'n'],
  ['c', 'm'],
]);
const ranged = (expr: Ranged['expr']): Ranged => ({ expr, free: ['i', 'j', 'c'], ranges });

function proves(declarations: Declarations, left: string, right: string) {
  const a = readExpression(left, declarations);
  const b = readLine(right, declarations, { asked: a });
  assert.ok(b.kind === 'expression' && b.problems.length === 0);
  return prove(declarations, a.expr, b.ranged.expr, a.ranges);
}

const d = declare({
  x: ['n'],
  y: ['n'],
  t: ['n'],
  A: ['n', 'n'],
  B: ['n', 'm'],
  u: ['m'],
  a: [],
  b: [],
  c: [],
});

describe('equal formulas have one form', () => {
  const equalities: readonly (readonly [string, string])[] = [
    ['a/(a + b) + b/(a + b)', '1'],
    ['1/(a b) + 1/(a c)', '(b + c)/(a b c)'],
    ['(a^2 − b^2)/(a − b)', 'a + b'],
    ['Σ_k x_k/(x_k + y_k) + Σ_k y_k/(x_k + y_k)', 'n'],
    ['3 Σ_k x_k/(x_k + y_k) + 3 Σ_k y_k/(x_k + y_k)', '3 n'],
    ['Σ_k δ_ik x_k', 'x_i'],
    ['Σ_ik A_ik δ_ik', 'Σ_k A_kk'],
    ['(Σ_k x_k)^2', 'Σ_i Σ_k x_i x_k'],
    ['Σ_i y_i (Σ_k A_ik x_k)^2', 'Σ_i Σ_k Σ_j y_i A_ik x_k A_ij x_j'],
    ['Σ_k exp(x_k) / Σ_l exp(x_l)', '1'],
    ['Σ_i y_i Σ_j exp(B_ij) / Σ_l exp(B_il)', 'Σ_i y_i'],
    ['Σ_{k≠i} x_k', 'Σ_k x_k − x_i'],
    ['Σ_{k<i} x_k + Σ_{k≥i} x_k', 'Σ_k x_k'],
    ['Π_k (x_k y_k)', '(Π_k x_k) Π_k y_k'],
    ['Π_k exp(x_k)', 'exp(Σ_k x_k)'],
    ['log(exp(a) exp(b))', 'a + b'],
    ['log(Σ_k exp(x_k − a)) + a', 'logsumexp(x)'],
    ['sigmoid(−a)', '1 − sigmoid(a)'],
    ['sigmoid(a)', '1/(1 + exp(−a))'],
    ['exp(a) (1 − sigmoid(a))', 'sigmoid(a)'],
    ['log(sigmoid(a))', '−softplus(−a)'],
    ['softplus(a) − softplus(−a)', 'a'],
    ['tanh(a)', '(exp(a) − exp(−a))/(exp(a) + exp(−a))'],
    ['tanh(a)', '2 sigmoid(2 a) − 1'],
    ['1 − tanh(a)^2', '4/(exp(a) + exp(−a))^2'],
    ['relu(a) − relu(−a)', 'a'],
    ['relu(a) + relu(−a)', 'abs(a)'],
    ['abs(a)^2', 'a^2'],
    ['sqrt(a^2)', 'abs(a)'],
    ['a sign(a)', 'abs(a)'],
    ['[x_i = max_k x_k] [x_i > max_k x_k] y_i', '0'],
    ['max(a, b) + min(a, b)', 'a + b'],
    ['max(a, b)', 'a [a > b] + b [a ≤ b]'],
    ['sin(a)^2 + cos(a)^2', '1'],
    ['erf(−a)', '−erf(a)'],
    ['cos(−a)', 'cos(a)'],
    ['abs(−2 a)', '2 abs(a)'],
    ['sigmoid(0)', '1/2'],
    ['log(3 exp(a) / 2)', 'a + log(3) − log(2)'],
    ['{ a if i = j; b otherwise } x_i y_j', '(a δ_ij + b (1 − δ_ij)) x_i y_j'],
    ['norm(x)^2', 'Σ_k x_k x_k'],
    ['var(x)', '1/n Σ_k x_k^2 − mean(x)^2'],
    ['Σ_k (x_k − mean(x))', '0'],
    ['max_k (x_k + a)', 'a + max_k x_k'],
    ['Σ_k inv(A)_ik A_kj', 'δ_ij'],
    ['Σ_kl inv(A)_ik A_kl x_l', 'x_i'],
    ['det(2 A)', '2^n det(A)'],
    ['logdet(A A)', '2 logdet(A)'],
    ['inv(2 A)', '1/2 inv(A)'],
    ['det(inv(A))', '1 / det(A)'],
    ['1 / (1 − sigmoid(a))', '1 + exp(a)'],
    ['Π_k (a x_k)', 'a^n Π_k x_k'],
    ['max_k (2 x_k)', '2 max_k x_k'],
    ['inv_pq(A_qp)_ij x_i', 'inv(A)_ji x_i'],
    ['x_i y_j / (x_i − x_j)^2', 'x_i y_j / (x_j − x_i)^2'],
    ['Σ_p u_p x_{i+p} y_i', 'y_i Σ_p Σ_k u_p x_k δ_{k,i+p}'],
  ];
  for (const [left, right] of equalities) {
    test(`${left} = ${right}`, () => assert.ok(proves(d, left, right)));
  }
});

describe('different formulas are not proved equal', () => {
  const differences: readonly (readonly [string, string])[] = [
    ['a/(a + b)', '1'],
    ['a/(a + b) + b/(a + b) + sqrt(a + b)', '1'],
    ['Σ_k x_k', 'Σ_k y_k'],
    ['A_ij', 'A_ji'],
    ['Σ_k A_ik', 'Σ_k A_ki'],
    ['(Σ_k x_k)^2', 'Σ_k x_k^2'],
    ['Σ_i y_i (Σ_k A_ik x_k)^2', 'Σ_i Σ_k y_i A_ik^2 x_k^2'],
    ['Σ_i y_i (Σ_k A_ik x_k)^2', 'Σ_i Σ_k y_i A_ik x_k'],
    ['[x_i = max_k x_k] [x_i > 0] y_i', '0'],
    ['δ_ij x_i x_j', 'x_i x_j'],
    ['log(a b)', 'log(a) − log(b)'],
    ['sqrt(a^2)', 'a'],
    ['relu(a)', 'a'],
    ['sigmoid(−a)', 'sigmoid(a)'],
    ['exp(a + b)', 'exp(a) + exp(b)'],
    ['inv(A)_ij', 'inv(A)_ji'],
    ['inv_pq(A_qp)_ij x_i', 'inv(A)_ij x_i'],
    ['inv(2 A)', '2 inv(A)'],
    ['det(inv(A))', 'det(A)'],
    ['1 / (1 − sigmoid(a))', '1 + exp(−a)'],
    ['Π_k (a x_k)', 'a Π_k x_k'],
    ['max_k (2 x_k)', 'max_k x_k'],
    ['y_i / (x_i − x_j)', 'y_i / (x_j − x_i)'],
    ['Σ_k x_k / x_k', '1'],
    ['max_k x_k', 'Σ_k x_k'],
    ['(a^n)^2', 'abs(a)^n'],
    ['sqrt(i i) x_i', 'x_i'],
    ['sign(i) x_i', 'x_i'],
  ];
  for (const [left, right] of differences) {
    test(`${left} ≠ ${right}`, () => assert.equal(proves(d, left, right), undefined));
  }
});

test('δ contracts only indices that run over the same dimension', () => {
  const both = (of: string): boolean =>
    prove(d, sum('c', of, delta('j', 'c')), num(1), new Map([['j', 'n']])) !== undefined;
  assert.ok(both('n'));
  assert.ok(!both('m'));
});

describe('assumptions', () => {
  const assuming = (...lines: string[]): Declarations =>
    lines.reduce((now, line) => readAssumption(line, now).declarations, d);

  test('are used where they are needed, and named', () => {
    const proof = proves(assuming('Σ_i t_i = 1'), 'x_j Σ_i t_i − t_j', 'x_j − t_j');
    assert.deepEqual(proof?.assumptions, ['Σ_i t_i = 1']);
  });

  test('are not named where a proof goes without them', () => {
    assert.deepEqual(proves(assuming('Σ_i t_i = 1'), 'x_j + t_j', 't_j + x_j')?.assumptions, []);
  });

  test('symmetry', () => {
    assert.equal(proves(d, 'Σ_k (A_ik + A_ki) x_k', '2 Σ_k A_ik x_k'), undefined);
    assert.deepEqual(
      proves(assuming('A_ij = A_ji'), 'Σ_k (A_ik + A_ki) x_k', '2 Σ_k A_ik x_k')?.assumptions,
      ['A_ij = A_ji'],
    );
  });

  test('an inequality between entries is no symmetry', () => {
    assert.equal(proves(assuming('A_ij ≥ A_ji'), 'Σ_k (A_ik + A_ki) x_k', '2 Σ_k A_ik x_k'), undefined);
  });

  test('a multiple of a sum', () => {
    assert.ok(proves(assuming('2 Σ_i t_i = 3'), 'x_j Σ_i t_i', '3/2 x_j'));
  });

  test('a sum with a free index, inside another sum', () => {
    const rows = assuming('Σ_p B_ip = 1');
    assert.ok(proves(rows, 'Σ_i Σ_p x_i B_ip', 'Σ_i x_i'));
  });

  test('signs', () => {
    assert.equal(proves(d, 'abs(x_i)', 'x_i'), undefined);
    assert.ok(proves(assuming('x_i > 0'), 'abs(x_i)', 'x_i'));
    assert.ok(proves(assuming('0 < x_i'), 'abs(x_i)', 'x_i'));
    assert.ok(proves(assuming('x_i ≥ 1'), 'abs(x_i)', 'x_i'));
    assert.equal(proves(assuming('x_i > −1'), 'abs(x_i)', 'x_i'), undefined);
    assert.equal(proves(assuming('x_i < 0'), 'abs(x_i)', 'x_i'), undefined);
    assert.equal(proves(assuming('x_i ≥ 0'), 'sign(x_i)', '1'), undefined);
    assert.ok(proves(assuming('x_i > 0'), 'log(x_i y_i^2 / x_i)', 'log(y_i^2)'));
  });

  test('what a logarithm needs is named as a condition', () => {
    const proof = proves(d, 'log(a b)', 'log(a) + log(b)');
    assert.ok(proof?.conditions.some((c) => 'words' in c && c.words === 'a > 0'));
  });

  test('powers that have a value', () => {
    assert.ok(proves(assuming('x_i^2 = x_i'), 'Σ_i x_i^3 y_i', 'Σ_i x_i y_i'));
    assert.ok(proves(assuming('y_i^2 = 1'), 'Σ_i y_i^4 x_i', 'Σ_i x_i'));
  });
});

describe('definitions', () => {
  test('are opened where that decides', () => {
    const known = readDefinition('s_i = exp(x_i) / Σ_k exp(x_k)', d).declarations;
    assert.ok(proves(known, 'Σ_i s_i', '1'));
    assert.ok(proves(known, 'log(s_i)', 'x_i − log(Σ_k exp(x_k))'));
  });
});

describe('random formulas', () => {
  const runs: Record<Flavour, number> = { polynomial: 120, rational: 80, everything: 80 };
  for (const flavour of ['polynomial', 'rational', 'everything'] as const) {
    test(`${flavour}: however it is written, there is one form`, () => {
      fc.assert(
        fc.property(expression(flavour, 3), fc.integer(), (expr, seed) => {
          const other = rewritten(expr, seed);
          assert.ok(
            prove(world, expr, other, ranges),
            `${toText(ranged(expr), world)}  ≠  ${toText(ranged(other), world)}`,
          );
        }),
        { numRuns: runs[flavour], seed: 7 },
      );
    });

    test(`${flavour}: the readable form has the same values and is proved equal`, () => {
      fc.assert(
        fc.property(expression(flavour, 3), (expr) => {
          const short = simplify(world, expr, ranges).expr;
          assert.ok(
            prove(world, expr, short, ranges),
            `${toText(ranged(expr), world)}  ≠  ${toText(ranged(short), world)}`,
          );
          const numbers = agree(ranged(expr), ranged(short), world, { count: 2 });
          assert.ok(
            'none' in numbers || numbers.agrees,
            `${toText(ranged(expr), world)}  →  ${toText(ranged(short), world)}`,
          );
        }),
        { numRuns: runs[flavour] / 2, seed: 11 },
      );
    });

    test(`${flavour}: what numbers tell apart is never proved equal`, () => {
      fc.assert(
        fc.property(expression(flavour, 2), expression(flavour, 2), (left, right) => {
          const proof = prove(world, left, right, ranges);
          const numbers = agree(ranged(left), ranged(right), world, { count: 2 });
          assert.ok(
            proof === undefined || 'none' in numbers || numbers.agrees,
            `${toText(ranged(left), world)}  ≠  ${toText(ranged(right), world)}`,
          );
        }),
        { numRuns: runs[flavour], seed: 13 },
      );
    });
  }
});
