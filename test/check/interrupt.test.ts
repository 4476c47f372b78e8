/** A long check in a cell is interrupted in the middle of a pass; what it had changed in TensorFlow.js is taken back. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { executeContent, RawKernel, resultText } from '../kernel/raw-kernel.js';
import { root } from '../project/places.js';

const library = JSON.stringify(join(root, 'dist-test/src/index.js'));

describe('an interrupted check', () => {
  let kernel: RawKernel;
  before(async () => {
    kernel = await RawKernel.start();
    const reply = await kernel.execute(
      `// @ts-nocheck
      import { checkVjp, checkBackward, checkJacobian, ready, tf } from ${library};
      await ready();
      const counts = { passes: 0, until: Infinity };
      /** A right product that never ends once \`until\` passes are done: wherever the check is then, it is interrupted there. */
      const slow = (u, x) => {
        counts.passes += 1;
        if (counts.passes > counts.until) { console.log('stuck'); for (;;) {} }
        return tf.mul(u, tf.mul(2, x));
      };
      const stuckForward = (x) => {
        counts.passes += 1;
        if (counts.passes > counts.until) { console.log('stuck'); for (;;) {} }
        return tf.square(x);
      };
      const check = (hand, of) => checkVjp(hand, { of, at: Float32Array.from({ length: 50 }, (_, k) => Math.sin(k)) }).status;
      const right = (u, x) => tf.mul(u, tf.mul(2, x));
      const square = (x) => tf.square(x);
      check(right, square) + ' ' + check(right, (x) => tf.mul(1.001, tf.square(x))) + ' ' + tf.memory().numTensors;`,
    );
    assert.equal(resultText(reply.published), "'agrees refuted 0'");
  });
  after(() => kernel.stop());

  async function interruptedIn(code: string): Promise<void> {
    const id = kernel.send('execute_request', executeContent(`// @ts-nocheck\n${code}`));
    await kernel.until(({ message }) => message.parent.msg_id === id && message.header.msg_type === 'stream');
    await kernel.ask('interrupt_request', {}, 'control');
    const { reply } = await kernel.outcome(id);
    assert.equal(reply?.content.ename, 'Interrupted');
  }

  async function isAsBefore(): Promise<void> {
    const { published } = await kernel.execute(
      `// @ts-nocheck
      counts.until = Infinity;
      const state = tf.engine().state;
      const found = [check(right, square), check(right, (x) => tf.mul(1.001, tf.square(x))), tf.memory().numTensors,
        state.scopeStack.length, state.gradientDepth, state.kernelDepth, tf.exp(tf.scalar(0)).dataSync()[0]].join(' ');
      tf.disposeVariables(); tf.engine().startScope(); tf.engine().endScope();
      found;`,
    );
    assert.match(String(resultText(published)), /^'agrees refuted \d{1,2} 0 0 0 1'$/u);
  }

  it('in the first pass by hand, and while it is repeated with other roundings', async () => {
    for (const until of [0, 2, 3]) {
      await interruptedIn(`counts.passes = 0; counts.until = ${until}; check(slow, square);`);
      await isAsBefore();
    }
  });

  it('in a forward pass that is being recorded, with other roundings or without', async () => {
    for (const until of [0, 1, 2, 4]) {
      await interruptedIn(`counts.passes = 0; counts.until = ${until}; check(right, stuckForward);`);
      await isAsBefore();
    }
  });

  it('in a dense check', async () => {
    for (const until of [0, 3]) {
      await interruptedIn(
        `counts.passes = 0; counts.until = ${until}; checkJacobian([[2, 0], [0, 4]], { of: stuckForward, at: [1, 2] });`,
      );
      await isAsBefore();
    }
  });

  it('a variable from before is still there', async () => {
    assert.equal(
      resultText((await kernel.execute('// @ts-nocheck\ntypeof counts.passes')).published),
      "'number'",
    );
  });
});
