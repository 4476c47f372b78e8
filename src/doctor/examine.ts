/** All that `handgrad doctor` looks at, in the order it is shown. */
import { backend } from './backend.js';
import { cache } from './cache.js';
import type { Finding } from './finding.js';
import { kernelSpec } from './kernelspec.js';
import { browser, compiler, python } from './machine.js';
import { handgrad, needed, node } from './packages.js';
import { trial } from './trial.js';

export async function examine(): Promise<readonly Finding[]> {
  const machine = await Promise.all([kernelSpec(), python(), compiler(), browser(), cache()]);
  return [
    handgrad(),
    node(),
    await backend(),
    needed('TypeScript', 'typescript'),
    needed('tslab', 'tslab'),
    await trial(),
    ...machine.flat(),
  ];
}
