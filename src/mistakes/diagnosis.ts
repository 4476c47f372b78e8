/** The mistakes known by name; what each means is in the catalogue of this room. */
export type MistakeId =
  | 'sign'
  | 'sign-of-term'
  | 'constant-factor'
  | 'lost-factor'
  | 'extra-factor'
  | 'lost-term'
  | 'lost-power'
  | 'lost-delta'
  | 'delta-replaced-by-one'
  | 'diagonal-only'
  | 'summed'
  | 'elementwise-product'
  | 'missing-contraction'
  | 'transposed'
  | 'order-reversed'
  | 'index-clash'
  | 'wrong-axis'
  | 'held-constant'
  | 'needs-assumption'
  | 'shape'
  | 'unstable'
  | 'extra-term'
  | 'derivative-at-output'
  | 'product-of-derivatives'
  | 'lost-function'
  | 'other-name'
  | 'offset-sign'
  | 'unrelated';

/** A likely mistake: what it is, what was written, what is right, and a question that leads on. */
export interface Diagnosis {
  readonly mistake: MistakeId;
  /** Short, kind and concrete. */
  readonly message: string;
  /** The wrong piece as text (formula or number). */
  readonly wrong: string;
  /** What the rule gives in its place. */
  readonly right: string;
  /** One question or next move. */
  readonly hint: string;
}
