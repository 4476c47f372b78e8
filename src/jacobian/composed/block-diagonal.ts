import { Jacobian } from '../jacobian.js';
import { boundsOf, partOf } from './blocks.js';

/** Jacobians that have nothing to do with each other, each with outputs and inputs of its own: the examples of a batch. */
export class BlockDiagonal extends Jacobian {
  readonly cost: number;
  readonly structure: string;
  private readonly rowBounds: readonly number[];
  private readonly columnBounds: readonly number[];

  constructor(readonly parts: readonly Jacobian[]) {
    const rowBounds = boundsOf(parts.map(({ rows }) => rows));
    const columnBounds = boundsOf(parts.map(({ columns }) => columns));
    super(rowBounds.at(-1) ?? 0, columnBounds.at(-1) ?? 0);
    this.rowBounds = rowBounds;
    this.columnBounds = columnBounds;
    this.cost = parts.reduce((total, { cost }) => total + cost, 0);
    const kinds = [...new Set(parts.map(({ structure }) => structure))];
    this.structure = `block diagonal (${parts.length} blocks${kinds.length === 1 ? `, ${kinds[0]}` : ''})`;
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    this.parts.forEach((part, k) => {
      part.addProduct(partOf(v, this.columnBounds, k), partOf(result, this.rowBounds, k));
    });
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    this.parts.forEach((part, k) => {
      part.addTransposedProduct(partOf(u, this.rowBounds, k), partOf(result, this.columnBounds, k));
    });
  }

  turned(): BlockDiagonal {
    return new BlockDiagonal(this.parts.map((part) => part.turned()));
  }

  multiple(factor: number): BlockDiagonal {
    return new BlockDiagonal(this.parts.map((part) => part.multiple(factor)));
  }

  /** Whether the blocks of both are of the same sizes, `rows` of these and `side` of those. */
  fits(other: BlockDiagonal, own: 'rows' | 'columns', side: 'rows' | 'columns'): boolean {
    return (
      this.parts.length === other.parts.length &&
      this.parts.every((part, k) => part[own] === other.parts[k]?.[side])
    );
  }
}
