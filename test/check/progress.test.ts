/** What a long check says of itself, and that a short one says nothing. */
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { ready, tf } from '../../src/autograd/index.js';
import { checkJacobian, checkVjp, type HandProduct, type Progress } from '../../src/check/index.js';

const channel = Symbol.for('handgrad.progress');
const host = globalThis as { [channel]?: Set<(progress: Progress) => void> };

/** Time as the check sees it: each look at the clock is as many milliseconds later. */
function withClock(step: number, run: () => void): void {
  const real = performance.now.bind(performance);
  let now = 0;
  performance.now = () => {
    now += step;
    return now;
  };
  try {
    run();
  } finally {
    performance.now = real;
  }
}

describe('progress', () => {
  const said: Progress[] = [];
  const listen = (progress: Progress): void => {
    said.push(progress);
  };
  before(async () => {
    await ready();
  });
  beforeEach(() => {
    said.length = 0;
    host[channel] ??= new Set();
    host[channel].add(listen);
  });
  afterEach(() => {
    host[channel]?.delete(listen);
  });

  const of = (x: tf.Tensor): tf.Tensor => tf.square(x);
  const at = Float32Array.from({ length: 100 }, (_, k) => Math.sin(k));
  const right: HandProduct = (u, x) => tf.mul(u, tf.mul(2, x));
  const wrong: HandProduct = (u, x) =>
    tf.mul(u, tf.mul(tf.tensor1d([...at].map((_, k) => (k === 7 ? 3 : 2))), x));

  it('nothing is said of a check that takes less than a second', () => {
    withClock(1, () => checkVjp(right, { of, at }));
    assert.deepEqual(said, []);
  });

  it('a longer one says what it does, how many passes are done, and that it is over', () => {
    withClock(200, () => checkVjp(wrong, { of, at, claim: 'the square' }));
    assert.ok(said.length > 3);
    assert.ok(said.every(({ claim }) => claim === 'the square'));
    assert.deepEqual([...new Set(said.map(({ doing }) => doing))], ['comparing', 'locating', 'diagnosing']);
    assert.deepEqual(said.map(({ done }) => done).indexOf(true), said.length - 1);
    const passes = said.map((progress) => progress.passes);
    assert.deepEqual(
      passes,
      [...passes].sort((a, b) => a - b),
    );
    assert.ok((said[0]?.seconds ?? 0) >= 1);
    const gaps = said.slice(1, -1).map(({ seconds }, k) => seconds - (said[k]?.seconds ?? 0));
    assert.ok(
      gaps.every((gap) => gap > 0.249),
      String(gaps),
    );
  });

  it('dense checks too; a listener that throws ends the check, and the next one is followed again', () => {
    withClock(400, () =>
      checkJacobian(
        [
          [2, 0],
          [0, 4],
        ],
        { of, at: [1, 2] },
      ),
    );
    assert.equal(said.at(-1)?.done, true);
    const stop = (): void => {
      throw new RangeError('enough');
    };
    host[channel]?.add(stop);
    assert.throws(() => {
      withClock(400, () => checkVjp(right, { of, at }));
    }, /enough/u);
    host[channel]?.delete(stop);
    said.length = 0;
    withClock(400, () => checkVjp(right, { of, at }));
    assert.ok(said.length > 1);
  });
});
