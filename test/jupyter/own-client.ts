import { startKernel } from '../../src/kernel/index.js';
import { type Cell, normal } from './notebooks.js';

/** The outputs of the cells, late updates included, as handgrad's own client has them. */
export async function runWithOwnClient(cells: readonly Cell[]): Promise<unknown[][]> {
  const kernel = await startKernel();
  const outputsOf = new Map<string, unknown[]>();
  for (const [index, { source }] of cells.entries()) {
    await kernel.execute(source, {
      cellId: String(index),
      onOutput: ({ cellId, outputs }) =>
        outputsOf.set(
          cellId,
          outputs.map((output) => normal({ ...output })),
        ),
    });
  }
  await kernel.shutdown();
  return cells.map((_, index) => outputsOf.get(String(index)) ?? []);
}
