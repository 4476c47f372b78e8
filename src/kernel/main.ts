/** What the kernelspec starts: `node main.js CONNECTION_FILE`. Loads nothing that the kernel does not need. */
import { enableCompileCache } from './compile-cache.js';

const [, , connectionFile] = process.argv;
if (connectionFile === undefined) {
  process.stderr.write('usage: node main.js CONNECTION_FILE\n');
  process.exit(2);
}
enableCompileCache();
const { ConnectionFileError, runKernel } = await import('./server.js');
try {
  await runKernel(connectionFile);
} catch (error) {
  if (!(error instanceof ConnectionFileError)) throw error;
  process.stderr.write(`handgrad: ${error.message}\n`);
  process.exit(1);
}
