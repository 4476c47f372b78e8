import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import Fraction from 'fraction.js';
import {
  Evaluator,
  erf,
  evaluate,
  evaluateWithScale,
  fill,
  fromNested,
  IndexRangeError,
  MissingSizeError,
  MissingValueError,
  type NDArray,
  NoBranchError,
  SizeConflictError,
  toNested,
  toNumber,
  UndeclaredValueError,
  UnknownFunctionError,
  UnworkedDerivativeError,
} from '../../src/formula/evaluate/index.js';
import { readExpression, declare as readTensors } from '../../src/formula/index.js';
import type { Declarations, Expr } from '../../src/formula/nodes.js';
import {
  add,
  at,
  bracket,
  call,
  declarations,
  declare,
  delta,
  div,
  index,
  mul,
  neg,
  num,
  pow,
  randomExpression,
  ranged,
  shapes,
  stream,
  sum,
  t,
  total,
} from './evaluate.expressions.js';
import { referenceValue } from './evaluate.reference.js';

const given = (values: Readonly<Record<string, NDArray>>): ReadonlyMap<string, NDArray> =>
  new Map(Object.entries(values));

function close(left: NDArray, right: NDArray): void {
  left.data.forEach((x, offset) => {
    assert.ok(Math.abs(x - (right.data[offset] ?? Number.NaN)) < 1e-11);
  });
}

const exp = (arg: Expr): Expr => call('exp', arg);
const i = ['i', 'n'] as const;
const j = ['j', 'n'] as const;

