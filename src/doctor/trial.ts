/** A cell, run in a kernel of its own: the compiler, the sockets and the library are all needed for it. */
import type { Finding } from './finding.js';

const about = 'a cell';
const patience = 60_000;
const code = "import { jacobian } from 'handgrad';\ntypeof jacobian";

/** Starts a kernel, imports handgrad in a cell, and shuts the kernel down again. */
export async function trial(): Promise<Finding> {
  const started = performance.now();
  try {
    const { startKernel } = await import('../kernel/index.js');
    const kernel = await startKernel({ startTimeout: patience });
    try {
      const { status, error } = await kernel.execute(code, { timeout: patience });
      if (status !== 'ok') return broken(`ends with ${status}: ${error?.ename ?? ''} ${error?.evalue ?? ''}`);
    } finally {
      await kernel.shutdown();
    }
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return {
    about,
    state: 'ok',
    says: `runs in the kernel and imports handgrad (${seconds} s with start and end)`,
  };
}

function broken(says: string): Finding {
  return { about, state: 'broken', says, remedy: 'install the packages again: npm ci --ignore-scripts' };
}
