import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  add,
  bracket,
  call,
  delta,
  divide,
  matrixFunction,
  multiply,
  negate,
  num,
  power,
  size,
  subtract,
  sum,
  tensor as t,
  total,
} from '../../src/formula/build.js';
import { Evaluator, evaluate, type NDArray, toNested } from '../../src/formula/evaluate/index.js';
import type { Assumption, Declarations, Expr, Ranged, Relation } from '../../src/formula/nodes.js';
import {
  agree,
  agreeWithDifferences,
  differences,
  minimise,
  openFunction,
  type Point,
  probePoints,
  Random,
} from '../../src/formula/probes/index.js';
import { declare, ranged } from './evaluate.expressions.js';

const exp = (arg: Expr): Expr => call('exp', arg);
const i = ['i', 'n'] as const;
const j = ['j', 'n'] as const;

function assume(
  declarations: Declarations,
  ...list: readonly (readonly [Expr, Relation, Expr, string, ...(readonly [string, string])[]])[]
): Declarations {
  const assumptions = list.map(
    ([left, relation, right, text, ...ranges]): Assumption => ({
      left,
      relation,
      right,
      text,
      ranges: new Map(ranges.map(([id, dimension]) => [id, dimension])),
    }),
  );
  return { ...declarations, assumptions };
}

function pointsFor(declarations: Declarations, ...exprs: Ranged[]): readonly Point[] {
  const probes = probePoints(declarations, exprs, { count: 3, seed: 5 });
  assert.ok(!('none' in probes), 'none' in probes ? probes.none : '');
  return probes.points;
}

function givenTo(point: Point, name: string): NDArray {
  const value = point.values.get(name);
  assert.ok(value !== undefined, `${name} has a value`);
  return value;
}

function forEachEntry(
  declarations: Declarations,
  point: Point,
  formula: Ranged,
  check: (x: number) => void,
): void {
  for (const x of evaluate(formula, point.values, declarations, { sizes: point.sizes }).data) check(x);
}

describe('random numbers', () => {
  it('are repeatable, and normal ones have mean 0 and variance 1', () => {
    const [first, second] = [new Random(7), new Random(7)];
    const drawn = Array.from({ length: 20000 }, () => first.normal());
    assert.deepEqual(
      drawn,
      Array.from({ length: 20000 }, () => second.normal()),
    );
    const mean = drawn.reduce((a, b) => a + b, 0) / drawn.length;
    const variance = drawn.reduce((a, b) => a + (b - mean) ** 2, 0) / drawn.length;
    assert.ok(Math.abs(mean) < 0.03 && Math.abs(variance - 1) < 0.05);
    assert.notEqual(new Random(8).word(), new Random(7).word());
  });
});

describe('open functions', () => {
  it('tell f′ from f, and the chain rule from one without its inner derivative', () => {
    const functions = new Map([
      ['f', openFunction('f')],
      ['df', openFunction('f', 1)],
    ]);
    const f = (arg: Expr): Expr => call('f', arg);
    const df = (arg: Expr): Expr => call('df', arg);
    const declarations = declare(
      { x: ['n'], F: ['n'] },
      { F: { indices: ['i'], body: f(power(t('x', 'i'), 2)) } },
    );
    const question = { of: t('F', 'i'), by: [t('x', 'i')] };
    const inner = multiply(num(2), t('x', 'i'));
    const judge = (claim: Expr) =>
      agreeWithDifferences(ranged(claim, i), question, declarations, { functions });
    const right = judge(multiply(df(power(t('x', 'i'), 2)), inner));
    assert.ok(!('none' in right) && right.agrees);
    for (const wrong of [
      df(power(t('x', 'i'), 2)),
      multiply(f(power(t('x', 'i'), 2)), inner),
      multiply(df(t('x', 'i')), inner),
    ]) {
      const refuted = judge(wrong);
      assert.ok(!('none' in refuted) && !refuted.agrees);
    }
    assert.ok('none' in agreeWithDifferences(ranged(df(t('x', 'i')), i), question, declarations));
  });
});

