// npm start: set-up, then the first story, each claim in it checked.
import { join } from 'node:path';
import { main, root, setUp } from './setup/index.mjs';
import { handOver } from './setup/run.mjs';

const story = 'notebooks/01-softmax-and-cross-entropy.ipynb';

main(async () => {
  await setUp();
  const command = join(root, 'dist/cli.js');
  return handOver(process.execPath, [command, 'run', join(root, story), ...process.argv.slice(2)]);
});
