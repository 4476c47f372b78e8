/** handgrad's own TypeScript engine, on the stock compiler (docs/decisions/0201-language-engine.md). */
import type { CreateInterpreter } from '../interpreter.js';
import { Engine } from './engine.js';

export { languageVersion } from './version.js';

export const createInterpreter: CreateInterpreter = (options) => new Engine(options);
