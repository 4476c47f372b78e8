import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { autogradDerivative, compile, tf } from '../../src/autograd/index.js';
import {
  bracket,
  call,
  cases,
  delta,
  divide,
  type Expr,
  evaluateWithScale,
  fill,
  fromNested,
  matrixFunction,
  multiply,
  type NDArray,
  negate,
  num,
  position,
  power,
  subtract,
  sum,
  tensor as t,
  total,
} from '../../src/formula/index.js';
import { differences, type Point, probePoints, type Question } from '../../src/formula/probes/index.js';
import { declarations, randomExpression, ranged, shapes, stream } from '../formula/evaluate.expressions.js';

const ulp = 2 ** -23;
const i = ['i', 'n'] as const;

/** Declarations with one more definition, F over the given indices. */
function withF(body: Expr, ...free: readonly (readonly [string, string])[]): typeof declarations {
  const definition = { indices: free.map(([id]) => id), body };
  const tensors = new Map(declarations.tensors);
  tensors.set('F', { name: 'F', dimensions: free.map(([, dimension]) => dimension), definition });
  return { ...declarations, tensors };
}

/** Autograd of F against differences in float64, entry by entry. */
function checkDerivative(question: Question, given: typeof declarations, point: Point): number {
  const autograd = autogradDerivative(question, given, point);
  assert.ok(!('none' in autograd), 'none' in autograd ? autograd.none : '');
  const truth = differences(question, given, point);
  assert.deepEqual(autograd.free, truth.free);
  assert.deepEqual(autograd.value.shape, truth.value.shape);
  let told = 0;
  truth.value.data.forEach((right, at) => {
    const found = autograd.value.data[at] ?? Number.NaN;
    const tolerance =
      8 * ulp * (autograd.scale.data[at] ?? Number.NaN) + 3 * (truth.error.data[at] ?? Number.NaN) + 1e-10;
    if (tolerance < 1e-3 * Math.max(1, Math.abs(right))) told += 1;
    assert.ok(
      Math.abs(found - right) <= tolerance,
      `entry ${at}: autograd ${found}, differences ${right} ± ${tolerance}`,
    );
  });
  return told;
}

const sizes = { n: 3, m: 2 };

/** Random values in [−1, 1) for all given tensors, exact in float32. */
function randomValues(random: () => number): ReadonlyMap<string, NDArray> {
  return new Map(
    (['x', 'y', 'z', 'W', 'A', 'c'] as const).map((name) => [
      name,
      fill(
        shapes[name].map((dimension) => sizes[dimension]),
        () => Math.round((random() * 2 - 1) * 64) / 64,
      ),
    ]),
  );
}

function pointFor(
  given: typeof declarations,
  expr: Expr,
  ...free: readonly (readonly [string, string])[]
): Point {
  const probes = probePoints(given, [ranged(expr, ...free)], { count: 1, seed: 3 });
  assert.ok(!('none' in probes), 'none' in probes ? probes.none : '');
  const [point] = probes.points;
  assert.ok(point !== undefined);
  return point;
}

describe('compile', () => {
  it('computes the same as float64, within float32, on random expressions of all kinds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 3 }), (seed, depth) => {
        const random = stream(seed);
        const formula = ranged(randomExpression(random, new Map([i, ['j', 'm']]), depth), i, ['j', 'm']);
        const names = Object.keys(shapes).filter(
          (name) => name !== 's' && name !== 'Z',
        ) as (keyof typeof shapes)[];
        const values = new Map(
          names.map((name): [string, NDArray] => [
            name,
            fill(
              shapes[name].map((dimension) => sizes[dimension]),
              () => Math.round((random() * 4 - 2) * 64) / 64,
            ),
          ]),
        );
        const { value, scale } = evaluateWithScale(formula, values, declarations, { sizes });
        tf.tidy(() => {
          const tensors = names.map((name) => {
            const { data = [], shape = [] } = values.get(name) ?? {};
            return tf.tensor(Float32Array.from(data), [...shape]);
          });
          const found = compile(formula, declarations, names, { sizes })(...tensors);
          assert.deepEqual(found.shape, value.shape);
          found.dataSync().forEach((x, at) => {
            const right = value.data[at] ?? Number.NaN;
            const bound = scale.data[at] ?? Number.NaN;
            if (!(bound < 1e6)) return;
            assert.ok(
              Math.abs(x - right) <= 16 * ulp * bound + 1e-10,
              `entry ${at}: ${x}, float64 ${right} (scale ${bound})`,
            );
          });
        });
      }),
      { numRuns: 150 },
    );
  });

  it('computes many points at once, a value that does not depend on them included', () => {
    const x = tf.tensor2d([
      [1, 2, 3],
      [0, 0, 1],
    ]);
    const both = compile(ranged(t('s', 'i'), i), declarations, ['x'], { batched: new Set(['x']) })(x);
    tf.tidy(() => {
      const right = tf.softmax(x);
      assert.ok(Math.max(...tf.abs(tf.sub(both, right)).dataSync()) < 1e-6);
    });
    const constant = compile(ranged(num(2)), declarations, ['x'], { batched: new Set(['x']) })(x);
    assert.deepEqual(constant.arraySync(), [2, 2]);
    tf.dispose([x, both, constant]);
  });

  it('leaves no tensors behind', () => {
    const point = pointFor(declarations, t('s', 'i'), i);
    const before = tf.memory().numTensors;
    autogradDerivative({ of: t('s', 'i'), by: [t('x', 'j')] }, declarations, point);
    autogradDerivative({ of: t('Z'), by: [t('x', 'i'), t('x', 'j')] }, declarations, point);
    assert.equal(tf.memory().numTensors, before);
  });

  it('what a condition hides does not spoil a gradient', () => {
    const x = tf.tensor1d([-1, 0, 4]);
    const gradientOf = (expr: Expr): number[] => {
      const f = compile(ranged(sum('k', 'n', expr)), declarations, ['x']);
      const found = tf.tidy(() => [
        ...tf
          .grad((at: Tensor) => f(at))(x)
          .dataSync(),
      ]);
      return found.map((slope) => slope + 0);
    };
    const positive = bracket(t('x', 'k'), '>', num(0));
    assert.deepEqual(gradientOf(multiply(positive, call('log', t('x', 'k')))), [0, 0, 0.25]);
    assert.deepEqual(gradientOf(multiply(positive, call('sqrt', t('x', 'k')))), [0, 0, 0.25]);
    assert.deepEqual(gradientOf(divide(positive, t('x', 'k'))), [0, 0, -0.0625]);
    assert.deepEqual(
      gradientOf(cases([{ value: call('log', t('x', 'k')), condition: positive }], num(3))),
      [0, 0, 0.25],
    );
    const apart = sum(
      'l',
      'n',
      divide(num(1), subtract(t('x', 'k'), t('x', 'l'))),
      bracket(position('l'), '<', position('k')),
    );
    assert.ok(gradientOf(apart).every(Number.isFinite));
    x.dispose();
  });
});

