import {
  type Declarations,
  type Expr,
  evaluate,
  multiply,
  type NDArray,
  simpleIndex,
  sum,
  type TensorRef,
} from '../../formula/index.js';
import { Jacobian } from '../jacobian.js';
import type { Split } from './sides.js';
import type { FormulaValues } from './values.js';

/** A name that nobody can type: the vector a Jacobian is applied to. */
const vector = '#v';

/**
 * A Jacobian that is only its formula: J v is evaluated as Σ_j J_ij v_j, without the table where the calculus finds a way around it.
 * What no structure fits and is too large to write out.
 */
export class Evaluated extends Jacobian {
  readonly structure = 'evaluated from its formula';
  /** At most: what the table would take. */
  readonly cost: number;

  constructor(
    private readonly expr: Expr,
    private readonly split: Split,
    private readonly values: FormulaValues,
    private readonly factor = 1,
    private readonly known: ReadonlyMap<string, NDArray> = values.withDefined(expr),
  ) {
    super(values.span(split.rows), values.span(split.columns));
    this.cost = this.rows * this.columns;
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    this.contract(v, this.split.columns, this.split.rows, result);
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    this.contract(u, this.split.rows, this.split.columns, result);
  }

  /** result += factor · Σ_over expr · v_over, over the other indices. */
  private contract(
    v: Float64Array,
    over: readonly string[],
    free: readonly string[],
    result: Float64Array,
  ): void {
    const { values, factor } = this;
    const dimensions = over.map((id) => values.dimensionOf(id));
    const ref: TensorRef = { kind: 'tensor', name: vector, indices: over.map((id) => simpleIndex(id)) };
    const body = over.reduceRight(
      (inner, id) => sum(id, values.dimensionOf(id), inner),
      multiply(this.expr, ref),
    );
    const declarations: Declarations = {
      ...values.declarations,
      tensors: new Map([...values.declarations.tensors, [vector, { name: vector, dimensions }]]),
    };
    const shape = over.map((id) => values.lengthOf(id));
    const given = new Map([...this.known, [vector, { shape, data: v }]]);
    const ranges = new Map(free.map((id) => [id, values.dimensionOf(id)]));
    const { data } = evaluate({ expr: body, free, ranges }, given, declarations);
    for (let k = 0; k < result.length; k += 1)
      result[k] = (result[k] as number) + factor * (data[k] as number);
  }

  turned(): Evaluated {
    const { rows, columns } = this.split;
    const split = { rows: columns, columns: rows };
    return new Evaluated(this.expr, split, this.values, this.factor, this.known);
  }

  multiple(factor: number): Evaluated {
    return new Evaluated(this.expr, this.split, this.values, factor * this.factor, this.known);
  }
}
