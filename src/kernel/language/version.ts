/**
 * Which language engine is in use and the version of its TypeScript, known without loading a compiler: the parent answers
 * kernel_info at once.
 */
import { createRequire } from 'node:module';

/** `tslab` chooses the engine on tslab's converter; anything else, and nothing, handgrad's own. */
const engineVariable = 'HANDGRAD_ENGINE';

export type EngineName = 'stock' | 'tslab';

export function engineName(): EngineName {
  return process.env[engineVariable] === 'tslab' ? 'tslab' : 'stock';
}

export function languageVersion(): string {
  const compiler = engineName() === 'tslab' ? '@tslab/typescript-for-tslab' : 'typescript';
  const require = createRequire(import.meta.url);
  return (require(`${compiler}/package.json`) as { version: string }).version;
}
