/** Hand-written backward passes of layers, at sizes people have: right ones agree by one call, planted mistakes are named. */
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { backend, ready, tf } from '../../src/autograd/index.js';
import { checkBackward, HandError } from '../../src/check/index.js';
import { convolution, embedding, layers, linear } from './layers.js';

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

/** Layers whose gradients TensorFlow.js computes in minutes where native TensorFlow is missing: a loop over the vocabulary. */
const slow: ReadonlySet<unknown> = new Set([convolution, embedding]);

for (const layer of layers) {
  const { name, of, at, backward, planted } = layer;
  const tooSlow = (): boolean => slow.has(layer) && backend().name !== 'tensorflow';
  describe(name, () => {
    it('right agrees', (t) => {
      if (tooSlow()) {
        t.skip(`takes minutes on ${backend().name}`);
        return;
      }
      const verdict = checkBackward(backward, { of, at });
      assert.equal(verdict.status, 'agrees', JSON.stringify([verdict.witnesses, verdict.diagnoses]));
      for (const { says } of verdict.witnesses)
        assert.match(says, /^by \w+: agrees .* an error above \S+ in one entry .* is always seen/u);
    });

    for (const wrong of planted) {
      it(wrong.name, (t) => {
        if (tooSlow()) {
          t.skip(`takes minutes on ${backend().name}`);
          return;
        }
        const verdict = checkBackward(wrong.backward, { of, at });
        assert.equal(verdict.status, 'refuted');
        const found = JSON.stringify(verdict.diagnoses);
        assert.equal(verdict.diagnoses[0]?.mistake, wrong.mistake, found);
        assert.match(verdict.diagnoses.map(({ message }) => message).join('\n'), wrong.says, found);
      });
    }
  });
}

describe('checkBackward', () => {
  const { of, at, backward } = linear;
  it('says what was returned in place of an array of gradients', () => {
    assert.throws(() => checkBackward((u) => backward(u, u, u).slice(1), { of, at }), HandError);
    assert.throws(() => checkBackward((u) => u as never, { of, at }), /one for each argument/u);
  });

  it('only by some arguments; what is expected', () => {
    const bias = checkBackward((u) => [tf.sum(u, 0)], { of, at, wrt: [2] });
    assert.equal(bias.status, 'agrees');
    assert.match(bias.claim, /by b$/u);
    const wrong = checkBackward((u) => [tf.mean(u, 0)], { of, at, wrt: [2], expect: 'refuted' });
    assert.deepEqual([wrong.status, wrong.expected], ['refuted', 'refuted']);
  });
});
