/** Blocks of a Markdown document: code fenced as `handgrad`. */
import type { Block } from './block.js';
import { SourceText } from './source-text.js';

/** A fence's first line: what stands before it (a quote's bars, a list's indentation), its marks, its info string. */
const opening = /^((?:[ \t]|>)*)(`{3,}|~{3,})(.*)$/;

interface Fence {
  readonly before: string;
  readonly marks: string;
  /** The name behind `handgrad`; undefined for other languages. */
  readonly name: string | undefined;
  readonly lines: SourceText[];
}

/**
 * The blocks fenced as ```` ```handgrad ```` or ```` ```handgrad NAME ````, also in quotes and lists. A fence inside another fence is
 * an example, no block; one that is not closed goes to the end, as Markdown has it.
 */
export function markdownBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let fence: Fence | undefined;
  const close = (): void => {
    if (fence?.name !== undefined) {
      blocks.push({
        kind: 'statements',
        name: fence.name,
        parts: fence.lines.map((line) => ({ text: line })),
      });
    }
    fence = undefined;
  };
  let inList = false;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (!fence) {
      if (/^\S/.test(line)) inList = false;
      if (/^[\s>]*(?:[-*+]|\d+[.)])\s/.test(line)) inList = true;
      fence = openedBy(line, inList);
    } else if (closes(fence, line)) close();
    else {
      const content = withoutPrefix(line, fence.before);
      const column = 1 + [...line.slice(0, line.length - content.length)].length;
      fence.lines.push(new SourceText([{ text: content, line: at + 1, column }]));
    }
  }
  close();
  return blocks;
}

function openedBy(line: string, inList: boolean): Fence | undefined {
  const [, before = '', marks = '', info = ''] = opening.exec(line) ?? [];
  if (marks === '' || (marks.startsWith('`') && info.includes('`'))) return undefined;
  // Four blanks make an indented code block, in which nothing opens; in a list they may be the list's.
  if (!inList && /^\t| {4}/.test(before)) return undefined;
  const [language, name = ''] = info.trim().split(/\s+/);
  return { before, marks, name: language === 'handgrad' ? name : undefined, lines: [] };
}

function closes({ marks }: Fence, line: string): boolean {
  const [, , found = '', rest = ''] = opening.exec(line) ?? [];
  return found.startsWith(marks) && rest.trim() === '';
}

/** The line without what stands before the fence, as far as it is there. */
function withoutPrefix(line: string, before: string): string {
  let at = 0;
  while (at < before.length && /[ \t>]/.test(line[at] ?? '')) at++;
  return line.slice(at);
}
