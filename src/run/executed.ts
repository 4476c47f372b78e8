/** What came of a run that is over, read from the notebook that it wrote. */
import type { CellError } from '../kernel/index.js';
import { type Notebook, type NotebookCell, tagsOf } from './notebook.js';
import type { CellOutcome, CellStatus, NotebookOutcome } from './outcome.js';
import { readVerdicts } from './verdicts.js';

/**
 * The outcome of an executed notebook: verdicts from the metadata of its cells, where `handgrad run` left them, errors from
 * their outputs. A code cell without a number was not run.
 */
export function outcomeOfExecuted(notebook: Notebook, path: string): NotebookOutcome {
  const codeCells = notebook.cells.filter((cell) => cell.type === 'code');
  const cells = codeCells.map((cell, index) => cellOutcome(cell, index + 1));
  return { path, cells, notebook, writtenTo: path, milliseconds: 0 };
}

function cellOutcome(cell: NotebookCell, number: number): CellOutcome {
  const error = cell.outputs.find((output) => output.output_type === 'error');
  const said: CellError | undefined = error?.output_type === 'error' ? error : undefined;
  return {
    id: cell.id,
    number,
    status: statusOf(cell, said !== undefined),
    verdicts: readVerdicts(announced(cell)),
    ...(said ? { error: { ename: said.ename, evalue: said.evalue, traceback: said.traceback } } : {}),
    milliseconds: 0,
  };
}

function statusOf(cell: NotebookCell, threw: boolean): CellStatus {
  if (threw) return tagsOf(cell).includes('raises-exception') ? 'raised' : 'error';
  if (tagsOf(cell).includes('skip-execution')) return 'skipped';
  return cell.executionCount === null && cell.source.trim() !== '' ? 'not-run' : 'ok';
}

function announced({ metadata }: NotebookCell): readonly unknown[] {
  const own = metadata.handgrad as { readonly verdicts?: unknown } | undefined;
  return Array.isArray(own?.verdicts) ? own.verdicts : [];
}
