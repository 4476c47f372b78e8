/** Which notebooks have to be run again: those that changed, and those whose local files did. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Source } from './files.js';

/** What may stand for an import that names no file as it is, and in place of the ending `.js`. */
const endings = ['', '.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js'];
const code = /\.[cm]?[jt]sx?$/;

/**
 * The notebooks that are among the changed files, or whose code cells name a changed file relative to their folder (an import,
 * a file of data), directly or through the local files they import. It asks for quoted texts, not for imports: rather one run too many.
 */
export function changedSources(sources: readonly Source[], changed: ReadonlySet<string>): readonly Source[] {
  return sources.filter((source) => {
    const file = realpathSync(source.file);
    if (changed.has(file)) return true;
    const texts = source.notebook.cells.filter(({ type }) => type === 'code').map((cell) => cell.source);
    return namesChanged(texts.join('\n'), dirname(file), changed, new Set());
  });
}

function namesChanged(
  text: string,
  directory: string,
  changed: ReadonlySet<string>,
  seen: Set<string>,
): boolean {
  // From every quote to the next one like it: an apostrophe in a comment must not hide what is quoted behind it.
  for (const [, , quoted = ''] of text.matchAll(/(['"`])(?=([^'"`\n]+)\1)/g)) {
    if (!/[./]/.test(quoted) || quoted.includes('\0')) continue;
    for (const file of candidates(quoted, directory)) {
      if (changed.has(file)) return true;
      if (seen.has(file) || !code.test(file) || !isLocal(quoted) || !existsSync(file)) continue;
      seen.add(file);
      if (namesChanged(readFileSync(file, 'utf8'), dirname(file), changed, seen)) return true;
    }
  }
  return false;
}

function isLocal(quoted: string): boolean {
  return /^\.{0,2}\//.test(quoted);
}

/** The files that a quoted text may mean, `./softmax.js` also `./softmax.ts`. */
function candidates(quoted: string, directory: string): readonly string[] {
  const path = resolve(directory, quoted);
  const source = path.replace(/\.([cm]?)js$/, '.$1ts');
  return [
    ...(source === path ? [] : [source]),
    ...endings.map((ending) => (ending.startsWith('/') ? join(path, ending) : path + ending)),
  ];
}
