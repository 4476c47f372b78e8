import { LayoutError } from '../errors.js';
import { Jacobian } from '../jacobian.js';

/** Where each block begins: 0, then running sums of the lengths; one more than there are blocks. */
export function boundsOf(lengths: readonly number[]): number[] {
  const bounds = [0];
  for (const length of lengths) bounds.push((bounds.at(-1) ?? 0) + length);
  return bounds;
}

/** The part of a vector that belongs to block k. */
export function partOf(vector: Float64Array, bounds: readonly number[], k: number): Float64Array {
  return vector.subarray(bounds[k], bounds[k + 1]);
}

/** Jacobians side by side and one below the other: outputs joined downwards, inputs joined sideways. */
export class Blocks extends Jacobian {
  readonly cost: number;
  readonly structure: string;
  private readonly rowBounds: readonly number[];
  private readonly columnBounds: readonly number[];

  constructor(readonly grid: readonly (readonly Jacobian[])[]) {
    const heights = grid.map((row) => row[0]?.rows ?? 0);
    const widths = (grid[0] ?? []).map(({ columns }) => columns);
    grid.forEach((row, i) => {
      row.forEach((block, j) => {
        if (row.length === widths.length && block.rows === heights[i] && block.columns === widths[j]) return;
        throw new LayoutError(
          `Block [${i}, ${j}] is ${block.rows} × ${block.columns}; beside and below the others ${heights[i]} × ${widths[j]} is needed, ` +
            `in rows of ${widths.length} blocks. Rows are outputs, columns inputs.`,
        );
      });
    });
    const [rowBounds, columnBounds] = [boundsOf(heights), boundsOf(widths)];
    super(rowBounds.at(-1) ?? 0, columnBounds.at(-1) ?? 0);
    this.rowBounds = rowBounds;
    this.columnBounds = columnBounds;
    this.cost = grid.flat().reduce((total, { cost }) => total + cost, 0);
    this.structure = `${grid.length} × ${widths.length} blocks`;
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    this.grid.forEach((row, i) => {
      const into = partOf(result, this.rowBounds, i);
      row.forEach((block, j) => {
        block.addProduct(partOf(v, this.columnBounds, j), into);
      });
    });
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    this.grid.forEach((row, i) => {
      const from = partOf(u, this.rowBounds, i);
      row.forEach((block, j) => {
        block.addTransposedProduct(from, partOf(result, this.columnBounds, j));
      });
    });
  }

  turned(): Blocks {
    return new Blocks((this.grid[0] ?? []).map((_, j) => this.grid.flatMap((row) => row[j]?.turned() ?? [])));
  }

  multiple(factor: number): Blocks {
    return new Blocks(this.grid.map((row) => row.map((block) => block.multiple(factor))));
  }
}
