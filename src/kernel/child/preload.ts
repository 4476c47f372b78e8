/** `handgrad install --preload`: cells find all that the library exports without an import. */
import type { Interpreter } from '../language/interpreter.js';

/** Set by the kernelspec that `--preload` writes. */
export const preloadVariable = 'HANDGRAD_PRELOAD';

/** By a name that TypeScript does not resolve: the kernel knows nothing of the library. */
const library: string = 'handgrad';

/** Imports everything by name, as a cell would; says what went wrong, if anything did. */
export async function preload(interpreter: Interpreter): Promise<string | undefined> {
  if (process.env[preloadVariable] !== '1') return undefined;
  try {
    const names = Object.keys((await import(library)) as object).filter((name) => name !== 'default');
    const code = `import { ${names.join(', ')} } from '${library}';`;
    const outcome = await interpreter.execute({ code, count: 0, id: 'preload' });
    return outcome.status === 'error' ? outcome.failure.traceback.join('\n') : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
