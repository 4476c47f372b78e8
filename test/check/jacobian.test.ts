import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { backend, NotScalarError, ready, type TensorFunction, tf } from '../../src/autograd/index.js';
import { checkGradient, checkJacobian, HandError, type Verdict } from '../../src/check/index.js';
import { type Built, built, delta, softmax, softmaxJacobian, table } from './functions.js';

let tensorsBefore = 0;
before(async () => {
  await ready();
});
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  assert.equal(tf.memory().numTensors, tensorsBefore, 'tensors left behind');
});

type Table = readonly (readonly number[])[];

/** Checks a table as the Jacobian of one of the functions. */
function check({ of, at, wrt }: Built, hand: Parameters<typeof checkJacobian>[0]): Verdict {
  const inputs = typeof at === 'function' ? at() : [...at];
  const verdict = checkJacobian(hand, { of, at: inputs, ...(wrt === undefined ? {} : { wrt }) });
  if (typeof at === 'function') tf.dispose(inputs as tf.Tensor[]);
  return verdict;
}

const transpose = (rows: Table): number[][] =>
  table(rows[0]?.length ?? 0, rows.length, (i, j) => rows[j]?.[i] ?? 0);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const isSymmetric = (rows: Table): boolean => JSON.stringify(transpose(rows)) === JSON.stringify(rows);
const isDiagonal = (rows: Table): boolean =>
  rows.every((row, i) => row.every((value, j) => i === j || value === 0));

describe('hand-built Jacobians of ordinary functions', () => {
  for (const example of built) {
    const right = example.jacobian;
    it(`${example.name}: agrees when right`, () => {
      const verdict = check(example, right);
      assert.equal(verdict.status, 'agrees', JSON.stringify(verdict));
      assert.deepEqual(verdict.diagnoses, []);
      assert.match(verdict.witnesses[0]?.says ?? '', /only witness/u);
    });

    it(`${example.name}: off by a factor`, () => {
      const verdict = check(
        example,
        right.map((row) => row.map((value) => value * 1.5)),
      );
      assert.equal(verdict.status, 'refuted');
      assert.equal(verdict.diagnoses[0]?.mistake, 'constant-factor');
      assert.match(verdict.diagnoses[0]?.message ?? '', /3\/2/u);
    });

    it(`${example.name}: of the wrong sign`, () => {
      assert.equal(
        check(
          example,
          right.map((row) => row.map((value) => -value)),
        ).diagnoses[0]?.mistake,
        'sign',
      );
    });

    it(`${example.name}: summed over the inputs`, () => {
      const verdict = check(example, right.map(sum));
      assert.equal(verdict.status, 'refuted');
      const [first] = verdict.diagnoses;
      // The row sums of a diagonal matrix are its diagonal: then that is what the numbers show.
      assert.equal(
        first?.mistake,
        isDiagonal(right) && right.length > 1 && right[0]?.length === right.length
          ? 'diagonal-only'
          : 'summed',
      );
    });

    if (!isSymmetric(right)) {
      it(`${example.name}: transposed`, () => {
        const verdict = check(example, transpose(right));
        assert.equal(verdict.status, 'refuted');
        assert.equal(verdict.diagnoses[0]?.mistake, 'transposed');
        assert.equal(check({ ...example }, transpose(right)).diagnoses.length, 1);
      });
    }

    if (!isDiagonal(right) && right.length === right[0]?.length && right.some((row, i) => row[i] !== 0)) {
      it(`${example.name}: diagonal only`, () => {
        const verdict = check(
          example,
          right.map((row, i) => row.map((value, j) => (i === j ? value : 0))),
        );
        assert.equal(verdict.status, 'refuted');
        assert.equal(verdict.diagnoses[0]?.mistake, 'diagonal-only');
      });
    }
  }
});

