// handgrad doctor --fix: native TensorFlow and nothing else, also for a handgrad that was installed as a package.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fallbackLine, main } from './setup/index.mjs';
import { setUpTensorFlow } from './setup/tensorflow.mjs';

main(async () => {
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json');
  const state = await setUpTensorFlow({ modules: join(dirname(manifest), '../..'), again: true });
  if (!state.native) process.stderr.write(`${fallbackLine('WebAssembly', state)}\n`);
  return state.native ? 0 : 1;
});
