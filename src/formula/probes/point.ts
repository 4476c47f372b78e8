/** Where formulas are tried: sizes of dimensions and values of the given tensors. */
import type { Functions, NDArray } from '../evaluate/index.js';
import type { Derivative, Expr } from '../nodes.js';

export interface Point {
  readonly sizes: Readonly<Record<string, number>>;
  readonly values: ReadonlyMap<string, NDArray>;
  /** The seed that yields this point again. */
  readonly seed: number;
}

/** What evaluating may need beside the declarations. */
export interface ProbeSurroundings {
  readonly derivatives?: (derivative: Derivative) => Expr;
  readonly functions?: Functions;
}

/** An expression as a formula over its own free indices, with the ranges that reach it. */
export interface Placed {
  readonly expr: Expr;
  readonly ranges: ReadonlyMap<string, string>;
}
