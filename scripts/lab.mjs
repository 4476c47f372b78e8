// npm run lab: set-up, then JupyterLab with the gallery: `npm run lab -- --no-browser`.
import { join } from 'node:path';
import { main, root, setUp } from './setup/index.mjs';
import { handOver } from './setup/run.mjs';

main(async () => {
  await setUp();
  return handOver(process.execPath, [join(root, 'dist/cli.js'), 'lab', ...process.argv.slice(2)]);
});
