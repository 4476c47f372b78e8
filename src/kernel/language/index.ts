/** The language engine in use. */

export type {
  Cell,
  Completeness,
  Completion,
  CompletionMatch,
  CreateInterpreter,
  Failure,
  Inspection,
  Interpreter,
  InterpreterOptions,
  Outcome,
  ProvidedModule,
} from './interpreter.js';
export { createInterpreter } from './tslab/index.js';
export { languageVersion } from './version.js';
