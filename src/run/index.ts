/** Headless runs of notebooks. The command line adds `handgrad run` with `addRunCommand(program)`. */
export { addRunCommand } from './command.js';
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
export { reportHtml } from './report.js';
export { type RunOptions, type RunResult, runNotebooks } from './run.js';
