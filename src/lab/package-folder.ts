/** Where handgrad itself is: the folder of its package.json, from dist/ and from dist-test/ alike. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function packageFolder(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (
      existsSync(file) &&
      (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'handgrad'
    ) {
      return folder;
    }
  }
  throw new Error(`No package.json of handgrad lies above ${start}: install the package anew.`);
}
