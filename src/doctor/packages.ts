/** The packages that handgrad stands on. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from './finding.js';

const require = createRequire(import.meta.url);
const home = fileURLToPath(new URL('../..', import.meta.url));

/** The oldest Node that handgrad is tested on. */
const oldestNode = 20;

interface Manifest {
  readonly name: string;
  readonly version: string;
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

/** handgrad's own version, as its package.json says. */
export function handgradVersion(): string {
  return readManifest(join(home, 'package.json')).version;
}

/** The folder of an installed package; undefined if it is not installed. */
export function packageFolder(name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** handgrad itself: its version and where it is. */
export function handgrad(): Finding {
  return { about: 'handgrad', state: 'ok', says: `${handgradVersion()} in ${home}` };
}

/** Node: its version, and whether that is one handgrad runs on. */
export function node(): Finding {
  const says = `${process.versions.node} (${process.platform}-${process.arch})`;
  if (Number.parseInt(process.versions.node, 10) >= oldestNode) return { about: 'Node', state: 'ok', says };
  return { about: 'Node', state: 'broken', says, remedy: `install Node ${oldestNode} or later` };
}

/** A package that the kernel needs: its version. */
export function needed(about: string, name: string): Finding {
  const folder = packageFolder(name);
  if (folder !== undefined)
    return { about, state: 'ok', says: readManifest(join(folder, 'package.json')).version };
  return {
    about,
    state: 'broken',
    says: `the package ${name} is not installed`,
    remedy: 'install the packages again: npm ci --ignore-scripts',
  };
}
