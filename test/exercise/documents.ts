/** The fenced blocks of a document, to be run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../project/places.js';

export interface Block {
  readonly language: string;
  /** The name of a file, where the fence gives one behind its language. */
  readonly file?: string;
  readonly text: string;
}

/** The blocks whose fences stand at the beginning of a line, in order. */
export function blocksOf(document: string): readonly Block[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gmsu)].map(
    ([, language = '', file, body = '']) => ({
      language,
      ...(file !== undefined && { file }),
      text: body.trimEnd(),
    }),
  );
}

/** The commands of the `sh` blocks, a line each. */
export function commandsOf(document: string): readonly string[] {
  return blocksOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'));
}