describe('probePoints', () => {
  const plain = declare({ x: ['n'], W: ['n', 'm'], z: ['m'], A: ['n', 'n'], c: [] });

  it('draws pairwise different sizes of at least 2, repeatably, with every component in range', () => {
    const formula = ranged(sum('k', 'm', multiply(t('W', 'i', 'k'), t('z', 'k'))), i);
    for (const point of pointsFor(plain, formula)) {
      const { n = 0, m = 0 } = point.sizes;
      assert.ok(n >= 2 && m >= 2 && n !== m);
      assert.deepEqual(givenTo(point, 'W').shape, [n, m]);
      assert.ok(!point.values.has('A'), 'what is not needed is not drawn');
    }
    assert.deepEqual(pointsFor(plain, formula), pointsFor(plain, formula));
    for (const point of pointsFor(plain, ranged(t('x', 4)))) assert.ok((point.sizes.n ?? 0) >= 5);
  });

  it('satisfies bounds', () => {
    const declarations = assume(
      declare({ s: ['n'], p: [], q: [], y: ['n'], x: ['n'] }),
      [t('s', 'i'), '>', num(0), 's_i > 0', i],
      [num(1), '<', t('p'), '1 < p'],
      [t('q'), '≤', num(-2), 'q ≤ -2'],
      [t('y', 'i'), '>', num(0), 'y_i > 0', i],
      [t('y', 'i'), '<', num(1), 'y_i < 1', i],
      [t('x', 'i'), '>', t('s', 'i'), 'x_i > s_i', i],
    );
    const all = multiply(t('s', 'i'), t('p'), t('q'), t('y', 'i'), t('x', 'i'));
    for (const point of pointsFor(declarations, ranged(all, i))) {
      assert.ok(givenTo(point, 's').data.every((x) => x > 0));
      assert.ok((givenTo(point, 'p').data[0] ?? 0) > 1);
      assert.ok((givenTo(point, 'q').data[0] ?? 0) <= -2);
      assert.ok(givenTo(point, 'y').data.every((x) => x > 0 && x < 1));
      const s = givenTo(point, 's').data;
      assert.ok(givenTo(point, 'x').data.every((x, at) => x > (s[at] ?? Number.NaN)));
    }
  });

  it('satisfies sums, symmetry, orthogonality, unit length and explicit values by solving', () => {
    const declarations = assume(
      declare({
        t: ['n'],
        T: ['m', 'n'],
        A: ['n', 'n'],
        S: ['n', 'n'],
        Q: ['n', 'n'],
        w: ['n'],
        C: ['n', 'n'],
        B: ['n', 'm'],
      }),
      [sum('k', 'n', t('t', 'k')), '=', num(1), 'Σ_k t_k = 1'],
      [t('t', 'i'), '>', num(0), 't_i > 0', i],
      [sum('k', 'n', t('T', 'a', 'k')), '=', num(1), 'Σ_k T_ak = 1', ['a', 'm']],
      [t('A', 'i', 'j'), '=', t('A', 'j', 'i'), 'A_ij = A_ji', i, j],
      [t('S', 'i', 'j'), '=', negate(t('S', 'j', 'i')), 'S_ij = -S_ji', i, j],
      [
        sum('k', 'n', multiply(t('Q', 'k', 'i'), t('Q', 'k', 'j'))),
        '=',
        delta('i', 'j'),
        'Σ_k Q_ki Q_kj = δ_ij',
        i,
        j,
      ],
      [sum('k', 'n', power(t('w', 'k'), 2)), '=', num(1), 'Σ_k w_k^2 = 1'],
      [t('C', 'i', 'j'), '=', sum('a', 'm', multiply(t('B', 'i', 'a'), t('B', 'j', 'a'))), 'C = B Bᵀ', i, j],
    );
    const all = add(
      multiply(t('t', 'i'), t('w', 'i'), sum('a', 'm', multiply(t('T', 'a', 'i'), t('T', 'a', 'j')))),
      multiply(t('A', 'i', 'j'), t('S', 'i', 'j')),
      multiply(t('Q', 'i', 'j'), t('C', 'i', 'j')),
    );
    for (const point of pointsFor(declarations, ranged(all, i, j))) {
      for (const { left, right, relation, ranges } of declarations.assumptions) {
        if (relation !== '=') continue;
        const free = [...ranges.keys()];
        forEachEntry(declarations, point, { expr: subtract(left, right), free, ranges }, (x) => {
          assert.ok(Math.abs(x) < 1e-12, `off by ${x}`);
        });
      }
      const values = [...givenTo(point, 't').data];
      assert.ok(values.every((x) => x > 0 && x < 1) && new Set(values).size === values.length);
      const A = givenTo(point, 'A').data;
      assert.ok(new Set(A.map((x) => Math.round(x * 1e6))).size > A.length / 3, 'not a trivial matrix');
    }
  });

  it('satisfies sets of values: signs, masks, and one-hot rows', () => {
    const declarations = assume(
      declare({ y: ['n'], Ω: ['m', 'n'], T: ['m', 'n'] }),
      [power(t('y', 'i'), 2), '=', num(1), 'y_i^2 = 1', i],
      [power(t('Ω', 'a', 'i'), 2), '=', t('Ω', 'a', 'i'), 'Ω_ai^2 = Ω_ai', ['a', 'm'], i],
      [t('Ω', 'a', 'i'), '≥', num(0), 'Ω_ai ≥ 0', ['a', 'm'], i],
      [power(t('T', 'a', 'i'), 2), '=', t('T', 'a', 'i'), 'T_ai^2 = T_ai', ['a', 'm'], i],
      [sum('k', 'n', t('T', 'a', 'k')), '=', num(1), 'Σ_k T_ak = 1', ['a', 'm']],
    );
    const all = multiply(t('y', 'i'), t('Ω', 'a', 'i'), t('T', 'a', 'i'));
    const seen = new Set<number>();
    for (const point of pointsFor(declarations, ranged(all, ['a', 'm'], i))) {
      assert.ok(givenTo(point, 'y').data.every((x) => x === 1 || x === -1));
      assert.ok(givenTo(point, 'Ω').data.every((x) => x === 0 || x === 1));
      for (const x of givenTo(point, 'Ω').data) seen.add(x);
      for (const row of toNested(givenTo(point, 'T')) as readonly (readonly number[])[]) {
        assert.deepEqual(
          [...row].sort().reverse(),
          row.map((_, at) => (at === 0 ? 1 : 0)),
        );
      }
    }
    assert.equal(seen.size, 2);
  });

  it('names the assumption that cannot be met, and never ignores it', () => {
    const impossible = assume(declare({ c: [] }), [power(t('c'), 2), '=', num(-1), 'c^2 = -1']);
    const probes = probePoints(impossible, [ranged(t('c'))]);
    assert.ok('none' in probes && probes.none.includes('"c^2 = -1"'), JSON.stringify(probes));
    const crossed = assume(
      declare({ c: [] }),
      [t('c'), '>', num(1), 'c > 1'],
      [t('c'), '<', num(0), 'c < 0'],
    );
    const none = probePoints(crossed, [ranged(t('c'))]);
    assert.ok('none' in none && /"c (> 1|< 0)"/.test(none.none));
    assert.ok('none' in agree(ranged(t('c')), ranged(t('c')), crossed));
  });

  it('keeps away from kinks, from ties of a max, from poles and from singular matrices', () => {
    const margin = (declarations: Declarations, formula: Ranged, gap: Ranged): void => {
      const probes = probePoints(declarations, [formula], { count: 20, seed: 9 });
      assert.ok(!('none' in probes));
      for (const point of probes.points) {
        forEachEntry(declarations, point, gap, (x) => {
          assert.ok(x === 0 || Math.abs(x) >= 0.05, `${x} is near the kink`);
        });
      }
    };
    const product = subtract(t('x', 'i'), sum('k', 'm', multiply(t('W', 'i', 'k'), t('z', 'k'))));
    margin(plain, ranged(call('relu', product), i), ranged(product, i));
    const pairs = subtract(t('x', 'i'), t('x', 'j'));
    margin(
      plain,
      ranged(sum('i', 'n', call('abs', subtract(t('x', 'i'), t('x', 'j')))), j),
      ranged(pairs, i, j),
    );
    margin(plain, ranged(divide(num(1), t('x', 'i')), i), ranged(t('x', 'i'), i));
    margin(
      plain,
      ranged(bracket(t('x', 'i'), '>', num('1/2')), i),
      ranged(subtract(t('x', 'i'), num('1/2')), i),
    );
    const most = total('max', { id: 'k', dimension: 'n' }, t('x', 'k'));
    for (const point of pointsFor(plain, ranged(most))) {
      const [first = 0, second = 0] = [...givenTo(point, 'x').data].sort((a, b) => b - a);
      assert.ok(first - second >= 0.05);
    }
    const determinant = matrixFunction(
      'logdet',
      { id: 'a', dimension: 'n' },
      { id: 'b', dimension: 'n' },
      t('A', 'a', 'b'),
    );
    for (const point of pointsFor(plain, ranged(determinant))) {
      forEachEntry(plain, point, ranged(determinant), (x) =>
        assert.ok(Number.isFinite(x) && Math.abs(x) < 20),
      );
    }
  });

  it('restricts to where a logarithm is defined, and says so', () => {
    const probes = probePoints(plain, [ranged(call('log', t('x', 'i')), i)]);
    assert.ok(!('none' in probes));
    assert.deepEqual(probes.notes, ['probed where x_i > 0 (elsewhere it is log of a negative number)']);
    const both = add(
      call('log', subtract(num(1), t('x', 'i'))),
      call('log', t('x', 'i')),
      call('sqrt', subtract(t('x', 'i'), power(t('x', 'i'), 2))),
    );
    const inside = probePoints(plain, [ranged(both, i)]);
    assert.ok(!('none' in inside), 'none' in inside ? inside.none : '');
    for (const point of inside.points) assert.ok(givenTo(point, 'x').data.every((x) => x > 0 && x < 1));
    const guarded = multiply(bracket(t('x', 'i'), '>', num(0)), call('log', t('x', 'i')));
    const free = probePoints(plain, [ranged(guarded, i)]);
    assert.ok(!('none' in free) && free.notes.length === 0);
    assert.ok(free.points.some((point) => givenTo(point, 'x').data.some((x) => x < 0)));
    const never = probePoints(plain, [ranged(call('log', negate(power(t('x', 'i'), 2))), i)]);
    assert.ok('none' in never);
  });
});

