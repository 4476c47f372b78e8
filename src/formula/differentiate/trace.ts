/** What the differentiation did: the worked steps and the result come from this one record, so they cannot disagree. */
import type { Expr, TensorRef } from '../nodes.js';

export type RuleId =
  | 'constant'
  | 'variable'
  | 'definition'
  | 'sum rule'
  | 'product rule'
  | 'quotient rule'
  | 'power rule'
  | 'exponential rule'
  | 'chain rule'
  | 'derivative of a function'
  | 'derivative of a total'
  | 'derivative of a product over an index'
  | 'derivative of a maximum'
  | 'derivative by cases'
  | 'derivative of an inverse'
  | 'derivative of a determinant'
  | 'derivative of softmax'
  | 'derivative of logsumexp'
  | 'derivative of a mean'
  | 'derivative of a variance'
  | 'derivative of a norm';

/** One application of a rule: ∂before/∂by = after. `depth` counts the rules it stands in. */
export interface TraceStep {
  readonly rule: RuleId;
  readonly before: Expr;
  readonly by: TensorRef;
  readonly after: Expr;
  readonly depth: number;
}