describe('the first story', () => {
  const x = [-1, -1, 1];
  const t = [0, 1, 0];
  const s = softmax(x);
  const of: TensorFunction = (v) => tf.softmax(v);
  const loss: TensorFunction = (v) => tf.neg(tf.sum(tf.mul(t, tf.log(tf.softmax(v)))));

  it('the Jacobian written out with exponentials agrees, 4 × 4 too', () => {
    for (const point of [x, [0.3, -1.2, 2, 0.5]]) {
      const e = point.map(Math.exp);
      const z = sum(e);
      const hand = table(
        e.length,
        e.length,
        (i, j) => delta(i, j) * ((e[i] ?? 0) / z) - ((e[i] ?? 0) * (e[j] ?? 0)) / z ** 2,
      );
      assert.equal(checkJacobian(hand, { of, at: point }).status, 'agrees');
    }
  });

  it('row sums are refuted as summed, with the sum 0', () => {
    const verdict = checkJacobian(softmaxJacobian(x).map(sum), { of, at: x, expect: 'refuted' });
    assert.equal(verdict.status, 'refuted');
    assert.equal(verdict.expected, 'refuted');
    assert.equal(verdict.diagnoses[0]?.mistake, 'summed');
    assert.match(verdict.diagnoses[0]?.message ?? '', /cancel to 0/u);
  });

  it('s(1 − s) is refuted as the diagonal only', () => {
    assert.equal(
      checkJacobian(
        s.map((v) => v * (1 - v)),
        { of, at: x },
      ).diagnoses[0]?.mistake,
      'diagonal-only',
    );
  });

  it('−t/s is the derivative of cross-entropy', () => {
    const hand = s.map((v, i) => -(t[i] ?? 0) / v);
    assert.equal(
      checkGradient(hand, { of: (v) => tf.neg(tf.sum(tf.mul(t, tf.log(v)))), at: s }).status,
      'agrees',
    );
  });

  it('the elementwise product −t(1 − s) is refuted, though it agrees at the true class', () => {
    const verdict = checkGradient(
      s.map((v, i) => -(t[i] ?? 0) * (1 - v)),
      { of: loss, at: x },
    );
    assert.equal(verdict.status, 'refuted');
    assert.deepEqual(verdict.counterexample?.indices, [2]);
    assert.equal(verdict.counterexample?.yours, -0);
    assert.ok(Math.abs((verdict.counterexample?.right ?? 0) - 0.78698604) < 1e-6);
    assert.deepEqual(verdict.counterexample?.values, { v: [-1, -1, 1] });
    assert.equal(verdict.diagnoses[0]?.mistake, 'elementwise-product');
  });

  it('s − t agrees; with a t that does not sum to 1 it is refuted', () => {
    assert.equal(
      checkGradient(
        s.map((v, i) => v - (t[i] ?? 0)),
        { of: loss, at: x },
      ).status,
      'agrees',
    );
    const u = [0.2, 0.5, 0.6];
    const open: TensorFunction = (v) => tf.neg(tf.sum(tf.mul(u, tf.log(tf.softmax(v)))));
    assert.equal(
      checkGradient(
        s.map((v, i) => v - (u[i] ?? 0)),
        { of: open, at: x },
      ).status,
      'refuted',
    );
    assert.equal(
      checkGradient(
        s.map((v, i) => 1.3 * v - (u[i] ?? 0)),
        { of: open, at: x },
      ).status,
      'agrees',
    );
  });

  it('J·1 = 0: the gradient of the sum of softmax is 0, not its rounding', () => {
    assert.equal(checkGradient([0, 0, 0], { of: (v) => tf.sum(tf.softmax(v)), at: x }).status, 'agrees');
    const rounding = softmaxJacobian([0.3, 1.7, -2.2]).map(sum);
    assert.equal(
      checkGradient(rounding, { of: (v) => tf.sum(tf.softmax(v)), at: [0.3, 1.7, -2.2] }).status,
      'agrees',
    );
  });

  it('large logits: NaN in the truth is no mark against the person', () => {
    const at = [200, -200, 0];
    const hand = softmax(at).map((v, i) => v - (t[i] ?? 0));
    const verdict = checkGradient(hand, { of: loss, at });
    assert.equal(verdict.status, 'undecided');
    assert.equal(verdict.witnesses[0]?.finds, 'nothing');
    assert.match(verdict.witnesses[0]?.says ?? '', /no verdict.*NaN/u);
    assert.deepEqual(verdict.diagnoses, []);
  });
});

describe('a checker is tested by planted mistakes', () => {
  it('2.001 for 2 fails, by name', () => {
    const verdict = checkGradient([2.001, 4, 6], {
      of: (x) => tf.sum(tf.square(x)),
      at: [1, 2, 3],
      claim: 'd Σx² / dx',
    });
    assert.equal(verdict.status, 'refuted');
    assert.equal(verdict.claim, 'd Σx² / dx');
    assert.deepEqual(verdict.counterexample, {
      indices: [0],
      yours: 2.001,
      right: 2,
      values: { x: [1, 2, 3] },
    });
    assert.match(verdict.witnesses[0]?.says ?? '', /most at \[0\]/u);
  });

  it('a verdict is published, with what was expected of it', () => {
    const heard: Verdict[] = [];
    const listeners = (globalThis as Record<symbol, Set<(verdict: Verdict) => void> | undefined>)[
      Symbol.for('handgrad.verdicts')
    ];
    const listen = (verdict: Verdict): void => {
      heard.push(verdict);
    };
    checkGradient([2], { of: (x) => tf.sum(tf.square(x)), at: [1] });
    const channel =
      listeners ??
      (globalThis as unknown as Record<symbol, Set<(verdict: Verdict) => void>>)[
        Symbol.for('handgrad.verdicts')
      ];
    channel?.add(listen);
    const verdict = checkGradient([3], { of: (x) => tf.sum(tf.square(x)), at: [1], expect: 'refuted' });
    channel?.delete(listen);
    assert.deepEqual(heard, [verdict]);
    assert.equal(verdict.expected, 'refuted');
  });
});

