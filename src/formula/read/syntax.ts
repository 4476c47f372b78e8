/** What a text says, before it is known what its names stand for: the grammar's own shape, with places. */
import type { Relation } from '../nodes.js';
import type { Place } from './errors.js';

/** An index as written: letters and a whole number, added and subtracted. */
export interface IndexSyntax extends Place {
  readonly parts: readonly { readonly sign: 1 | -1; readonly letter: string }[];
  readonly offset: number;
}

export interface IndicesSyntax extends Place {
  readonly list: readonly IndexSyntax[];
  /** The run of several letters they were read from, as in `W_out`: it may have been meant as one label. */
  readonly run?: string;
}

export interface NumberSyntax extends Place {
  readonly kind: 'number';
  readonly text: string;
}
/** A name as typed, with its indices; which thing it names is found when it is read on. */
export interface SymbolSyntax extends Place {
  readonly kind: 'symbol';
  readonly name: string;
  readonly indices?: IndicesSyntax;
}
export interface DeltaSyntax extends Place {
  readonly kind: 'delta';
  readonly left: IndexSyntax;
  readonly right: IndexSyntax;
}
/** A function and its arguments; `over` are the letters after the function's name: softmax_k(x_k)_i. */
export interface CallSyntax extends Place {
  readonly kind: 'call';
  readonly name: string;
  readonly over?: IndicesSyntax;
  readonly args: readonly Syntax[];
}
export interface ConditionSyntax extends Place {
  readonly relation: Relation;
  readonly left: Syntax;
  readonly right: Syntax;
}
export interface BracketSyntax extends Place {
  readonly kind: 'bracket';
  readonly condition: ConditionSyntax;
}
export interface CasesSyntax extends Place {
  readonly kind: 'cases';
  readonly branches: readonly { readonly value: Syntax; readonly condition: ConditionSyntax }[];
  readonly otherwise?: Syntax;
}
export interface TotalSyntax extends Place {
  readonly kind: 'total';
  readonly operation: 'sum' | 'product' | 'max';
  readonly letters: readonly (Place & { readonly letter: string })[];
  readonly where?: ConditionSyntax;
  /** The dimension of `Σ_{k=1}^{n}`. */
  readonly dimension?: Place & { readonly name: string };
  readonly body: Syntax;
}
export interface DerivativeSyntax extends Place {
  readonly kind: 'derivative';
  readonly of: SymbolSyntax;
  readonly by: readonly SymbolSyntax[];
}
/** Brackets around a sum. */
export interface GroupSyntax extends Place {
  readonly kind: 'group';
  readonly body: Syntax;
}
/** An entry of something in matrix notation: softmax(x)_i, inv(X)_ij, (A B)_ij. */
export interface EntrySyntax extends Place {
  readonly kind: 'entry';
  readonly operand: Syntax;
  readonly indices: IndicesSyntax;
}
export interface SumSyntax extends Place {
  readonly kind: 'sum';
  readonly terms: readonly { readonly negative: boolean; readonly term: Syntax }[];
}
export type ProductSign = '·' | '/' | '⊙' | '⊗';
export interface ProductSyntax extends Place {
  readonly kind: 'product';
  readonly first: Syntax;
  readonly rest: readonly { readonly sign: ProductSign; readonly factor: Syntax }[];
}
export interface NegateSyntax extends Place {
  readonly kind: 'negate';
  readonly operand: Syntax;
}
export interface PowerSyntax extends Place {
  readonly kind: 'power';
  readonly base: Syntax;
  readonly exponent: Syntax;
}
export interface TransposeSyntax extends Place {
  readonly kind: 'transpose';
  readonly operand: Syntax;
}
/** 𝟏, the vector of ones. */
export interface OnesSyntax extends Place {
  readonly kind: 'ones';
}

export type Syntax =
  | NumberSyntax
  | SymbolSyntax
  | DeltaSyntax
  | CallSyntax
  | BracketSyntax
  | CasesSyntax
  | TotalSyntax
  | DerivativeSyntax
  | GroupSyntax
  | EntrySyntax
  | SumSyntax
  | ProductSyntax
  | NegateSyntax
  | PowerSyntax
  | TransposeSyntax
  | OnesSyntax;

/** The syntax directly below a node, left to right; the two sides of conditions included. */
export function below(syntax: Syntax): readonly Syntax[] {
  switch (syntax.kind) {
    case 'number':
    case 'symbol':
    case 'delta':
    case 'ones':
      return [];
    case 'call':
      return syntax.args;
    case 'bracket':
      return [syntax.condition.left, syntax.condition.right];
    case 'cases': {
      const branches = syntax.branches.flatMap((b) => [b.value, b.condition.left, b.condition.right]);
      return syntax.otherwise ? [...branches, syntax.otherwise] : branches;
    }
    case 'total':
      return syntax.where ? [syntax.where.left, syntax.where.right, syntax.body] : [syntax.body];
    case 'derivative':
      return [syntax.of, ...syntax.by];
    case 'group':
      return [syntax.body];
    case 'entry':
    case 'negate':
    case 'transpose':
      return [syntax.operand];
    case 'sum':
      return syntax.terms.map((t) => t.term);
    case 'product':
      return [syntax.first, ...syntax.rest.map((r) => r.factor)];
    case 'power':
      return [syntax.base, syntax.exponent];
  }
}

/** The indices that stand at a node itself. */
export function indicesOf(syntax: Syntax): readonly IndexSyntax[] {
  switch (syntax.kind) {
    case 'symbol':
    case 'entry':
      return syntax.indices?.list ?? [];
    case 'delta':
      return [syntax.left, syntax.right];
    default:
      return [];
  }
}
