/** Several things at a time, and not more. */
import { availableParallelism, freemem } from 'node:os';

/** Bytes that a kernel with TensorFlow and a notebook's own data may well take: see `docs/how-to/run-in-ci.md`. */
const bytesOfKernel = 1e9;

/** How many kernels this machine carries at once: one a processor, and one for each gigabyte that is free. */
export function sensibleJobs(processors = availableParallelism(), freeBytes = availableMemory()): number {
  return Math.max(1, Math.min(processors, Math.floor(freeBytes / bytesOfKernel)));
}

/** What a container's limit leaves counts, where Node can tell (20.13 and later). */
function availableMemory(): number {
  const { availableMemory: ask } = process as { availableMemory?: () => number };
  return ask?.() ?? freemem();
}

/**
 * Works on the items in their order, at most `limit` at a time. Where `signal` is aborted no further item is begun; those under
 * way are waited for.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && !signal?.aborted) await work(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