describe('what may be handed in', () => {
  const of: TensorFunction = (x) => tf.square(x);
  const at = [1, 2];

  it('a typed array with its shape, a tensor, a function, an operator', () => {
    const tensor = tf.tensor2d([
      [2, 0],
      [0, 4],
    ]);
    const operator = {
      rows: 2,
      columns: 2,
      apply: (v: ArrayLike<number>) => Float64Array.of(2 * (v[0] ?? 0), 4 * (v[1] ?? 0)),
      applyTransposed: (u: ArrayLike<number>) => Float64Array.of(2 * (u[0] ?? 0), 4 * (u[1] ?? 0)),
      toDense: () => [
        [2, 0],
        [0, 4],
      ],
    };
    for (const hand of [
      { data: new Float64Array([2, 0, 0, 4]), shape: [2, 2] },
      tensor,
      operator,
      (x: tf.Tensor) => tf.diag(tf.mul(x, 2)),
      (x: tf.Tensor) => (x.arraySync() as number[]).map((v, i) => [0, 1].map((j) => (i === j ? 2 * v : 0))),
    ]) {
      assert.equal(checkJacobian(hand, { of, at }).status, 'agrees');
    }
    tensor.dispose();
  });

  it('the other layout is a transpose, also where it is not square', () => {
    const A = [
      [1, 2, 3, 4],
      [5, 6, 7, 9],
      [2, 0, 1, 3],
    ];
    const verdict = checkJacobian(A, {
      of: (v) => tf.dot(A, v as tf.Tensor1D),
      at: [0.3, -0.5, 0.7, 0.2],
      layout: 'denominator',
    });
    assert.equal(verdict.status, 'refuted');
    assert.equal(verdict.diagnoses[0]?.mistake, 'transposed');
  });

  it('the denominator layout, input axes first', () => {
    const f: TensorFunction = (x) =>
      tf.dot(
        tf.tensor2d([
          [1, 2, 3],
          [4, 5, 6],
        ]),
        x,
      );
    const hand = [
      [1, 4],
      [2, 5],
      [3, 6],
    ];
    assert.equal(checkJacobian(hand, { of: f, at: [1, 2, 3], layout: 'denominator' }).status, 'agrees');
    assert.match(checkJacobian(hand, { of: f, at: [1, 2, 3] }).diagnoses[0]?.hint ?? '', /denominator/u);
  });

  it('tables of more axes, and the matrix of the same entries', () => {
    const f: TensorFunction = (x) => tf.transpose(x);
    const matrix = table(6, 6, (i, j) => delta((j % 3) * 2 + Math.floor(j / 3), i));
    assert.equal(
      checkJacobian(matrix, {
        of: f,
        at: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      }).status,
      'agrees',
    );
  });

  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ['an uneven array', [[2, 0], [0]], /uneven/u],
    ['words', [['a', 'b']], /holds the string a/u],
    [
      'NaN',
      [
        [2, Number.NaN],
        [0, 4],
      ],
      /\[0,1\] is NaN/u,
    ],
    [
      'infinity',
      [
        [2, 0],
        [0, Number.POSITIVE_INFINITY],
      ],
      /\[1,1\] is Infinity/u,
    ],
    [
      'a promise',
      Promise.resolve([
        [2, 0],
        [0, 4],
      ]),
      /await/u,
    ],
    ['a shape that does not hold the values', { data: [1, 2, 3], shape: [2, 2] }, /holds 4/u],
    ['nothing', undefined, /undefined/u],
    ['an empty array', [], /empty/u],
    ['an empty row', [[]], /empty/u],
  ];
  for (const [name, hand, says] of refused) {
    it(`${name} is refused`, () => {
      assert.throws(
        () => checkJacobian(hand as never, { of, at }),
        (error) => error instanceof HandError && says.test(error.message),
      );
    });
  }

  it('a gradient of a function that is not scalar is refused', () => {
    assert.throws(() => checkGradient([1, 2], { of, at }), NotScalarError);
  });

  it('a tolerance of one’s own replaces the bound', () => {
    assert.equal(
      checkJacobian(
        [
          [2.01, 0],
          [0, 4],
        ],
        { of, at, tolerance: 0.01 },
      ).status,
      'agrees',
    );
    assert.equal(
      checkJacobian(
        [
          [2.03, 0],
          [0, 4],
        ],
        { of, at, tolerance: 0.01 },
      ).status,
      'refuted',
    );
  });
});

describe(`where autograd has no verdict`, () => {
  it('a tie of max: another subgradient is undecided, its own agrees', () => {
    const of: TensorFunction = (x) => tf.max(x);
    const verdict = checkGradient([1, 0, 0], { of, at: [3, 3, 1] });
    assert.equal(verdict.status, 'undecided');
    assert.match(verdict.witnesses[0]?.says ?? '', /jumps at this point/u);
    assert.equal(
      checkGradient([2, 0, 0], { of: (x) => tf.sum(tf.square(tf.relu(x))), at: [1, 0, -1] }).status,
      'agrees',
    );
  });

  it('a wrong entry is refuted beside one that could not be seen', () => {
    const of: TensorFunction = (x) => tf.sqrt(x);
    const verdict = checkJacobian(
      [
        [7, 0],
        [0, 7],
      ],
      { of, at: [0, 1] },
    );
    assert.equal(verdict.status, 'refuted', backend().name);
    assert.deepEqual(verdict.counterexample?.indices, [1, 1]);
  });
});
