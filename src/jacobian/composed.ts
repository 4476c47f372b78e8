/** Jacobians made of others: sums, products, blocks and Kronecker products, kept as such. */
import { LayoutError } from './errors.js';
import { Jacobian } from './jacobian.js';

function added(parts: readonly Float64Array[], length: number): Float64Array {
  const result = new Float64Array(length);
  for (const part of parts)
    part.forEach((value, k) => {
      result[k] = (result[k] ?? 0) + value;
    });
  return result;
}

/** J = Σ_k J_k. */
export class Sum extends Jacobian {
  readonly cost: number;
  readonly structure: string;

  constructor(readonly terms: readonly [Jacobian, ...Jacobian[]]) {
    super(terms[0].rows, terms[0].columns);
    this.cost = terms.reduce((total, { cost }) => total + cost, 0);
    const names = terms.map(({ structure }) => (structure === 'outer product' ? 'rank 1' : structure));
    this.structure = names.join(' plus ');
  }

  protected multiply(v: Float64Array): Float64Array {
    return added(
      this.terms.map((term) => term.apply(v)),
      this.rows,
    );
  }

  protected multiplyTransposed(u: Float64Array): Float64Array {
    return added(
      this.terms.map((term) => term.applyTransposed(u)),
      this.columns,
    );
  }

  private each(change: (term: Jacobian) => Jacobian): Sum {
    const [first, ...others] = this.terms;
    return new Sum([change(first), ...others.map(change)]);
  }

  transpose(): Sum {
    return this.each((term) => term.transpose());
  }

  scale(factor: number): Sum {
    return this.each((term) => term.scale(factor));
  }
}

/** J = A B, not multiplied out: applied from the right. */
export class Product extends Jacobian {
  readonly cost: number;
  readonly structure: string;

  constructor(
    readonly outer: Jacobian,
    readonly inner: Jacobian,
  ) {
    super(outer.rows, inner.columns);
    this.cost = outer.cost + inner.cost;
    const name = ({ structure }: Jacobian): string =>
      structure.includes(' plus ') ? `(${structure})` : structure;
    this.structure = `${name(outer)} times ${name(inner)}`;
  }

  protected multiply(v: Float64Array): Float64Array {
    return this.outer.apply(this.inner.apply(v));
  }

  protected multiplyTransposed(u: Float64Array): Float64Array {
    return this.inner.applyTransposed(this.outer.applyTransposed(u));
  }

  transpose(): Product {
    return new Product(this.inner.transpose(), this.outer.transpose());
  }

  scale(factor: number): Product {
    return new Product(this.outer.scale(factor), this.inner);
  }
}

/** A ⊗ B over entries read row by row: (A ⊗ B) vec X = vec(A X Bᵀ). */
export class Kronecker extends Jacobian {
  readonly cost: number;
  readonly structure: string;

  constructor(
    readonly left: Jacobian,
    readonly right: Jacobian,
  ) {
    super(left.rows * right.rows, left.columns * right.columns);
    this.cost = left.columns * right.cost + right.rows * left.cost;
    this.structure = `Kronecker product of ${left.structure} and ${right.structure}`;
  }

  protected multiply(v: Float64Array): Float64Array {
    const { left, right } = this;
    const middle = new Float64Array(left.columns * right.rows);
    for (let k = 0; k < left.columns; k += 1) {
      middle.set(right.apply(v.subarray(k * right.columns, (k + 1) * right.columns)), k * right.rows);
    }
    const result = new Float64Array(this.rows);
    for (let j = 0; j < right.rows; j += 1) {
      const column = Float64Array.from({ length: left.columns }, (_, k) => middle[k * right.rows + j] ?? 0);
      left.apply(column).forEach((value, i) => {
        result[i * right.rows + j] = value;
      });
    }
    return result;
  }

  protected multiplyTransposed(u: Float64Array): Float64Array {
    return this.transpose().multiply(u);
  }

  transpose(): Kronecker {
    return new Kronecker(this.left.transpose(), this.right.transpose());
  }

  scale(factor: number): Kronecker {
    return new Kronecker(this.left.scale(factor), this.right);
  }
}

/** Where each block ends: running sums of the lengths. */
function endsOf(lengths: readonly number[]): number[] {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return end;
  });
}

/** Jacobians side by side and one below the other: outputs joined downwards, inputs joined sideways. */
export class Blocks extends Jacobian {
  readonly cost: number;
  readonly structure: string;
  private readonly rowEnds: readonly number[];
  private readonly columnEnds: readonly number[];

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
    const [rowEnds, columnEnds] = [endsOf(heights), endsOf(widths)];
    super(rowEnds.at(-1) ?? 0, columnEnds.at(-1) ?? 0);
    this.rowEnds = rowEnds;
    this.columnEnds = columnEnds;
    this.cost = grid.flat().reduce((total, { cost }) => total + cost, 0);
    const diagonal = grid.every((row, i) => row.every((block, j) => i === j || block.structure === 'zero'));
    this.structure = diagonal ? 'block diagonal' : `${grid.length} × ${widths.length} blocks`;
  }

  protected multiply(v: Float64Array): Float64Array {
    const result = new Float64Array(this.rows);
    this.grid.forEach((row, i) => {
      const parts = row.map((block, j) =>
        block.apply(v.subarray(this.columnEnds[j - 1] ?? 0, this.columnEnds[j])),
      );
      result.set(added(parts, row[0]?.rows ?? 0), this.rowEnds[i - 1] ?? 0);
    });
    return result;
  }

  protected multiplyTransposed(u: Float64Array): Float64Array {
    return this.transpose().multiply(u);
  }

  transpose(): Blocks {
    return new Blocks(
      (this.grid[0] ?? []).map((_, j) => this.grid.flatMap((row) => row[j]?.transpose() ?? [])),
    );
  }

  scale(factor: number): Blocks {
    return new Blocks(this.grid.map((row) => row.map((block) => block.scale(factor))));
  }
}