describe('evaluate', () => {
  it('agrees with loops over all index values, on random expressions of all kinds', () => {
    const sizes = { n: 3, m: 2 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 4 }), (seed, depth) => {
        const random = stream(seed);
        const expr = randomExpression(random, new Map([i, ['j', 'm']]), depth);
        const formula = ranged(expr, i, ['j', 'm']);
        const values = new Map(
          Object.entries(shapes)
            .filter(([name]) => name !== 's' && name !== 'Z')
            .map(([name, dimensions]) => [
              name,
              fill(
                dimensions.map((dimension) => sizes[dimension]),
                () => Math.round((random() * 4 - 2) * 1000) / 1000,
              ),
            ]),
        );
        const expected = referenceValue(formula, { declarations, values, sizes });
        const { value, scale } = evaluateWithScale(formula, values, declarations, { sizes });
        const plain = evaluate(formula, values, declarations, { sizes });
        assert.deepEqual(value.shape, [3, 2]);
        expected.forEach((right, offset) => {
          const found = value.data[offset] ?? Number.NaN;
          const bound = scale.data[offset] ?? Number.NaN;
          assert.ok(
            Object.is(found, plain.data[offset]) || found === plain.data[offset],
            'with and without scale',
          );
          if (!Number.isFinite(right) || !(bound < 1e100)) return;
          assert.ok(
            Math.abs(found - right) <= 32 * Number.EPSILON * (bound + Math.abs(right)),
            `entry ${offset}: ${found}, by loops ${right}, scale ${bound}`,
          );
        });
      }),
      { numRuns: 1500 },
    );
  });

  it('computes softmax and its Jacobian, also where the exponentials overflow', () => {
    const jacobian = ranged(mul(t('s', 'i'), add(delta('i', 'j'), neg(t('s', 'j')))), i, j);
    const x = fromNested([1000, 1001, 999]);
    const value = evaluate(jacobian, given({ x }), declarations);
    const weights = [Math.exp(-1), 1, Math.exp(-2)];
    const norm = weights.reduce((a, b) => a + b, 0);
    const s = weights.map((w) => w / norm);
    s.forEach((si, row) => {
      s.forEach((sj, column) => {
        const right = si * ((row === column ? 1 : 0) - sj);
        assert.ok(Math.abs((value.data[row * 3 + column] ?? Number.NaN) - right) < 1e-15);
      });
    });
  });

  it('does not overflow where the field knows how', () => {
    const x = fromNested([2000, -3000, 1999]);
    const Z = sum('k', 'n', exp(t('x', 'k')));
    const single = (expr: Expr, ...free: (readonly [string, string])[]): number[] => [
      ...evaluate(ranged(expr, ...free), given({ x }), declarations).data,
    ];
    const lse = 2000 + Math.log1p(Math.exp(-1));
    assert.deepEqual(single(call('log', Z)), [lse]);
    assert.deepEqual(single(call('log', t('Z'))), [lse]);
    assert.deepEqual(single(call('log', t('s', 'i')), i), [2000 - lse, -3000 - lse, 1999 - lse]);
    assert.deepEqual(single(call('log', div(exp(t('x', 'i')), Z)), i), [2000 - lse, -3000 - lse, 1999 - lse]);
    assert.deepEqual(single(call('log', call('sigmoid', t('x', 'i'))), i), [-0, -3000, -0]);
    assert.deepEqual(single(call('softplus', t('x', 'i')), i), [2000, 0, 1999]);
    assert.deepEqual(single(call('log', add(num(1), exp(t('x', 'i')))), i), [2000, 0, 1999]);
    assert.deepEqual(single(div(exp(t('x', 'i')), add(num(1), exp(t('x', 'i')))), i), [1, 0, 1]);
    const big = fromNested([3e200, 4e200, 0]);
    const norm = call('sqrt', sum('k', 'n', pow(t('x', 'k'), num(2))));
    const length = evaluate(ranged(norm), given({ x: big }), declarations).data[0] ?? 0;
    assert.ok(Math.abs(length / 5e200 - 1) < 1e-15);
    const second = div(mul(exp(t('x', 'i')), exp(t('x', 'j'))), pow(Z, num(2)));
    assert.ok(single(second, i, j).every(Number.isFinite));
    const logged: Expr = {
      kind: 'field',
      name: 'softmax',
      binders: [{ id: 'k', dimension: 'n' }],
      body: t('x', 'k'),
      at: index('i'),
    };
    assert.deepEqual(single(call('log', logged), i), [2000 - lse, -3000 - lse, 1999 - lse]);
  });

  it('reads 0 outside the range, counts positions from 0, and takes diagonals', () => {
    const x = fromNested([1, 2, 3]);
    const A = fromNested([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    const value = (expr: Expr): unknown => toNested(evaluate(ranged(expr, i), given({ x, A }), declarations));
    assert.deepEqual(value(t('x', index('i', 1))), [2, 3, 0]);
    assert.deepEqual(value(t('x', index('i', -2))), [0, 0, 1]);
    assert.deepEqual(value(mul(at('i'), t('x', 'i'))), [0, 2, 6]);
    assert.deepEqual(value(t('A', 'i', 'i')), [1, 5, 9]);
    assert.deepEqual(value(t('A', 'i', index('', 1))), [2, 5, 8]);
    assert.deepEqual(value(sum('k', 'n', t('x', index('ik')))), [6, 5, 3]);
    const causal = total('sum', 'k', 'n', t('x', 'k'), bracket(at('k'), '≤', at('i')));
    assert.deepEqual(value(causal), [1, 3, 6]);
  });

  it('lets a bracket or δ that is 0 win over what is infinite beside it', () => {
    const x = fromNested([0, 1, 4]);
    const apart = total(
      'sum',
      'k',
      'n',
      div(num(1), add(t('x', 'i'), neg(t('x', 'k')))),
      bracket(at('k'), '≠', at('i')),
    );
    assert.deepEqual(toNested(evaluate(ranged(apart, i), given({ x }), declarations)), [
      -1 - 1 / 4,
      1 - 1 / 3,
      1 / 4 + 1 / 3,
    ]);
    const guarded = mul(bracket(t('x', 'i'), '>', num(0)), call('log', t('x', 'i')));
    assert.deepEqual(toNested(evaluate(ranged(guarded, i), given({ x }), declarations)), [0, 0, Math.log(4)]);
  });

  it('takes the first branch that holds, and names the entry where none does', () => {
    const cases: Expr = {
      kind: 'cases',
      branches: [
        { value: num(1), condition: bracket(t('x', 'i'), '>', num(2)) },
        { value: num(2), condition: bracket(t('x', 'i'), '>', num(0)) },
      ],
    };
    const formula = ranged(cases, i);
    assert.deepEqual(
      toNested(evaluate(formula, given({ x: fromNested([3, 1, 4]) }), declarations)),
      [1, 2, 1],
    );
    assert.throws(
      () => evaluate(formula, given({ x: fromNested([3, 1, -4]) }), declarations),
      (error) => error instanceof NoBranchError && error.message.includes('at i = 2'),
    );
    const hidden = ranged(mul(bracket(t('x', 'i'), '>', num(0)), cases), i);
    assert.deepEqual(
      toNested(evaluate(hidden, given({ x: fromNested([3, 1, -4]) }), declarations)),
      [1, 2, 0],
    );
  });

  it('refuses what it cannot know, by name', () => {
    const x = fromNested([1, 2]);
    const of = (
      expr: Expr,
      values: Readonly<Record<string, NDArray>>,
      ...free: (readonly [string, string])[]
    ) => evaluate(ranged(expr, ...free), given(values), declarations);
    assert.throws(() => of(t('y', 'i'), { x }, i), MissingValueError);
    assert.throws(() => of(t('x', 'i'), { x, q: x }, i), UndeclaredValueError);
    assert.throws(() => of(t('x', 'i'), { x, y: fromNested([1, 2, 3]) }, i), SizeConflictError);
    assert.throws(() => of(t('x', 'i'), { x: fromNested([[1, 2]]) }, i), SizeConflictError);
    assert.throws(() => of({ kind: 'size', dimension: 'm' }, { x }), MissingSizeError);
    assert.throws(() => of(t('x', 'i'), { x, z: x }, ['i', 'm']), IndexRangeError);
    assert.throws(() => of(t('x', 'k'), { x }), IndexRangeError);
    assert.throws(
      () => of({ kind: 'call', name: 'frob', args: [t('x', 'i')] }, { x }, i),
      UnknownFunctionError,
    );
    const derivative: Expr = { kind: 'derivative', of: t('Z'), by: [t('x', 'i')] };
    assert.throws(() => of(derivative, { x }, i), UnworkedDerivativeError);
    const resolved = evaluate(ranged(derivative, i), given({ x }), declarations, {
      derivatives: () => exp(t('x', 'i')),
    });
    assert.deepEqual([...resolved.data], [Math.E, Math.exp(2)]);
  });

  it('takes a given value over a definition, and registered functions', () => {
    const value = evaluate(
      ranged(mul(t('Z'), { kind: 'call', name: 'cube', args: [t('x', 'i')] }), i),
      given({ x: fromNested([1, 2]), Z: fromNested(10) }),
      declarations,
      { functions: new Map([['cube', (x: number) => x ** 3]]) },
    );
    assert.deepEqual([...value.data], [10, 80]);
  });

  it('contracts a chain of matrices in n³, not n⁵, and a δ by picking', () => {
    const side = 60;
    const chain = declare({ A: ['n', 'n'], B: ['n', 'n'], C: ['n', 'n'], v: ['n'] });
    const random = stream(1);
    const square = (): NDArray => fill([side, side], () => random() - 0.5);
    const values = given({ A: square(), B: square(), C: square(), v: fill([side], () => random()) });
    const body = mul(t('A', 'i', 'k'), t('B', 'k', 'l'), t('C', 'l', 'p'), t('v', 'p'));
    const product = sum('k', 'n', sum('l', 'n', sum('p', 'n', body)));
    const nested = sum(
      'k',
      'n',
      mul(
        t('A', 'i', 'k'),
        sum('l', 'n', mul(t('B', 'k', 'l'), sum('p', 'n', mul(t('C', 'l', 'p'), t('v', 'p'))))),
      ),
    );
    const left = evaluate(ranged(product, i), values, chain);
    const right = evaluate(ranged(nested, i), values, chain);
    close(left, right);
    // Σ_kl G_kl (δ_ki δ_lj − A_ik B_jl): dense over i, j, k, l it would be 60⁴ = 13 million entries a term
    const picked = sum(
      'k',
      'n',
      sum(
        'l',
        'n',
        mul(
          t('C', 'k', 'l'),
          add(mul(delta('k', 'i'), delta('l', 'j')), neg(mul(t('A', 'i', 'k'), t('B', 'j', 'l')))),
        ),
      ),
    );
    const written = add(
      t('C', 'i', 'j'),
      neg(sum('k', 'n', sum('l', 'n', mul(t('A', 'i', 'k'), t('C', 'k', 'l'), t('B', 'j', 'l'))))),
    );
    const a = evaluate(ranged(picked, i, j), values, chain);
    const b = evaluate(ranged(written, i, j), values, chain);
    close(a, b);
  });

  it('runs the example of its documentation', () => {
    const given0 = readTensors({ x: ['n'] });
    const total0 = readExpression('Σ_k x_k', given0);
    assert.equal(evaluate(total0, new Map([['x', fromNested([1, 2, 3])]]), given0).data[0], 6);
  });

  it('shares what several formulas have in common', () => {
    const evaluator = new Evaluator(given({ x: fromNested([1, 2, 3]) }), declarations);
    const first = evaluator.value(ranged(t('s', 'i'), i));
    first.data[0] = 17;
    assert.ok((evaluator.value(ranged(t('s', 'i'), i)).data[0] ?? 0) < 1);
  });

  it('gives a scale that explains the rounding of a sum that cancels', () => {
    const two: Declarations = declare({ a: [], b: [] });
    const values = given({ a: fromNested(1e8), b: fromNested(1e-3) });
    const square = pow(add(t('a'), t('b')), num(2));
    const cancelled = add(square, neg(pow(t('a'), num(2))), neg(mul(num(2), t('a'), t('b'))));
    const { value, scale } = evaluateWithScale(ranged(cancelled), values, two);
    const error = Math.abs((value.data[0] ?? 0) - 1e-6);
    assert.ok(error > 1e-7 && error <= Number.EPSILON * (scale.data[0] ?? 0));
  });
});

