import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { progressText, showProgressOn } from '../../src/display/index.js';

const progress = {
  claim: 'Jacobian of softmax',
  doing: 'locating',
  passes: 12,
  seconds: 3.7,
  done: false,
} as const;

describe('the progress of a long check', () => {
  it('in one line', () => {
    assert.equal(progressText(progress), 'Jacobian of softmax: locating, 12 passes, 3 s');
  });

  it('on a terminal it is written over and cleared; elsewhere nothing is written', () => {
    const written: string[] = [];
    const write = (text: string): number => written.push(text);
    const show = showProgressOn({ write, isTTY: true, columns: 20 });
    show(progress);
    show({ ...progress, done: true });
    assert.deepEqual(written, ['\r\u001b[2KJacobian of softma…', '\r\u001b[2K']);
    showProgressOn({ write })(progress);
    assert.equal(written.length, 2);
  });
});
