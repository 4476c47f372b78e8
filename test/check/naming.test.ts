import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type TensorFunction, tf } from '../../src/autograd/index.js';
import { checkGradient } from '../../src/check/index.js';

/** The claim of a check of a function with this text. */
function claimOf(text: string): string {
  const of: TensorFunction = (x) => tf.sum(x);
  Object.defineProperty(of, 'name', { value: 'of' });
  of.toString = () => text;
  return checkGradient([1], { of, at: [2] }).claim;
}

describe('what a verdict calls the function', () => {
  it('its name, where it has one', () => {
    const loss: TensorFunction = (logits) => tf.sum(logits);
    assert.equal(
      checkGradient([1, 1], { of: loss, at: [1, 2] }).claim,
      'Gradient of loss by logits, shape [2]',
    );
  });

  it('its text, where that is short, without a compiler’s prefixes', () => {
    assert.equal(claimOf('(x) =>\n  tf.sum(x)'), 'Gradient of (x) => tf.sum(x) by x, shape [1]');
    assert.equal(
      claimOf('(x) => handgrad_1.tf.sum((0, loss_2.mine)(x))'),
      'Gradient of (x) => tf.sum(mine(x)) by x, shape [1]',
    );
    assert.equal(
      claimOf('(x) => tf$.value.sum((0, mine$.value)(x))'),
      'Gradient of (x) => tf.sum(mine(x)) by x, shape [1]',
    );
    assert.equal(
      claimOf('function (v) { return tf.sum(v); }'),
      'Gradient of function (v) { return tf.sum(v); } by v, shape [1]',
    );
  });

  it('no text, where it is long', () => {
    assert.equal(
      claimOf(`(x) => ${'tf.square('.repeat(9)}x${')'.repeat(9)}`),
      'Gradient of the function by x, shape [1]',
    );
  });

  it('the point says where it was rounded', () => {
    const of: TensorFunction = (x) => tf.sum(x);
    assert.match(
      checkGradient([1], { of, at: [0.1] }).witnesses[0]?.says ?? '',
      /inputs rounded to float32/u,
    );
    assert.doesNotMatch(checkGradient([1], { of, at: [0.5] }).witnesses[0]?.says ?? '', /rounded to/u);
    assert.match(
      checkGradient([1], { of, at: new Float64Array([0.1]) }).witnesses[0]?.says ?? '',
      /rounded to/u,
    );
  });
});
