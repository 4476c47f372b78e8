/** Which documents are checked, and what they are written in. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { HandgradError } from '../formula/index.js';
import type { Block } from './block.js';
import { markdownBlocks } from './markdown.js';
import { texBlocks } from './tex.js';

/** A document that cannot be read, or whose kind is not known. */
export class DocumentError extends HandgradError {
  override readonly name = 'DocumentError';
}

export type Kind = 'markdown' | 'tex';

const kinds: Readonly<Record<string, Kind>> = {
  md: 'markdown',
  markdown: 'markdown',
  mdx: 'markdown',
  qmd: 'markdown',
  rmd: 'markdown',
  tex: 'tex',
  ltx: 'tex',
  sty: 'tex',
};

export interface Document {
  readonly path: string;
  readonly blocks: readonly Block[];
}

/**
 * Reads the documents named, those in the folders named (hidden ones and node_modules left out), and, for `-`, what comes
 * through stdin. `as` says what they are where their names do not.
 *
 * @throws DocumentError
 */
export async function readDocuments(named: readonly string[], as?: Kind): Promise<readonly Document[]> {
  const paths = [...new Set((await Promise.all(named.map(documentsAt))).flat())];
  return Promise.all(
    paths.map(async (path) => {
      const kind = as ?? kindOf(path);
      const text = path === '-' ? await readAll(process.stdin) : await readFile(path, 'utf8');
      return { path: path === '-' ? 'stdin' : path, blocks: blocksOf(text.replace(/^\uFEFF/, ''), kind) };
    }),
  );
}

/** The blocks of a document's text. */
export function blocksOf(text: string, kind: Kind): readonly Block[] {
  return kind === 'tex' ? texBlocks(text) : markdownBlocks(text);
}

function kindOf(path: string): Kind {
  if (path === '-') return 'markdown';
  const kind = kinds[endingOf(path)];
  if (kind) return kind;
  throw new DocumentError(
    `${path}: expected a document in Markdown (.md) or LaTeX (.tex). If it is one under another name, say so: --as markdown.`,
  );
}

function endingOf(path: string): string {
  return (/\.([^./\\]+)$/.exec(path)?.[1] ?? '').toLowerCase();
}

async function documentsAt(path: string): Promise<readonly string[]> {
  if (path === '-') return [path];
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new DocumentError(`${path}: there is no such file or folder.`);
  return found.isDirectory() ? documentsBelow(path) : [path];
}

async function documentsBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found = await Promise.all(
    entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) return /^\.|^node_modules$/.test(entry.name) ? [] : documentsBelow(path);
        return kinds[endingOf(entry.name)] ? [path] : [];
      }),
  );
  return found.flat();
}
