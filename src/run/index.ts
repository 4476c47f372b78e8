/** Headless runs of notebooks. The command line adds `handgrad run`, `report` and `merge` with `addRunCommands(program)`. */
import type { Command } from 'commander';
import { addRunCommand } from './command.js';
import { addMergeCommand } from './merge-command.js';
import { addReportCommand } from './report-command.js';

/** Adds the commands of this room to a commander program. */
export function addRunCommands(program: Command): void {
  addRunCommand(program);
  addReportCommand(program);
  addMergeCommand(program);
}

export { type Executed, type ExecuteNotebookOptions, executeNotebook, type Progress } from './execute.js';
export {
  type Notebook,
  type NotebookCell,
  NotebookError,
  readNotebook,
  tagsOf,
  writeNotebook,
} from './notebook.js';
export {
  type CellOutcome,
  type CellStatus,
  type Failure,
  failuresOf,
  type NotebookOutcome,
} from './outcome.js';
export { type PlanOptions, planRun, type RunPlan } from './plan.js';
export { reportHtml } from './report/index.js';
export { type RunOptions, type RunResult, runNotebooks } from './run.js';
