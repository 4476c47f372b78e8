/** The same tests on every backend, each in a process of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const library = new URL('../../src/autograd/index.js', import.meta.url).href;
const suites = [
  './operations.test.js',
  './jacobian.test.js',
  '../check/jacobian.test.js',
  '../check/rounding.test.js',
  '../check/products.test.js',
  '../check/custom.test.js',
];

function run(
  backend: string,
  args: readonly string[],
): { readonly status: number | null; readonly text: string } {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const result = spawnSync(process.execPath, args, {
    env: { ...env, HANDGRAD_BACKEND: backend },
    encoding: 'utf8',
  });
  return { status: result.status, text: `${result.stdout}\n${result.stderr}` };
}

const report = `import { ready, tf } from '${library}';
  const before = tf.getBackend();
  const { name, why } = await ready();
  const kernels = ['Einsum', 'UnsortedSegmentSum'].map((kernel) => tf.getKernel(kernel, name) !== undefined);
  console.log(JSON.stringify({ before, name, why, kernels }));`;

for (const backend of ['cpu', 'wasm', 'tensorflow']) {
  describe(`backend ${backend}`, () => {
    const first = run(backend, ['--input-type=module', '--eval', report]);
    const missing =
      backend === 'tensorflow' && first.status !== 0 ? 'native TensorFlow is not installed' : false;

    it('is the one in use, with every kernel, and says nothing on stderr', { skip: missing }, () => {
      assert.equal(first.status, 0, first.text);
      const said = JSON.parse(first.text.trim()) as { name: string; before: string; kernels: boolean[] };
      assert.equal(said.name, backend);
      assert.equal(said.before, backend === 'wasm' ? 'cpu' : backend);
      assert.deepEqual(said.kernels, [true, true]);
    });

    // The tests as they stand run on native TensorFlow where it is installed.
    for (const suite of backend === 'tensorflow' ? [] : suites) {
      it(`passes ${suite}`, { skip: missing }, () => {
        const { status, text } = run(backend, [fileURLToPath(new URL(suite, import.meta.url))]);
        assert.equal(status, 0, text.slice(-4000));
      });
    }
  });
}

describe('HANDGRAD_BACKEND', () => {
  it('a name that is not a backend is refused, with those that are', () => {
    const { status, text } = run('gpu', [
      '--input-type=module',
      '--eval',
      `import { tf } from '${library}'; tf.ones([1]);`,
    ]);
    assert.notEqual(status, 0);
    assert.match(text, /BackendError.*'tensorflow' \(native\), 'wasm' or 'cpu'/u);
  });
});

describe('loading', () => {
  it('importing loads no TensorFlow.js', () => {
    const script = `await import('${new URL('../../src/index.js', import.meta.url).href}'); console.log('_tfengine' in globalThis);`;
    assert.match(run('', ['--input-type=module', '--eval', script]).text, /^false/u);
  });

  it('a notebook’s own import meets the same engine', () => {
    const script = `import { tf } from '${library}'; import * as own from '@tensorflow/tfjs';
      console.log(own.engine() === tf.engine(), own.getBackend() === tf.getBackend());`;
    assert.match(run('cpu', ['--input-type=module', '--eval', script]).text, /true true/u);
  });
});
