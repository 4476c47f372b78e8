/** The language engines, and which of them is in use. */
import type { CreateInterpreter } from './interpreter.js';
import { engineName } from './version.js';

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
export { languageVersion } from './version.js';

/** Loads the engine, and with it its compiler: this is what takes time. */
export async function loadEngine(): Promise<CreateInterpreter> {
  const engine =
    engineName() === 'tslab' ? await import('./tslab/index.js') : await import('./stock/index.js');
  return engine.createInterpreter;
}