describe('autogradDerivative', () => {
  const x = t('x', 'j');
  const cases0: readonly (readonly [
    string,
    Expr,
    readonly (readonly [string, string])[],
    readonly (Expr & { kind: 'tensor' })[],
  ])[] = [
    ['softmax', t('s', 'i'), [i], [x]],
    ['softmax with itself', t('s', 'i'), [i], [t('s', 'j')]],
    ['cross-entropy', negate(sum('k', 'n', multiply(t('y', 'k'), call('log', t('s', 'k'))))), [], [x]],
    [
      'determinant',
      matrixFunction('det', { id: 'a', dimension: 'n' }, { id: 'b', dimension: 'n' }, t('A', 'a', 'b')),
      [],
      [t('A', 'i', 'j')],
    ],
    [
      'log determinant',
      matrixFunction('logdet', { id: 'a', dimension: 'n' }, { id: 'b', dimension: 'n' }, t('A', 'a', 'b')),
      [],
      [t('A', 'i', 'j')],
    ],
    [
      'inverse',
      matrixFunction('inv', { id: 'a', dimension: 'n' }, { id: 'b', dimension: 'n' }, t('A', 'a', 'b'), [
        'i',
        'k',
      ]),
      [i, ['k', 'n']],
      [t('A', 'p', 'q')],
    ],
    [
      'second of log determinant',
      matrixFunction('logdet', { id: 'a', dimension: 'n' }, { id: 'b', dimension: 'n' }, t('A', 'a', 'b')),
      [],
      [t('A', 'i', 'j'), t('A', 'p', 'q')],
    ],
    ['product', total('product', { id: 'k', dimension: 'n' }, t('x', 'k')), [], [x]],
    ['second of a product', total('product', { id: 'k', dimension: 'n' }, t('x', 'k')), [], [t('x', 'i'), x]],
    ['max', total('max', { id: 'k', dimension: 'n' }, power(t('x', 'k'), 3)), [], [x]],
    ['second of max', total('max', { id: 'k', dimension: 'n' }, power(t('x', 'k'), 3)), [], [t('x', 'i'), x]],
    [
      'relu of a product',
      call('relu', sum('k', 'm', multiply(t('W', 'i', 'k'), t('z', 'k')))),
      [i],
      [t('W', 'j', 'l')],
    ],
    [
      'shifted',
      sum(
        'k',
        'm',
        multiply(
          t('z', 'k'),
          t('x', {
            parts: [
              { sign: 1, id: 'i' },
              { sign: 1, id: 'k' },
            ],
            offset: 0,
          }),
        ),
      ),
      [i],
      [t('z', 'l')],
    ],
    ['erf', call('erf', t('x', 'i')), [i], [x]],
    ['second of erf', call('erf', t('x', 'i')), [i], [x, t('x', 'k')]],
    ['powers', power(call('abs', t('x', 'i')), num('3/2')), [i], [x]],
    ['power by its exponent', sum('k', 'n', power(call('exp', t('x', 'k')), t('c'))), [], [t('c')]],
    [
      'mixed second',
      sum('k', 'n', sum('l', 'm', multiply(t('x', 'k'), t('W', 'k', 'l'), power(t('z', 'l'), 2)))),
      [],
      [t('x', 'i'), t('z', 'q')],
    ],
    ['second of logsumexp', call('log', t('Z')), [], [t('x', 'i'), x]],
    [
      'causal',
      sum(
        'k',
        'n',
        multiply(t('A', 'i', 'k'), call('exp', t('x', 'k'))),
        bracket(position('k'), '≤', position('i')),
      ),
      [i],
      [x],
    ],
    ['diagonal', multiply(t('A', 'i', 'i'), t('x', 'i')), [i], [t('A', 'j', 'k')]],
    ['constant', multiply(delta('i', 'k'), t('c')), [i, ['k', 'n']], [x]],
    ['min and max of two', call('max', t('x', 'i'), call('min', t('y', 'i'), t('c'))), [i], [t('y', 'j')]],
  ];
  for (const [what, body, free, by] of cases0) {
    it(`agrees with differences: ${what}`, () => {
      const given = withF(body, ...free);
      const of = t('F', ...free.map(([id]) => id));
      const point = pointFor(given, of, ...free);
      const all = new Map(point.values);
      for (const { name } of by) {
        const tensor = given.tensors.get(name);
        assert.ok(tensor !== undefined);
        if (all.has(name) || tensor.definition !== undefined) continue;
        all.set(
          name,
          fill(
            tensor.dimensions.map((dimension) => point.sizes[dimension] ?? 0),
            (k) => 1 + k / 4,
          ),
        );
      }
      assert.ok(checkDerivative({ of, by }, given, { ...point, values: all }) > 0, 'some entry can tell');
    });
  }

  it('agrees with differences on random smooth expressions', () => {
    let told = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = stream(seed);
        const given = withF(randomExpression(random, new Map([i]), 3, true), i);
        const point: Point = { sizes, seed, values: randomValues(random) };
        told += checkDerivative({ of: t('F', 'i'), by: [t('x', 'j')] }, given, point);
      }),
      { numRuns: 60 },
    );
    assert.ok(told > 200, `${told} entries could tell`);
  });

  it('agrees with differences on second derivatives of random smooth expressions', () => {
    let told = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = stream(seed);
        const given = withF(randomExpression(random, new Map(), 3, true));
        const values = randomValues(random);
        const point: Point = { sizes, seed, values };
        told += checkDerivative({ of: t('F'), by: [t('x', 'i'), t('x', 'j')] }, given, point);
        told += checkDerivative({ of: t('F'), by: [t('x', 'i'), t('z', 'q')] }, given, point);
      }),
      { numRuns: 25 },
    );
    assert.ok(told > 100, `${told} entries could tell`);
  });

  it('exchanges rows where a matrix needs it', () => {
    const at = ['a', 'b'].map((id) => ({ id, dimension: 'n' }));
    const [row = { id: 'a', dimension: 'n' }, column = row] = at;
    const point: Point = {
      sizes: { n: 3 },
      values: new Map([
        [
          'A',
          fromNested([
            [0, 3, 2],
            [2, 1, 1],
            [1, 1, 5],
          ]),
        ],
      ]),
      seed: 1,
    };
    for (const name of ['det', 'logdet'] as const) {
      const given = withF(matrixFunction(name, row, column, t('A', 'a', 'b')));
      assert.ok(checkDerivative({ of: t('F'), by: [t('A', 'i', 'j')] }, given, point) === 9, name);
    }
    const inverse = withF(matrixFunction('inv', row, column, t('A', 'a', 'b'), ['i', 'k']), i, ['k', 'n']);
    assert.ok(checkDerivative({ of: t('F', 'i', 'k'), by: [t('A', 'p', 'q')] }, inverse, point) > 70);
  });

  it('computes functions registered from outside, given on tensors', () => {
    const given = withF({ kind: 'call', name: 'cube', args: [multiply(num(2), t('x', 'i'))] }, i);
    const point: Point = { sizes: { n: 2 }, values: new Map([['x', fromNested([1, 2])]]), seed: 1 };
    const tensorFunctions = new Map([['cube', (...[x]: readonly Tensor[]) => tf.pow(x ?? 0, 3)]]);
    const found = autogradDerivative({ of: t('F', 'i'), by: [x] }, given, point, { tensorFunctions });
    assert.ok(!('none' in found));
    assert.deepEqual([...found.value.data].map(Math.round), [24, 0, 0, 96]);
  });

  it('says why it has no verdict', () => {
    const unknown = withF({ kind: 'call', name: 'frob', args: [t('x', 'i')] }, i);
    const point: Point = { sizes: { n: 2 }, values: new Map([['x', fromNested([1, 2])]]), seed: 1 };
    const none = autogradDerivative({ of: t('F', 'i'), by: [x] }, unknown, point);
    assert.ok('none' in none && none.none.includes('frob'));
    const overflowing = withF(call('exp', multiply(num(100), t('x', 'i'))), i);
    const infinite = autogradDerivative({ of: t('F', 'i'), by: [x] }, overflowing, point);
    assert.ok('none' in infinite && infinite.none.includes('float32'));
  });
});
