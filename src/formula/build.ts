/** Small constructors of expressions. None of them simplifies: what is built is what was asked for. */
import Fraction from 'fraction.js';
import { component, simpleIndex } from './indices.js';
import type {
  Add,
  Binder,
  Bracket,
  Call,
  Cases,
  Constant,
  Delta,
  Derivative,
  Divide,
  Expr,
  FieldFunction,
  FieldName,
  Index,
  MatrixFunction,
  MatrixName,
  Multiply,
  Negate,
  Num,
  Position,
  Power,
  Rational,
  Relation,
  Size,
  TensorRef,
  Total,
} from './nodes.js';

/** An index given as such, as its letter, or as a component's number. */
export type IndexLike = Index | string | number;

/** The index that a letter, a component's number or an index stands for. */
export function toIndex(index: IndexLike): Index {
  if (typeof index === 'string') return simpleIndex(index);
  if (typeof index === 'number') return component(index);
  return index;
}

/** An exact number: `num(2)`, `num('1/3')`, `num(0.5)`. */
export function num(value: number | bigint | string | Rational): Num {
  return { kind: 'number', value: new Fraction(value) };
}

export function constant(name: Constant['name']): Constant {
  return { kind: 'constant', name };
}

/** The number of values an index over the dimension takes. */
export function size(dimension: string): Size {
  return { kind: 'size', dimension };
}

/** The number of an index, from 0. */
export function position(index: IndexLike): Position {
  return { kind: 'position', index: toIndex(index) };
}

/** `tensor('W', 'i', 'j')` is W_ij; `tensor('x', 0)` is x_0. */
export function tensor(name: string, ...indices: readonly IndexLike[]): TensorRef {
  return { kind: 'tensor', name, indices: indices.map(toIndex) };
}

export function delta(left: IndexLike, right: IndexLike): Delta {
  return { kind: 'delta', left: toIndex(left), right: toIndex(right) };
}

export function bracket(left: Expr, relation: Relation, right: Expr): Bracket {
  return { kind: 'bracket', relation, left, right };
}

/** The sum of its terms: of none 0, of one the term itself. */
export function add(...terms: readonly Expr[]): Expr {
  const [only] = terms;
  if (only === undefined) return num(0);
  const sum: Add = { kind: 'add', terms };
  return terms.length === 1 ? only : sum;
}

export function subtract(left: Expr, right: Expr): Expr {
  return add(left, negate(right));
}

/** The product of its factors: of none 1, of one the factor itself. */
export function multiply(...factors: readonly Expr[]): Expr {
  const [only] = factors;
  if (only === undefined) return num(1);
  const product: Multiply = { kind: 'multiply', factors };
  return factors.length === 1 ? only : product;
}

export function divide(numerator: Expr, denominator: Expr): Divide {
  return { kind: 'divide', numerator, denominator };
}

export function negate(operand: Expr): Negate {
  return { kind: 'negate', operand };
}

/** `power(x, 2)`: the exponent may be given as a whole number. */
export function power(base: Expr, exponent: Expr | number): Power {
  return { kind: 'power', base, exponent: typeof exponent === 'number' ? num(exponent) : exponent };
}

export function call(name: Call['name'], ...args: readonly Expr[]): Call {
  return { kind: 'call', name, args };
}

export function binder(id: string, dimension: string): Binder {
  return { id, dimension };
}

/** A total over one index; `where` restricts it. */
export function total(operation: Total['operation'], over: Binder, body: Expr, where?: Bracket): Total {
  return { kind: 'total', operation, binder: over, body, ...(where && { where }) };
}

/** `sum('k', 'n', body)` is Σ_k body with k over n. */
export function sum(id: string, dimension: string, body: Expr, where?: Bracket): Total {
  return total('sum', { id, dimension }, body, where);
}

export function cases(branches: Cases['branches'], otherwise?: Expr): Cases {
  return { kind: 'cases', branches, ...(otherwise && { otherwise }) };
}

export function derivative(of: TensorRef, ...by: readonly TensorRef[]): Derivative {
  return { kind: 'derivative', of, by };
}

/** inv(M)_{at}, det(M) or logdet(M), where M_{row column} = body. */
export function matrixFunction(
  name: MatrixName,
  row: Binder,
  column: Binder,
  body: Expr,
  at?: readonly [IndexLike, IndexLike],
): MatrixFunction {
  const place = at && ([toIndex(at[0]), toIndex(at[1])] as const);
  return { kind: 'matrix', name, row, column, body, ...(place && { at: place }) };
}

/** softmax(v)_{at}, or a function that reduces over all its binders, where v_{binders} = body. */
export function fieldFunction(
  name: FieldName,
  binders: readonly Binder[],
  body: Expr,
  at?: IndexLike,
): FieldFunction {
  return { kind: 'field', name, binders, body, ...(at !== undefined && { at: toIndex(at) }) };
}
