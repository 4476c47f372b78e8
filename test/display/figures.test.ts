import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { elide } from '../../src/display/elide.js';
import {
  compare,
  type Figure,
  figureBundle,
  formatNumber,
  heatmap,
  jupyterDisplay,
  matrixBundle,
  NotDrawableError,
  plotlyMime,
  ShapesDifferError,
  slider,
} from '../../src/display/index.js';

const softmax = [
  [0.0952, -0.0113, -0.0838],
  [-0.0113, 0.0952, -0.0838],
  [-0.0838, -0.0838, 0.1676],
];
const diagonal = [
  [0.0952, 0, 0],
  [0, 0.0952, 0],
  [0, 0, 0.1676],
];

/** What plotly.js 3 knows, from the schema it ships. */
const require = createRequire(import.meta.url);
interface Schema {
  traces: { heatmap: { attributes: Record<string, unknown> } };
  layout: { layoutAttributes: Record<string, unknown> };
}
const schema = JSON.parse(readFileSync(require.resolve('plotly.js/dist/plot-schema.json'), 'utf8')) as Schema;

/** The names in a figure that plotly.js does not know. */
function unknownNames(figure: Figure): string[] {
  const { attributes } = schema.traces.heatmap;
  const { layoutAttributes } = schema.layout;
  const inTraces = figure.data
    .flatMap((trace) => Object.keys(trace))
    .filter((name) => !(name in attributes) && name !== 'type');
  const inLayout = Object.keys(figure.layout).filter(
    (name) => !(name.replace(/\d+$/, '') in layoutAttributes),
  );
  const inAxes = Object.entries(figure.layout)
    .filter(([name]) => /^[xy]axis/.test(name))
    .flatMap(([name, axis]) => {
      const known = layoutAttributes[name.replace(/\d+$/, '')] as Record<string, unknown>;
      return Object.keys(axis as object).filter((key) => !(key in known));
    });
  return [...inTraces, ...inLayout, ...inAxes];
}

function hoverOf(figure: Figure): string[][] {
  return figure.data[0]?.hovertext as string[][];
}