describe('matrices', () => {
  const minor = (matrix: readonly (readonly number[])[], column: number): number[][] =>
    matrix.slice(1).map((row) => row.filter((_, at) => at !== column));
  /** Laplace's expansion along the first row. */
  const laplace = (matrix: readonly (readonly number[])[]): number =>
    matrix.length === 0
      ? 1
      : (matrix[0] ?? []).reduce(
          (sum, x, k) => sum + (k % 2 === 0 ? 1 : -1) * x * laplace(minor(matrix, k)),
          0,
        );
  const A = t('A', 'a', 'b');
  const node = (name: 'inv' | 'det' | 'logdet'): Expr => ({
    kind: 'matrix',
    name,
    row: { id: 'a', dimension: 'n' },
    column: { id: 'b', dimension: 'n' },
    body: A,
    ...(name === 'inv' ? { at: [index('i'), index('j')] as const } : {}),
  });

  it('det, logdet and inv are right, with rows that must be exchanged', () => {
    const matrices: readonly (readonly (readonly number[])[])[] = [
      [
        [0, 1],
        [2, 3],
      ],
      [
        [0, 0, 2],
        [3, 0, 0],
        [0, 5, 0],
      ],
      [
        [1, 2, 3],
        [2, 4, 7],
        [3, 5, 3],
      ],
      [
        [0, 2, 1, 1],
        [1, 0, 2, 3],
        [4, 1, 0, 2],
        [2, 2, 2, 0],
      ],
      [[-2]],
    ];
    for (const matrix of matrices) {
      const values = given({ A: fromNested(matrix) });
      const right = laplace(matrix);
      const det = evaluateWithScale(ranged(node('det')), values, declarations);
      assert.ok(Math.abs((det.value.data[0] ?? 0) - right) <= 4 * Number.EPSILON * (det.scale.data[0] ?? 0));
      const logdet = evaluate(ranged(node('logdet')), values, declarations).data[0] ?? Number.NaN;
      assert.ok(Math.abs(logdet - Math.log(Math.abs(right))) < 1e-14);
      const product = sum(
        'k',
        'n',
        mul(t('A', 'i', 'k'), { ...node('inv'), at: [index('k'), index('j')] } as Expr),
      );
      const unit = evaluate(ranged(product, i, j), values, declarations);
      unit.data.forEach((x, at0) => {
        assert.ok(Math.abs(x - (at0 % (matrix.length + 1) === 0 ? 1 : 0)) < 1e-14);
      });
    }
    const singular = given({
      A: fromNested([
        [1, 2],
        [2, 4],
      ]),
    });
    assert.equal((evaluate(ranged(node('det')), singular, declarations).data[0] ?? 1) + 0, 0);
    assert.equal(evaluate(ranged(node('logdet')), singular, declarations).data[0], Number.NEGATIVE_INFINITY);
  });
});

