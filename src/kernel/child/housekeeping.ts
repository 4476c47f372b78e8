/**
 * Keeps the memory of a long session near what is in use. V8 lets garbage pile up to a multiple of that before it collects
 * all of it; after two thousand cells that is a hundred megabytes and more that nobody holds.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collected when the heap has grown by both since the last time: the cost, in proportion to the heap, stays small. */
const growth = { factor: 1.4, bytes: 40e6 };

export class Housekeeping {
  #collect: (() => void) | undefined;
  /** What was in use at the last look after a collection. */
  #inUse = getHeapStatistics().used_heap_size;

  /** To be called between two cells. */
  tidy(): void {
    const used = getHeapStatistics().used_heap_size;
    if (used < this.#inUse * growth.factor || used < this.#inUse + growth.bytes) return;
    this.#collect ??= findCollector();
    this.#collect();
    this.#inUse = getHeapStatistics().used_heap_size;
  }
}

/** V8's collector, without putting it on the person's `globalThis`. */
function findCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