describe('heatmap', () => {
  const figure = heatmap(softmax, { title: 'softmax', output: 's', input: 'x' });

  it('is a figure that plotly.js knows every name of', () => {
    assert.deepEqual(unknownNames(figure), []);
    assert.deepEqual(figure.data[0]?.z, softmax);
  });

  it('says each entry on hover in the notation of the field', () => {
    assert.equal(hoverOf(figure)[0]?.[2], '∂s<sub>0</sub>/∂x<sub>2</sub> = -0.0838');
  });

  it('shows itself as JSON, SVG and text, with titles as { text }, and no PNG', () => {
    const bundle = (figure as unknown as { [jupyterDisplay](): Record<string, unknown> })[jupyterDisplay]();
    assert.deepEqual(Object.keys(bundle).sort(), [plotlyMime, 'image/svg+xml', 'text/plain'].sort());
    assert.deepEqual(bundle, figureBundle(figure));
    assert.deepEqual((figure.layout.title as { text: string }).text, 'softmax');
    assert.match(String(bundle['text/plain']), /-0\.0113/);
  });

  it('takes tensors, operators, typed arrays, vectors and higher ranks', () => {
    assert.deepEqual(heatmap({ arraySync: () => softmax }).data[0]?.z, softmax);
    assert.deepEqual(heatmap({ toDense: () => ({ arraySync: () => softmax }) }).data[0]?.z, softmax);
    assert.deepEqual(heatmap(new Float64Array([1, 2])).data[0]?.z, [[1, 2]]);
    const cube = heatmap([
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [
        [
          [5, 6],
          [7, 8],
        ],
      ],
    ]);
    assert.deepEqual(cube.data[0]?.z, [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    assert.match(hoverOf(cube)[1]?.[3] ?? '', /y<sub>1,0<\/sub>.*x<sub>1,1<\/sub> = 8/);
  });

  it('refuses what is no matrix of numbers, saying where', () => {
    assert.throws(
      () => heatmap([[1, 2], [3]]),
      (error) => error instanceof NotDrawableError && /\[1\].*1 entries/.test(error.message),
    );
    assert.throws(() => heatmap([]), NotDrawableError);
    assert.throws(() => heatmap([['a']] as never), /\[0, 0\].*string/);
    assert.throws(() => heatmap(undefined as never), NotDrawableError);
    assert.throws(() => heatmap(softmax, { outputAxes: 3 }), /whole number from 0 to 2/);
  });

  it('leaves entries that are no finite number empty, and still draws', () => {
    const broken = heatmap([
      [Number.NaN, 1],
      [Infinity, -2],
    ]);
    assert.deepEqual(broken.data[0]?.z, [
      [null, 1],
      [null, -2],
    ]);
    assert.equal(broken.data[0]?.zmax, 2);
    assert.match(broken.svg, /NaN/);
  });

  it('elides a large Jacobian in every form', () => {
    const large = heatmap(
      Array.from({ length: 300 }, (_, i) => Array.from({ length: 500 }, (_, j) => i - j)),
    );
    assert.ok(JSON.stringify(large.data).length < 1.5e6);
    assert.ok(large.svg.length < 2e5);
    assert.ok(large.text.split('\n').length < 20);
    assert.match(large.text, /300 × 500/);
    assert.match(large.text, /⋯/);
  });
});

describe('compare', () => {
  const figure = compare(diagonal, softmax);

  it('draws yours, autograd and the difference, the first two on one scale', () => {
    assert.deepEqual(unknownNames(figure), []);
    assert.deepEqual(
      figure.data.map((trace) => trace.name),
      ['yours', 'autograd', 'difference'],
    );
    assert.equal(figure.data[0]?.zmax, figure.data[1]?.zmax);
    assert.deepEqual((figure.data[2]?.z as number[][] | undefined)?.[0], [0, 0.0113, 0.0838]);
  });

  it('frames the worst entry in all three, in plotly.js, SVG and text', () => {
    const shapes = figure.layout.shapes as { xref: string; x0: number; y0: number }[];
    assert.deepEqual([...new Set(shapes.map(({ xref }) => xref))], ['x', 'x2', 'x3']);
    for (const { x0, y0 } of shapes) assert.deepEqual([Math.ceil(x0), Math.ceil(y0) + 0], [2, 0]);
    assert.equal(figure.svg.match(/fill="none" stroke="#111111"/g)?.length, 3);
    assert.equal(figure.text.match(/ ←/g)?.length, 3);
  });

  it('frames nothing where nothing differs', () => {
    assert.deepEqual(compare(softmax, softmax).layout.shapes, []);
  });

  it('takes what float32 rounds away for no difference: no frame, no strong colour', () => {
    const rounded = softmax.map((row) => row.map(Math.fround));
    const { layout, data, text } = compare(softmax, rounded);
    assert.deepEqual(layout.shapes, []);
    const [, , difference] = data;
    const largest = Math.max(...[difference?.z as number[][]].flat(2).map(Math.abs));
    assert.ok(largest > 0 && largest < 0.05 * Number(difference?.zmax));
    assert.match(text, /≈0/);
  });

  it('keeps the worst entry of a large pair in view', () => {
    const zeros = Array.from({ length: 200 }, () => new Array<number>(200).fill(0));
    const off = zeros.map((row, i) => row.map((_, j) => (i === 120 && j === 77 ? 1 : 0)));
    const large = compare(off, zeros);
    assert.match(large.text, /1 ←/);
    assert.match(JSON.stringify(large.data[0]?.hovertext), /y<sub>120<\/sub>\/∂x<sub>77<\/sub> = 1"/);
  });

  it('refuses two shapes that differ, naming both', () => {
    assert.throws(
      () => compare([[1, 2, 3]], [[1], [2], [3]]),
      (error) => {
        return error instanceof ShapesDifferError && /\[1\] by \[3\].*\[3\] by \[1\]/.test(error.message);
      },
    );
  });

  it('lets no title become markup', () => {
    const hostile = compare(diagonal, softmax, {
      title: '<img src=x onerror=alert(1)> $x$',
      output: '<b>',
      labels: ['"<i>', '&'],
    });
    const texts = JSON.stringify([hostile.data, hostile.layout]).replace(
      /<\/?(br|sub|extra|span)( style=\\"[^"]*\\")?>/g,
      '',
    );
    assert.doesNotMatch(texts, /[<>$]/);
    assert.doesNotMatch(hostile.svg, /<(?!\/?(svg|g|rect|text)\b)/);
  });
});

describe('matrixBundle', () => {
  it('shows a Jacobian as text, table and LaTeX', () => {
    const bundle = matrixBundle(softmax);
    assert.match(String(bundle['text/plain']), /3 × 3/);
    assert.match(String(bundle['text/latex']), /\\begin\{bmatrix\}0\.0952 & -0\.0113/);
    assert.equal(String(bundle['text/html']).match(/<td>/g)?.length, 9);
  });
});

describe('elide', () => {
  it('never shows more than fits, always the ends and what must be kept, in order', () => {
    const axis = fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 5, max: 40 }), fc.nat(399));
    fc.assert(
      fc.property(axis, ([count, limit, at]) => {
        const keep = at % count;
        const places = elide(count, limit, keep);
        const indices = places.filter((place) => place !== null);
        assert.ok(places.length <= limit, `${places.length} places`);
        assert.ok([0, keep, count - 1].every((index) => indices.includes(index)));
        assert.deepEqual(
          indices,
          [...new Set(indices)].sort((a, b) => a - b),
        );
        if (count <= limit) assert.equal(indices.length, count);
      }),
    );
  });
});

describe('formatNumber', () => {
  it('stays close to the number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Math.abs(Number(formatNumber(value)) - value) <= Math.abs(value) * 5.1e-6);
      }),
    );
  });
  it('reads well', () => {
    const said = [0.10650698, -0, 1e-9, 123456789, 1234567.8, 12345678.9, 0.5, Number.NaN, -Infinity].map(
      (value) => formatNumber(value),
    );
    assert.deepEqual(said, [
      '0.106507',
      '0',
      '1e-9',
      '123456789',
      '1.23457e6',
      '1.23457e7',
      '0.5',
      'NaN',
      '-∞',
    ]);
  });
});

describe('row sums', () => {
  const softmax = [
    [0.25, -0.25],
    [-0.2, 0.2 + 1e-9],
  ];

  it('stand beside their rows, rounding written as what it is', () => {
    const figure = heatmap(softmax, { output: 's', input: 'x', rowSums: true });
    const [, sums] = figure.data as readonly { z: number[][]; text: string[][]; hovertext: string[][] }[];
    assert.deepEqual(
      sums?.z.map(([sum = Number.NaN]) => Math.abs(sum) < 1e-8),
      [true, true],
    );
    assert.deepEqual(sums?.text, [['0'], ['≈0']]);
    assert.match(sums?.hovertext[1]?.[0] ?? '', /^Σ<sub>j<\/sub> ∂s<sub>1<\/sub>\/∂x<sub>j<\/sub> = /);
    assert.match(figure.svg, /row sums/);
    assert.match(figure.text, /row sums/);
  });

  it('move with a slider', () => {
    const moved = slider([0, 1], (z) => heatmap([[z, -z]], { rowSums: true }));
    assert.equal(moved.data.length, 2);
    assert.equal(heatmap([[1, 2]]).data.length, 1);
  });
});
