/** What is said when a formula cannot be read: the place, what stood there, what was expected, an example that works. */
import { HandgradError } from '../errors.js';

/** A place in a text: from `start` up to `end`, in UTF-16 units. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A text of the formula language that cannot be read. */
export class FormulaError extends HandgradError {
  override readonly name: string = 'FormulaError';
  /** The text that was given. */
  readonly text: string;
  /** Where in the text, in UTF-16 units from 0. */
  readonly offset: number;

  /**
   * `says` is what is wrong, `remedy` what was expected and an example that works; the message shows the text with a
   * caret under the place.
   */
  constructor(text: string, place: Place, says: string, remedy: string) {
    super(`${says}\n${caretLines(text, place)}\n${remedy}`);
    this.text = text;
    this.offset = place.start;
  }
}

/** A name that nothing declares. */
export class UnknownNameError extends FormulaError {
  override readonly name: string = 'UnknownNameError';
}

/** An index with two ranges, with none, free on one side only, or repeated where it must not be. */
export class IndexError extends FormulaError {
  override readonly name: string = 'IndexError';
}

/** Index notation and matrix notation in one formula. */
export class MixedNotationError extends FormulaError {
  override readonly name: string = 'MixedNotationError';
}

/** Shapes that do not meet in matrix notation. */
export class ShapeError extends FormulaError {
  override readonly name: string = 'ShapeError';
}

/** A declaration of tensors that makes no sense. */
export class DeclarationError extends HandgradError {
  override readonly name: string = 'DeclarationError';
}

const WINDOW = 60;

/** The text, or the part around the place when it is long, with carets under the place. */
export function caretLines(text: string, place: Place): string {
  const { start } = place;
  const end = Math.min(Math.max(place.end, start), start + WINDOW);
  const from = start > WINDOW ? start - WINDOW : 0;
  const to = Math.min(text.length, Math.max(end, start + 1) + WINDOW);
  const before = oneLine(whole(text.slice(from, start)));
  const at = oneLine(end < place.end ? whole(text.slice(start, end)) : text.slice(start, end));
  const after = oneLine(whole(text.slice(end, to)));
  const lead = from > 0 ? '… ' : '';
  const trail = to < text.length ? ' …' : '';
  const carets = '^'.repeat(Math.max(1, width(at)));
  return `  ${lead}${before}${at}${after}${trail}\n  ${' '.repeat(width(lead + before))}${carets}`;
}

/** A piece of a text without the half of a character at which it was cut. */
function whole(piece: string): string {
  return piece.replace(/^\p{Cs}|\p{Cs}$/gu, '');
}

function oneLine(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd').replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}

/** Columns a text takes: code points, combining marks apart. */
function width(text: string): number {
  return [...text.replace(/\p{M}/gu, '')].length;
}
