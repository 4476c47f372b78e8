/** A formula as a person meets it: text, LaTeX, matrix notation, components. */
import {
  type Components,
  type Declarations,
  type ExplicitOptions,
  explicit,
  latexMatrix,
  outsideNotes,
  type Ranged,
  resolveDerivatives,
  toLatex,
  toMatrix,
  toText,
} from '../formula/index.js';
import { formulaJacobian, type Jacobian, LayoutError } from '../jacobian/index.js';
import { readValues, type Values } from './values.js';

/**
 * A formula of the language with its indices. `String(formula)` is text that reads back to the same formula.
 *
 * @example
 * const scope = given({ x: ['n'] });
 * scope.define('s_i = exp(x_i) / Σ_k exp(x_k)');
 * String(scope.differentiate('∂s_i/∂x_j')); // 's_i (δ_ij − s_j)'
 */
export class Formula {
  constructor(
    readonly ranged: Ranged,
    readonly declarations: Declarations,
    /** Which of its indices are those of the output it is a derivative of, where it is one. */
    readonly outputs?: readonly string[],
  ) {}

  toString(): string {
    return toText(this.ranged, this.declarations);
  }

  /** The formula in LaTeX. */
  get latex(): string {
    return toLatex(this.ranged, this.declarations);
  }

  /**
   * The formula in matrix notation, where it has one: a matrix product, a transpose, a diagonal, an outer product, a trace …;
   * else undefined.
   */
  get matrix(): string | undefined {
    return toMatrix(this.ranged, this.declarations);
  }

  /** What a reader must know of it: which tensors read 0 outside their range. */
  get notes(): readonly string[] {
    return outsideNotes(this.ranged, this.declarations);
  }

  /** The free indices, in the order of the axes. */
  get indices(): readonly string[] {
    return this.ranged.free;
  }

  /**
   * The formula as a Jacobian operator at given values, with the structure it shows: `s_i (δ_ij − s_j)` is diag(s) − s sᵀ, made of n
   * numbers and not n². Rows are the output's indices, columns the variable's; its axes are named for the dimensions.
   *
   * @param outputs The indices that are rows, where the formula is not a derivative that knows them.
   * @throws LayoutError where it is not known which indices are rows; ValuesError, EvaluationError as `evaluate`.
   * @example
   * scope.differentiate('∂s_i/∂x_j').operator({ x: [-1, -1, 1] }).structure // 'diagonal plus rank 1'
   */
  operator(values: Values, outputs: readonly string[] | undefined = this.outputs): Jacobian {
    const { free } = this.ranged;
    const unknown = outputs?.find((id) => !free.includes(id));
    if (outputs === undefined || unknown !== undefined) {
      throw new LayoutError(
        `Which of the indices (${free.join(', ') || 'none'}) of ${this} count the outputs is not known${
          unknown === undefined ? '' : `; ${unknown} is none of them`
        }. Give them: formula.operator(values, ['${free[0] ?? 'i'}']).`,
      );
    }
    const split = { rows: outputs, columns: free.filter((id) => !outputs.includes(id)) };
    const expr = resolveDerivatives(this.declarations, this.ranged.expr);
    const given = readValues(values, this.declarations);
    return formulaJacobian({ ...this.ranged, expr }, split, given, this.declarations);
  }

  /**
   * The components written out for the given sizes: `explicit({ n: 4 })`. Definitions stay closed unless asked for:
   * `explicit({ n: 4 }, { unfold: true })` gives the exponentials.
   *
   * @throws HandgradError where a size is missing; TooLargeError beyond 4096 components.
   */
  explicit(sizes: Readonly<Record<string, number>>, options: ExplicitOptions = {}): ExplicitFormula {
    return new ExplicitFormula(explicit(this.declarations, this.ranged, sizes, options), this.declarations);
  }
}

/** A formula's components for given sizes, in row-major order. */
export class ExplicitFormula {
  constructor(
    private readonly components: Components,
    private readonly declarations: Declarations,
  ) {}

  /** The size of each axis; empty for a scalar. */
  get shape(): readonly number[] {
    return this.components.shape;
  }

  /** The component at a position: `at(0, 1)`. */
  at(...position: readonly number[]): Formula {
    const { shape, entries } = this.components;
    const flat = shape.reduce((sum, size, axis) => sum * size + (position[axis] ?? Number.NaN), 0);
    const entry = entries[flat];
    if (
      entry === undefined ||
      position.length !== shape.length ||
      position.some((p, axis) => p < 0 || p >= (shape[axis] ?? 0))
    ) {
      throw new RangeError(
        `There is no component [${position.join(', ')}] in a result of shape [${shape.join(', ')}]; positions count from 0.`,
      );
    }
    return new Formula({ expr: entry, free: [], ranges: new Map() }, this.declarations);
  }

  /** Every component as text, nested as the axes are. */
  toArray(): unknown {
    return nested(this.texts(), this.shape);
  }

  private texts(): string[] {
    return this.components.entries.map((e) => toText(e, this.declarations));
  }

  toString(): string {
    const columns = this.shape.at(-1) ?? 1;
    const texts = this.texts();
    const rows: string[] = [];
    for (let at = 0; at < texts.length; at += columns) rows.push(texts.slice(at, at + columns).join(',  '));
    return rows.map((row) => (this.shape.length === 0 ? row : `[ ${row} ]`)).join('\n');
  }

  /** The components as a LaTeX matrix (a column for a vector); of more than two axes the leading ones run down. Wide ones are elided. */
  get latex(): string {
    const columns = this.shape.length >= 2 ? (this.shape.at(-1) ?? 1) : 1;
    const cells = this.components.entries.map((e) => toLatex(e, this.declarations));
    if (this.shape.length === 0) return cells[0] ?? '';
    const rows: string[][] = [];
    for (let at = 0; at < cells.length; at += columns) rows.push(cells.slice(at, at + columns));
    return latexMatrix(rows);
  }
}

function nested(flat: readonly string[], shape: readonly number[]): unknown {
  const [size, ...rest] = shape;
  if (size === undefined) return flat[0];
  const step = flat.length / size;
  return Array.from({ length: size }, (_, at) => nested(flat.slice(at * step, (at + 1) * step), rest));
}