describe('what is kept for being equal', () => {
  it('differs where an offset, a condition or a binder differs', () => {
    const x = fromNested([1, 2, 4]);
    const value = (expr: Expr): unknown => toNested(evaluate(ranged(expr, i), given({ x }), declarations));
    const square = (offset: number): Expr => pow(t('x', index('i', offset)), num(2));
    assert.deepEqual(value(add(square(0), square(1))), [5, 20, 16]);
    const below = total('sum', 'k', 'n', t('x', 'k'), bracket(at('k'), '<', at('i')));
    const upTo = total('sum', 'k', 'n', t('x', 'k'), bracket(at('k'), '≤', at('i')));
    assert.deepEqual(value(add(below, mul(num(10), upTo))), [10, 31, 73]);
    const most = total('max', 'k', 'n', t('x', 'k'));
    assert.deepEqual(value(add(most, mul(num(10), sum('k', 'n', t('x', 'k'))))), [74, 74, 74]);
  });
});

describe('numbers', () => {
  it('erf is right to double precision', () => {
    // CPython's math.erf
    const known: readonly (readonly [number, number])[] = [
      [0, 0],
      [1e-10, 1.1283791670955126e-10],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [2, 0.9953222650189527],
      [2.9, 0.9999589021219005],
      [3, 0.9999779095030014],
      [4, 0.9999999845827421],
      [5.5, 0.9999999999999927],
      [7, 1],
    ];
    for (const [x, right] of known) {
      assert.ok(Math.abs(erf(x) - right) <= 4e-16 * Math.abs(right), `erf ${x} = ${erf(x)}`);
      assert.equal(erf(-x), -erf(x));
    }
    assert.ok(Math.abs(erf(2 - 1e-15) - erf(2 + 1e-15)) < 1e-15);
    assert.ok(Number.isNaN(erf(Number.NaN)));
  });

  it('rationals become the nearest double', () => {
    assert.equal(toNumber(new Fraction('1/3')), 1 / 3);
    assert.equal(toNumber(new Fraction('-0.1')), -0.1);
    assert.equal(toNumber(new Fraction('3.14159265358979323846264338327950288')), Math.PI);
    assert.equal(toNumber(new Fraction('100000000000000000000000')), 1e23);
  });

  it('nested arrays go there and back, ragged ones are refused', () => {
    const nested = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    assert.deepEqual(toNested(fromNested(nested)), nested);
    assert.throws(() => fromNested([[1, 2], [3]]), /rows of the nested array differ/);
  });
});
