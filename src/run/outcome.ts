/** What came of a run: of a cell, of a notebook, and whether it passes. */
import type { Verdict } from '../check/index.js';
import { meetsExpectation } from '../display/index.js';
import type { CellError } from '../kernel/index.js';
import type { BackendInUse } from './backend.js';
import type { Notebook } from './notebook.js';
import type { ParameterSet } from './sweep.js';
import type { Usage } from './usage.js';

/**
 * `raised`: it threw, and its tag `raises-exception` allows that. `skipped`: by its tag. `not-run`: the run ended before.
 * `interrupted`: the person ended the run while this cell ran. `dead`: the kernel ended while it ran.
 */
export type CellStatus =
  | 'ok'
  | 'raised'
  | 'skipped'
  | 'not-run'
  | 'error'
  | 'timeout'
  | 'dead'
  | 'interrupted';

export interface CellOutcome {
  readonly id: string;
  /** Counts the code cells of the notebook, from 1. */
  readonly number: number;
  readonly status: CellStatus;
  readonly verdicts: readonly Verdict[];
  readonly error?: CellError;
  readonly milliseconds: number;
}

export interface NotebookOutcome {
  /** The notebook as it was named, with its parameters where it is one of a sweep. */
  readonly path: string;
  /** The set of parameters of a sweep. */
  readonly parameters?: ParameterSet;
  /** One for each code cell. */
  readonly cells: readonly CellOutcome[];
  /** The executed notebook. */
  readonly notebook: Notebook;
  /** Where the executed notebook was written. */
  readonly writtenTo?: string;
  /** Why nothing ran: the kernel did not start, or the run was ended before. */
  readonly startError?: string;
  /** What computed the autograd witness, where one spoke. */
  readonly backend?: BackendInUse;
  /** What the kernel took of the machine, where the system tells. */
  readonly usage?: Usage;
  readonly milliseconds: number;
}

/** How a cell is named to a person: `code cell 3 (row-sums)`. */
export function cellName(cell: { readonly number: number; readonly id: string }): string {
  return `code cell ${cell.number} (${cell.id})`;
}

/** A reason why a run does not pass. */
export interface Failure {
  readonly path: string;
  readonly cell?: CellOutcome;
  readonly verdict?: Verdict;
  readonly reason: string;
}

/** Everything that keeps a notebook from passing: cells that failed, verdicts that are not what they should be. */
export function failuresOf(outcome: NotebookOutcome): readonly Failure[] {
  const { path } = outcome;
  if (outcome.startError !== undefined) return [{ path, reason: outcome.startError }];
  return outcome.cells.flatMap((cell) => [
    ...cell.verdicts
      .filter((verdict) => !meetsExpectation(verdict))
      .map((verdict) => ({ path, cell, verdict, reason: verdictReason(verdict) })),
    ...(failed(cell) ? [{ path, cell, reason: cellReason(cell) }] : []),
  ]);
}

/** Whether the cell itself, its verdicts apart, keeps a notebook from passing. */
export function failed({ status }: CellOutcome): boolean {
  return status === 'error' || status === 'timeout' || status === 'dead' || status === 'interrupted';
}

function verdictReason({ status, expected }: Verdict): string {
  return expected === undefined ? status : `${status}, though ${expected} was expected`;
}

function cellReason({ status, error, milliseconds }: CellOutcome): string {
  const said = error ? `${error.ename}: ${error.evalue}` : '';
  switch (status) {
    case 'timeout':
      return `interrupted after ${(milliseconds / 1000).toFixed(1)} s (--timeout)`;
    case 'dead':
      return `the kernel died${error ? `: ${error.evalue}` : ''}`;
    case 'interrupted':
      return 'interrupted by you';
    default:
      return said || 'failed';
  }
}
