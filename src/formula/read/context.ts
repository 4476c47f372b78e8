/** What is known while a formula's syntax is turned into nodes: names, ranges, ids in use, notes and problems. */
import { TooLargeError } from '../errors.js';
import type { Declarations, Tensor } from '../nodes.js';
import { FormulaError, IndexError, type Place } from './errors.js';
import { MOST_NODES } from './limits.js';
import { declaredTensor, knownDimension } from './names.js';
import { type RangeConflict, Ranges } from './ranges.js';

/**
 * What is wrong with the indices of a line that can be read nevertheless:
 * - `two-ranges`: one letter over two dimensions
 * - `no-range`: an index that stands nowhere it could take a range from
 * - `free-index`: a free index that the left side has not
 * - `shape`: in matrix notation, a result of another shape than the left side
 */
export interface Problem extends Place {
  readonly kind: 'two-ranges' | 'no-range' | 'free-index' | 'shape';
  /** The letter, where it is one letter's problem. */
  readonly index?: string;
  /** What is wrong and how to mend it. */
  readonly message: string;
}

/** The ids that letters stand for where an expression is read: those bound around it. */
export type Bound = ReadonlyMap<string, string>;

const FREE_LETTERS = [...'ijklpqrabcghuvwstmnoxyzdf'];

export class Context {
  readonly ranges = new Ranges();
  readonly notes: string[] = [];
  /** Those of the notes that say that one letter stands for two indices. */
  readonly clashes: string[] = [];
  readonly problems: Problem[] = [];
  /** Index ids in use: the free letters and the binders so far. */
  readonly taken = new Set<string>();
  /** Letters that stand free somewhere in the formula. */
  readonly free = new Set<string>();
  /** Where each index id was first seen. */
  private readonly seen = new Map<string, Place>();
  private nodes = 0;
  private readonly marks = new Map<string, number>();
  /** Whether 𝟏 or I occurs, whose sizes are found from where they stand. */
  private hasUnknownSizes = false;

  constructor(
    readonly text: string,
    readonly declarations: Declarations,
    /** Whether problems of indices are returned rather than thrown. */
    readonly lenient: boolean,
  ) {}

  /** The text at a place, cut when it is long. */
  shown({ start, end }: Place): string {
    const shown = this.text.slice(start, end);
    return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
  }

  refuse(place: Place, says: string, remedy: string): never {
    throw new FormulaError(this.text, place, says, remedy);
  }

  note(note: string): void {
    if (!this.notes.includes(note)) this.notes.push(note);
  }

  /** One letter stands for two indices: allowed, and worth a word. */
  clash(note: string): void {
    this.note(note);
    if (!this.clashes.includes(note)) this.clashes.push(note);
  }

  /** A problem of indices: thrown, or in a lenient reading kept. */
  problem(kind: Problem['kind'], place: Place, says: string, remedy: string, index?: string): void {
    if (!this.lenient) throw new IndexError(this.text, place, says, remedy);
    const message = `${says} ${remedy}`;
    if (this.problems.some((p) => p.message === message)) return;
    this.problems.push({
      kind,
      message,
      start: place.start,
      end: place.end,
      ...(index !== undefined && { index }),
    });
  }

  tensor(name: string): Tensor | undefined {
    return declaredTensor(name, this.declarations);
  }

  dimension(name: string): string | undefined {
    return knownDimension(name, this.declarations);
  }

  /** A key for the size of 𝟏 or I. */
  unknownSize(): string {
    this.hasUnknownSizes = true;
    return this.ranges.unknown();
  }

  /** Counts nodes made from syntax that may be used several times; too many are refused. */
  count(place: Place): void {
    if (++this.nodes > MOST_NODES) {
      throw new TooLargeError(
        `\`${this.shown(place)}\` is used more than ${MOST_NODES} times in this formula: define the inner parts by name.`,
      );
    }
  }

  /** An id for a binder whose letter was typed. */
  bind(letter: string, place: Place): string {
    const id = this.fresh(letter);
    this.seen.set(id, place);
    return id;
  }