describe('agree', () => {
  const declarations = declare(
    { x: ['n'], s: ['n'], Z: [], L: [], B: ['n', 'n'], q: [], t: ['n'], X: ['n', 'n'], d: [], h: [] },
    {
      Z: { indices: [], body: sum('k', 'n', exp(t('x', 'k'))) },
      s: { indices: ['i'], body: divide(exp(t('x', 'i')), t('Z')) },
      L: { indices: [], body: negate(sum('k', 'n', multiply(t('t', 'k'), call('log', t('s', 'k'))))) },
      q: {
        indices: [],
        body: sum('k', 'n', sum('l', 'n', multiply(t('x', 'k'), t('B', 'k', 'l'), t('x', 'l')))),
      },
      d: {
        indices: [],
        body: matrixFunction(
          'logdet',
          { id: 'a', dimension: 'n' },
          { id: 'b', dimension: 'n' },
          t('X', 'a', 'b'),
        ),
      },
      h: { indices: [], body: sum('k', 'n', call('relu', t('x', 'k'))) },
    },
  );
  const jacobian = multiply(t('s', 'i'), subtract(delta('i', 'j'), t('s', 'j')));

  it('finds two spellings of one thing equal, and a wrong one unequal, with the entry', () => {
    const expanded = subtract(
      divide(multiply(delta('i', 'j'), exp(t('x', 'i'))), t('Z')),
      divide(multiply(exp(t('x', 'i')), exp(t('x', 'j'))), power(t('Z'), 2)),
    );
    const right = agree(ranged(jacobian, i, j), ranged(expanded, j, i), declarations);
    assert.ok(!('none' in right) && right.agrees && right.points.length === 3);
    const wrong = agree(
      ranged(jacobian, i, j),
      ranged(negate(multiply(t('s', 'i'), t('s', 'j'))), i, j),
      declarations,
    );
    assert.ok(!('none' in wrong) && !wrong.agrees && wrong.worst !== undefined);
    const { indices, left, right: other, error } = wrong.worst;
    assert.equal(indices[0], indices[1], 'the diagonal gives the lost δ away');
    assert.equal(error, Math.abs(left - other));
  });

  it('tells 2.001 from 2, and a difference of 1e-11 from rounding', () => {
    const two = (factor: string): Ranged => ranged(multiply(num(factor), t('x', 'i')), i);
    const planted = agree(two('2'), two('2.001'), declarations);
    assert.ok(!('none' in planted) && !planted.agrees);
    const tiny = agree(two('2'), two('2.00000000001'), declarations);
    assert.ok(!('none' in tiny) && !tiny.agrees);
  });

  it('accepts an extra term that is zero but for rounding', () => {
    const mean = divide(sum('k', 'n', t('x', 'k')), size('n'));
    const zero = sum('i', 'n', subtract(t('x', 'i'), mean));
    const same = agree(
      ranged(t('x', 'j'), j),
      ranged(add(t('x', 'j'), multiply(num(1000), zero)), j),
      declarations,
    );
    assert.ok(!('none' in same) && same.agrees);
  });

  it('says that the free indices differ, and gives no verdict on NaN', () => {
    const shapes = agree(ranged(jacobian, i, j), ranged(t('s', 'i'), i), declarations);
    assert.ok(!('none' in shapes) && !shapes.agrees && shapes.note.includes('free indices differ'));
    const never = ranged(call('log', negate(power(t('x', 'i'), 2))), i);
    assert.ok('none' in agree(never, never, declarations));
    const wrongRange = agree(
      ranged(t('x', 'i'), ['i', 'm']),
      ranged(t('z', 'i'), ['i', 'm']),
      declare({ x: ['n'], z: ['m'] }),
    );
    assert.ok('none' in wrongRange && wrongRange.none.includes('runs over m'));
  });

  it('uses assumptions: B x + Bᵀ x is 2 B x only for a symmetric B', () => {
    const both = sum('k', 'n', multiply(add(t('B', 'i', 'k'), t('B', 'k', 'i')), t('x', 'k')));
    const twice = multiply(num(2), sum('k', 'n', multiply(t('B', 'i', 'k'), t('x', 'k'))));
    const general = agree(ranged(both, i), ranged(twice, i), declarations);
    assert.ok(!('none' in general) && !general.agrees && general.worst !== undefined);
    const symmetric = assume(declarations, [t('B', 'i', 'j'), '=', t('B', 'j', 'i'), 'B_ij = B_ji', i, j]);
    const special = agree(ranged(both, i), ranged(twice, i), symmetric);
    assert.ok(!('none' in special) && special.agrees);
    const small = minimise(general.worst, ranged(both, i), ranged(twice, i), declarations);
    assert.deepEqual(small.point.sizes, { n: 2 });
    for (const { data } of small.point.values.values())
      assert.ok(data.every((x) => Number.isInteger(x) && x !== 0));
    assert.ok(small.error >= 1);
  });

  it('makes a counterexample small that must satisfy an assumption', () => {
    const simplex = assume(
      declarations,
      [sum('k', 'n', t('t', 'k')), '=', num(1), 'Σ t = 1'],
      [t('t', 'i'), '>', num(0), 't_i > 0', i],
    );
    const left = ranged(multiply(t('t', 'i'), t('x', 'i')), i);
    const right = ranged(t('t', 'i'), i);
    const found = agree(left, right, simplex);
    assert.ok(!('none' in found) && found.worst !== undefined);
    const small = minimise(found.worst, left, right, simplex);
    const values = [...givenTo(small.point, 't').data];
    assert.ok(
      values.every((x) => Math.abs(x * 10 - Math.round(x * 10)) < 1e-12),
      `tenths: ${values.join()}`,
    );
    assert.ok(Math.abs(values.reduce((a, b) => a + b, 0) - 1) < 1e-15);
  });

  it('differences give derivatives with error bounds that hold', () => {
    const known: readonly [Expr & { kind: 'tensor' }, readonly (Expr & { kind: 'tensor' })[], Ranged][] = [
      [t('s', 'i'), [t('x', 'j')], ranged(jacobian, i, j)],
      [
        t('L'),
        [t('x', 'j')],
        ranged(subtract(multiply(sum('k', 'n', t('t', 'k')), t('s', 'j')), t('t', 'j')), j),
      ],
      [t('L'), [t('s', 'j')], ranged(negate(divide(t('t', 'j'), t('s', 'j'))), j)],
      [
        t('q'),
        [t('x', 'i')],
        ranged(sum('k', 'n', multiply(add(t('B', 'i', 'k'), t('B', 'k', 'i')), t('x', 'k'))), i),
      ],
      [t('q'), [t('x', 'i'), t('x', 'j')], ranged(add(t('B', 'i', 'j'), t('B', 'j', 'i')), i, j)],
      [t('q'), [t('B', 'i', 'j')], ranged(multiply(t('x', 'i'), t('x', 'j')), i, j)],
      [t('q'), [t('x', 'i'), t('B', 'i', 'i')], ranged(multiply(num(2), t('x', 'i')), i)],
      [t('s', 'i'), [t('x', 'i')], ranged(multiply(t('s', 'i'), subtract(num(1), t('s', 'i'))), i)],
      [
        t('d'),
        [t('X', 'i', 'j')],
        ranged(
          matrixFunction('inv', { id: 'a', dimension: 'n' }, { id: 'b', dimension: 'n' }, t('X', 'a', 'b'), [
            'j',
            'i',
          ]),
          i,
          j,
        ),
      ],
      [t('h'), [t('x', 'i')], ranged(bracket(t('x', 'i'), '>', num(0)), i)],
    ];
    for (const [of, by, right] of known) {
      const agreement = agreeWithDifferences(right, { of, by }, declarations);
      assert.ok(!('none' in agreement) && agreement.agrees, `∂${of.name}: ${JSON.stringify(agreement)}`);
      const off = { ...right, expr: multiply(num('1.000001'), right.expr) };
      const refuted = agreeWithDifferences(off, { of, by }, declarations);
      assert.ok(!('none' in refuted) && !refuted.agrees, `1.000001 ∂${of.name}`);
    }
  });

  it('differences stay within their error estimate on the softmax Jacobian', () => {
    for (const point of pointsFor(declarations, ranged(t('s', 'i'), i))) {
      const found = differences({ of: t('s', 'i'), by: [t('x', 'j')] }, declarations, point);
      const right = new Evaluator(point.values, declarations).value(ranged(jacobian, i, j));
      assert.deepEqual(found.free, ['i', 'j']);
      right.data.forEach((x, at) => {
        const error = found.error.data[at] ?? Number.NaN;
        assert.ok(Math.abs(x - (found.value.data[at] ?? Number.NaN)) <= error && error < 1e-9);
      });
    }
  });
});
