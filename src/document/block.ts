/** What a document holds for handgrad: pieces of text, in their order. */
import type { SourceText } from './source-text.js';

/** Lines of the block language; the rows of a displayed formula; or a comment that asks for one where none follows. */
export interface Block {
  readonly kind: 'statements' | 'rows' | 'nothing-below';
  /** Blocks of one name continue each other; so do those without a name. */
  readonly name: string;
  /** The lines, or the rows. */
  readonly parts: readonly Part[];
}

/** A line, or a row of an aligned environment. */
export interface Part {
  readonly text: SourceText;
  /** What a comment of the document says of a row: `expect refuted`. */
  readonly note?: SourceText;
}
