/** The simplex with a gradient's flow, loss along a gradient's line, error against a size. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  alongGradient,
  CurveError,
  errorAgainst,
  type Figure,
  figureBundle,
  SimplexError,
  simplex,
  slider,
  type Three,
} from '../../src/display/index.js';

interface Trace {
  readonly name: string;
  readonly mode: string;
  readonly x: readonly (number | null)[];
  readonly y: readonly (number | null)[];
  readonly hovertext: readonly string[];
}

function traces(figure: Figure): readonly Trace[] {
  return figure.data as unknown as readonly Trace[];
}

function numbers(values: readonly (number | null)[] | undefined): readonly number[] {
  return (values ?? []).filter((value) => value !== null);
}

/** ∂L/∂x of cross-entropy after softmax moves s by J (s − t). */
function softmaxFlow(t: Three): (s: Three) => Three {
  return (s) => {
    const g = [s[0] - t[0], s[1] - t[1], s[2] - t[2]] as const;
    const mean = s[0] * g[0] + s[1] * g[1] + s[2] * g[2];
    return [s[0] * (g[0] - mean), s[1] * (g[1] - mean), s[2] * (g[2] - mean)];
  };
}

describe('simplex', () => {
  test('follows the flow to where it rests', () => {
    const goal: Three = [0.2, 0.3, 0.5];
    const figure = simplex((s) => s.map((p, i) => p - (goal[i] ?? 0)), { from: [[0.9, 0.05, 0.05]] });
    const path = traces(figure)[2];
    const [x = Number.NaN, y = Number.NaN] = [numbers(path?.x).at(-1), numbers(path?.y).at(-1)];
    assert.ok(Math.abs(x - (0.3 + 0.25)) < 0.01, `${x}`);
    assert.ok(Math.abs(y - 0.25 * Math.sqrt(3)) < 0.01, `${y}`);
  });

  test('arrows lie in the plane: what moves all three alike is no flow at all', () => {
    const drawn = (gradient: (s: Three) => Three) =>
      numbers(traces(simplex(gradient))[1]?.x).map((x) => x.toFixed(6));
    assert.deepEqual(
      drawn((s) => [s[0] + 7, s[1] + 7, s[2] + 7]),
      drawn((s) => s),
    );
    assert.equal(numbers(traces(simplex(() => [3, 3, 3]))[1]?.x).length, 0);
  });

  test('cross-entropy drives softmax to its target, inside the triangle all the way', () => {
    const figure = simplex(softmaxFlow([1, 0, 0]), {
      from: [[0.1, 0.3, 0.6]],
      corners: ['cat', 'dog', 'cow'],
    });
    const path = traces(figure)[2];
    assert.ok((numbers(path?.x).at(-1) ?? 1) < 0.05);
    for (const y of numbers(path?.y)) assert.ok(y >= 0 && y <= Math.sqrt(3) / 2);
    assert.match(figure.svg, />cat</);
    assert.match(traces(figure)[1]?.hovertext[0] ?? '', /^s = \(.*\); −gradient = \(/);
    assert.match(figure.text, /from \(0\.1, 0\.3, 0\.6\) to \(/);
  });

  test('refuses what is no gradient and no point', () => {
    assert.throws(() => simplex(() => [1, 2]), SimplexError);
    assert.throws(() => simplex(() => [1, 2, Number.NaN]), /three finite numbers/);
    assert.throws(() => simplex((s) => s, { from: [[0.5, 0.6, 0.1]] }), /not on the simplex/);
    assert.throws(() => simplex((s) => s, { from: [[1.5, -0.5, 0]] }), /not on the simplex/);
  });

  test('stands under a slider', () => {
    const moved = slider([0.1, 0.9], (p) => simplex(softmaxFlow([p, 1 - p, 0])), { label: 't₀' });
    assert.equal(moved.frames.length, 2);
  });
});

describe('loss along the gradient’s line', () => {
  const loss = (x: readonly number[]) => x.reduce((sum, entry) => sum + entry ** 2, 0);

  test('touches its tangent where the gradient is right, and crosses it where it is not', () => {
    const gap = (gradient: readonly number[]) => {
      const [curve, tangent] = traces(alongGradient(loss, { at: [1, -2], gradient, reach: 0.01 }));
      const heights = numbers(curve?.y);
      return numbers(tangent?.y).map((y, k) => (heights[k] ?? 0) - y);
    };
    assert.ok(
      gap([2, -4]).every((difference) => difference >= -1e-12),
      'a convex loss lies above its tangent',
    );
    assert.ok(gap([1, -2]).some((difference) => difference < -1e-3));
  });

  test('takes matrices, and scalars of TensorFlow.js', () => {
    const seen: unknown[] = [];
    const figure = alongGradient(
      (w: number[][]) => {
        seen.push(w);
        return { dataSync: () => [loss(w.flat())] };
      },
      {
        at: [
          [1, 2],
          [3, 4],
        ],
        gradient: {
          arraySync: () => [
            [2, 4],
            [6, 8],
          ],
        },
      },
    );
    assert.deepEqual(seen[0], [
      [1, 2],
      [3, 4],
    ]);
    assert.match(figure.text, /η\s+loss\s+tangent/);
    assert.match(figure.svg, /stroke-dasharray/);
    assert.equal(traces(figure)[2]?.y[0], 30);
  });

  test('refuses what has no line', () => {
    assert.throws(() => alongGradient(loss, { at: [1, 2], gradient: [1] }), CurveError);
    assert.throws(() => alongGradient(loss, { at: [1, 2], gradient: [0, 0] }), /without a direction/);
    assert.throws(() => alongGradient(() => Number.NaN, { at: [1], gradient: [1] }), /finite/);
  });
});

describe('error against n', () => {
  test('a power of n is a straight line on logarithmic axes', () => {
    const figure = errorAgainst([10, 100, 1000], { naive: (n) => 1e-7 * n, exact: () => 0 });
    const { xaxis, yaxis } = figure.layout as Record<string, { type: string; range: number[] }>;
    assert.deepEqual([xaxis?.type, yaxis?.type], ['log', 'log']);
    assert.deepEqual(traces(figure)[0]?.y, [1e-6, 1e-5, 1e-4]);
    assert.deepEqual(numbers(traces(figure)[1]?.y), [], 'zero lies below every axis');
    const heights = [...figure.svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map((m) => Number(m[2]));
    assert.equal(heights.length, 3);
    assert.ok(Math.abs((heights[0] ?? 0) - 2 * (heights[1] ?? 0) + (heights[2] ?? 0)) < 0.3);
    assert.match(figure.text, /n\s+naive\s+exact/);
  });

  test('refuses what a logarithmic axis cannot hold', () => {
    assert.throws(() => errorAgainst([], { a: () => 1 }), CurveError);
    assert.throws(() => errorAgainst([0, 1], { a: () => 1 }), /logarithmic/);
    assert.throws(() => errorAgainst([1], { a: () => 0 }), /nothing to draw/);
  });
});

test('every figure is a bundle of three, its words escaped in each', () => {
  const evil = '<img src=x onerror=alert(1)>$x$';
  const figures = [
    simplex((s) => s, { title: evil, corners: [evil, 'b', 'c'] }),
    alongGradient((x) => x[0] ?? 0, { at: [1], gradient: [1], title: evil }),
    errorAgainst([1, 2], { [evil]: () => 1, b: () => 2 }, { over: evil, title: evil }),
  ];
  for (const figure of figures) {
    const bundle = figureBundle(figure);
    assert.deepEqual(Object.keys(bundle), ['application/vnd.plotly.v1+json', 'image/svg+xml', 'text/plain']);
    assert.doesNotMatch(JSON.stringify([figure.data, figure.layout]), /<img|\$x/);
    assert.doesNotMatch(figure.svg, /<img/);
    assert.doesNotMatch(figure.svg, /NaN|undefined/);
  }
});
