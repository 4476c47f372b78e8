import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare, heatmap, plotlyMime, SliderError, slider, sliderBundle } from '../../src/display/index.js';

describe('slider', () => {
  const moved = slider([-2, 0.5, 4], (z) => heatmap([[z, 0]], { title: 'z' }), { label: '<z>', start: 1 });

  it('has a frame for each value, and a step that leads to it', () => {
    assert.deepEqual(
      moved.frames.map(({ name, data }) => [name, (data as { z: number[][] }[])[0]?.z]),
      [
        ['0', [[-2, 0]]],
        ['1', [[0.5, 0]]],
        ['2', [[4, 0]]],
      ],
    );
    const [control] = moved.layout.sliders as {
      active: number;
      steps: { label: string; args: unknown[] }[];
    }[];
    assert.equal(control?.active, 1);
    assert.deepEqual(
      control?.steps.map(({ label, args }) => [label, (args[0] as string[])[0]]),
      [
        ['-2', '0'],
        ['0.5', '1'],
        ['4', '2'],
      ],
    );
  });

  it('gives a colour the same meaning at every position', () => {
    for (const { data } of moved.frames) assert.equal((data as { zmax: number }[])[0]?.zmax, 4);
  });

  it('shows where it starts to those who cannot move it, and no markup in its label', () => {
    const bundle = sliderBundle(moved);
    assert.match(String(bundle['text/plain']), /<z> = 0\.5 \(3 positions\)[\s\S]*0\.5 {2}0/);
    assert.match(String(bundle['image/svg+xml']), />0\.5</);
    assert.doesNotMatch(JSON.stringify(bundle[plotlyMime]), /<z>/);
  });

  it('moves the frame around the worst entry along', () => {
    const worst = slider([0, 1], (at) => compare([[at, 1 - at]], [[0, 0]]));
    const places = worst.frames.map(
      ({ layout }) => (layout as { shapes: { x0: number }[] }).shapes[0]?.x0 ?? Number.NaN,
    );
    assert.deepEqual(
      places.map((place) => Math.ceil(place) + 0),
      [1, 0],
    );
  });

  it('refuses what cannot be moved', () => {
    const draw = (z: number) => heatmap([[z]]);
    assert.throws(() => slider([], draw), SliderError);
    assert.throws(() => slider(new Array<number>(201).fill(0), draw), /1 to 200 positions; 201/);
    assert.throws(() => slider([1], draw, { start: 3 }), /positions are 0 … 0/);
    assert.throws(
      () => slider([0, 1], (z) => (z === 0 ? draw(z) : compare([[1]], [[2]]))),
      /At 1 the figure has 3 panels, at 0 1/,
    );
  });
});
