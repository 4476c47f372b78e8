import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let version: string | undefined;

/** The version in handgrad's own package.json: the nearest one above this file that bears the name. */
export function packageVersion(): string {
  version ??= findVersion(dirname(fileURLToPath(import.meta.url)));
  return version;
}

function findVersion(start: string): string {
  const require = createRequire(import.meta.url);
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const manifest = require(file) as { name?: string; version?: string };
    if (manifest.name === 'handgrad' && manifest.version !== undefined) return manifest.version;
  }
  return '0.0.0';
}
