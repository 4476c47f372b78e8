/**
 * What a formula is: immutable expressions in index notation. Text, Unicode, LaTeX and matrix notation are all read
 * into these nodes; every other file of this room takes them and returns them.
 *
 * Invariants, kept by construction (see `scope` in parse and `substitute` in indices):
 * - a binder (`Total`, `MatrixFunction`, `FieldFunction`) introduces an index id that occurs nowhere outside its body;
 * - an index id is a letter (`i`), or a letter with a mark (`i#2`) where a fresh one had to be made; printing chooses the
 *   letter that is shown and never reuses a free letter for a bound one;
 * - every range is a name of a dimension (`n`); free indices take theirs from the `Formula` they stand in.
 */
import type Fraction from 'fraction.js';

/** An exact rational number. */
export type Rational = Fraction;

/**
 * An index as it stands at a tensor: a sum of signed index ids and a whole number. `i` is one part and offset 0,
 * `i+k` two parts, `i-1` one part and offset −1, a component such as `0` no part. Outside the range a tensor reads 0.
 */
export interface Index {
  readonly parts: readonly { readonly sign: 1 | -1; readonly id: string }[];
  readonly offset: number;
}

/** An index bound by a total or a function of a whole tensor, with the dimension it runs over. */
export interface Binder {
  readonly id: string;
  readonly dimension: string;
}

export type Relation = '>' | '≥' | '<' | '≤' | '=' | '≠';

/** The elementwise functions of the language; `generic` ones are registered with a derivative of their own. */
export type ElementwiseName =
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'tanh'
  | 'sigmoid'
  | 'relu'
  | 'softplus'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'abs'
  | 'sign'
  | 'max'
  | 'min';

/** Functions of a whole tensor that unfold to totals: see `unfold`. */
export type FieldName = 'softmax' | 'logsumexp' | 'mean' | 'var' | 'norm';

/** Functions of a square matrix with rules of their own. */
export type MatrixName = 'inv' | 'det' | 'logdet';

export interface Num {
  readonly kind: 'number';
  readonly value: Rational;
}
export interface Constant {
  readonly kind: 'constant';
  readonly name: 'e' | 'π';
}
/** The number of values an index over this dimension takes: `n` in `Σ_k x_k / n`. */
export interface Size {
  readonly kind: 'size';
  readonly dimension: string;
}
/** The number of an index, from 0: `k` in `[k ≤ i]`. */
export interface Position {
  readonly kind: 'position';
  readonly index: Index;
}
/** A declared or defined name with its indices; a scalar has none. */
export interface TensorRef {
  readonly kind: 'tensor';
  readonly name: string;
  readonly indices: readonly Index[];
}
export interface Delta {
  readonly kind: 'delta';
  readonly left: Index;
  readonly right: Index;
}
/** The Iverson bracket: 1 where the relation holds, 0 elsewhere. */
export interface Bracket {
  readonly kind: 'bracket';
  readonly relation: Relation;
  readonly left: Expr;
  readonly right: Expr;
}
export interface Add {
  readonly kind: 'add';
  readonly terms: readonly Expr[];
}
export interface Multiply {
  readonly kind: 'multiply';
  readonly factors: readonly Expr[];
}
export interface Divide {
  readonly kind: 'divide';
  readonly numerator: Expr;
  readonly denominator: Expr;
}
export interface Negate {
  readonly kind: 'negate';
  readonly operand: Expr;
}
export interface Power {
  readonly kind: 'power';
  readonly base: Expr;
  readonly exponent: Expr;
}
/** An elementwise function of one or two numbers, or one registered through `extend`. */
export interface Call {
  readonly kind: 'call';
  readonly name: ElementwiseName | (string & {});
  readonly args: readonly Expr[];
}
/** Σ, Π or max over one index. `where` restricts it: the k ≠ i of `Σ_{k≠i}`. `Σ_ij` is a total in a total. */
export interface Total {
  readonly kind: 'total';
  readonly operation: 'sum' | 'product' | 'max';
  readonly binder: Binder;
  readonly where?: Bracket;
  readonly body: Expr;
}
/** The first branch whose condition holds; `otherwise` where none does. */
export interface Cases {
  readonly kind: 'cases';
  readonly branches: readonly { readonly value: Expr; readonly condition: Bracket }[];
  readonly otherwise?: Expr;
}
/** ∂of/∂by…, not yet worked out. One `by` for a first derivative, two for a second. */
export interface Derivative {
  readonly kind: 'derivative';
  readonly of: TensorRef;
  readonly by: readonly TensorRef[];
}
/** inv(M)_{at}, det(M), logdet(M), where M_{row column} = body. `at` is present for `inv` only. */
export interface MatrixFunction {
  readonly kind: 'matrix';
  readonly name: MatrixName;
  readonly row: Binder;
  readonly column: Binder;
  readonly body: Expr;
  readonly at?: readonly [Index, Index];
}
/** softmax(v)_{at} where v_{binders} = body; `mean`, `var`, `norm`, `logsumexp` take no `at` and reduce over all binders. */
export interface FieldFunction {
  readonly kind: 'field';
  readonly name: FieldName;
  readonly binders: readonly Binder[];
  readonly body: Expr;
  readonly at?: Index;
}

export type Expr =
  | Num
  | Constant
  | Size
  | Position
  | TensorRef
  | Delta
  | Bracket
  | Add
  | Multiply
  | Divide
  | Negate
  | Power
  | Call
  | Total
  | Cases
  | Derivative
  | MatrixFunction
  | FieldFunction;

/** What a name stands for. `body` is present for a defined name; its free indices are `indices`. */
export interface Tensor {
  readonly name: string;
  /** The dimension of each axis, in order; empty for a scalar. */
  readonly dimensions: readonly string[];
  readonly definition?: { readonly indices: readonly string[]; readonly body: Expr };
}

/** Something taken to be true: `left relation right` for all values of the free indices. */
export interface Assumption {
  readonly left: Expr;
  readonly relation: Relation;
  readonly right: Expr;
  readonly ranges: ReadonlyMap<string, string>;
  /** The line as the person wrote it, by which it is named in verdicts. */
  readonly text: string;
}

/** Everything a line is read in: the tensors and what is assumed of them. Immutable; `define` returns a new one. */
export interface Declarations {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly assumptions: readonly Assumption[];
  /** All dimension names, in order of appearance. */
  readonly dimensions: readonly string[];
}

/** An expression with the range of each of its free indices. `free` is the order of the axes of its value. */
export interface Ranged {
  readonly expr: Expr;
  /** Free index ids in axis order. */
  readonly free: readonly string[];
  /** The dimension of each free index. */
  readonly ranges: ReadonlyMap<string, string>;
}