  /** An id for an index that no letter was typed for: a contraction of matrix notation. */
  contraction(): string {
    return this.fresh('k');
  }

  /** The letter, or with a mark that no id has yet; the marks of each letter only grow. */
  private fresh(letter: string): string {
    let mark = this.marks.get(letter) ?? 1;
    let id = mark === 1 ? letter : `${letter}#${mark}`;
    while (this.taken.has(id)) id = `${letter}#${++mark}`;
    this.marks.set(letter, mark);
    this.taken.add(id);
    return id;
  }

  /** Letters for the free indices of a result in matrix notation. */
  freshFree(count: number): readonly string[] {
    const letters = FREE_LETTERS.filter((l) => !this.taken.has(l) && !this.isReserved(l)).slice(0, count);
    for (const letter of letters) this.taken.add(letter);
    return letters;
  }

  /** Names that cannot be index letters: dimensions and declared scalars. */
  private isReserved(letter: string): boolean {
    return this.dimension(letter) !== undefined || this.tensor(letter)?.dimensions.length === 0;
  }

  /** Refuses an index letter that is the name of a dimension or a scalar. */
  checkLetter(letter: string, place: Place): void {
    const dimension = this.dimension(letter);
    if (dimension !== undefined) {
      this.refuse(
        place,
        `${letter} is the name of a dimension and cannot be an index.`,
        `Use another letter: i, j, k … (${dimension} alone is the number of values an index over it takes.)`,
      );
    }
    if (this.tensor(letter)?.dimensions.length === 0) {
      this.refuse(
        place,
        `${letter} is a declared scalar and cannot be an index.`,
        'Use another letter: i, j, k …',
      );
    }
  }

  /** States where an index takes its range from. */
  fix(id: string, dimension: string, place: Place): void {
    if (!this.seen.has(id)) this.seen.set(id, place);
    this.conflict(this.ranges.fix(id, dimension, place), id, place);
  }

  /** States that two indices run over the same dimension. */
  same(left: string, right: string, place: Place): void {
    for (const id of [left, right]) if (!this.seen.has(id)) this.seen.set(id, place);
    const letters = [...new Set([left, right].filter((id) => !id.startsWith('?')).map(shownId))];
    this.conflict(this.ranges.same(left, right), letters.join(' and '), place);
  }

  private conflict(conflict: RangeConflict | undefined, index: string, place: Place): void {
    if (!conflict) return;
    const { first, second } = conflict;
    const where = (at: Place): string => (this.shown(at) === '' ? '' : ` in \`${this.shown(at).trim()}\``);
    const letter = shownId(index);
    this.problem(
      'two-ranges',
      place,
      `The index ${letter} runs over ${first.dimension}${where(first.place)} and over ${second.dimension}${where(second.place)}.`,
      'One letter has one range: use another letter, or check the order of the indices (numerator layout: A_ij, row i, column j).',
      letter,
    );
  }

  /** Remembers that an id occurs, without saying what it ranges over. */
  meet(id: string, place: Place): void {
    if (!this.seen.has(id)) this.seen.set(id, place);
  }

  /** The dimension of an index, or '?' with its problem when there is none. */
  rangeOf(key: string, place: Place): string {
    const dimension = this.ranges.of(key);
    if (dimension !== undefined) return dimension;
    if (key.startsWith('?') || this.hasUnknownSizes) {
      this.problem(
        'no-range',
        place,
        'The size of 𝟏 or I cannot be told from where it stands.',
        'Multiply it with a declared vector or matrix, or write the formula with indices: Σ_i x_i',
      );
      return '?';
    }
    const letter = shownId(key);
    this.problem(
      'no-range',
      this.seen.get(key) ?? place,
      `The index ${letter} has no range: it stands at no tensor alone.`,
      `An index takes its range from a tensor (x_${letter}), from δ or a comparison with another; index arithmetic such as x_{${letter}+1} gives none. Let a factor carry it alone.`,
      letter,
    );
    return '?';
  }
}

function shownId(id: string): string {
  return id.replace(/#\d+/g, '');
}
