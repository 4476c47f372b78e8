/** Unbounded numbers that stand for the entries of bounded tensors. */
import { Evaluator, fill, type NDArray, sizeOf } from '../evaluate/index.js';
import type { Declarations, Expr } from '../nodes.js';
import type { Random } from './random.js';
import type { Draw } from './requirements.js';

/** One given tensor: how its entries follow from unbounded parameters. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly lower: number;
  readonly upper: number;
}

/** The entry for a parameter: itself; lower + eᵘ; upper − eᵘ; or lower + (upper − lower) sigmoid(u). */
export function entryOf({ lower, upper }: Parameter, u: number): number {
  if (Number.isFinite(lower) && Number.isFinite(upper)) return lower + (upper - lower) / (1 + Math.exp(-u));
  if (Number.isFinite(lower)) return lower + Math.exp(u);
  if (Number.isFinite(upper)) return upper - Math.exp(u);
  return u;
}

/** The parameter for an entry. */
export function parameterOf({ lower, upper }: Parameter, entry: number): number {
  if (Number.isFinite(lower) && Number.isFinite(upper)) return Math.log((entry - lower) / (upper - entry));
  if (Number.isFinite(lower)) return Math.log(entry - lower);
  if (Number.isFinite(upper)) return Math.log(upper - entry);
  return entry;
}

/** The parameter of a tensor at given sizes. */
export function parameterFor(
  name: string,
  draw: Draw | undefined,
  declarations: Declarations,
  sizes: Readonly<Record<string, number>>,
): Parameter {
  const bound = (expr: Expr | undefined, none: number): number => {
    if (expr === undefined) return none;
    const value = new Evaluator(new Map(), declarations, { sizes }).value({
      expr,
      free: [],
      ranges: new Map(),
    });
    return value.data[0] ?? none;
  };
  const dimensions = declarations.tensors.get(name)?.dimensions ?? [];
  return {
    name,
    shape: dimensions.map((dimension) => sizes[dimension] ?? 0),
    lower: bound(draw?.lower, Number.NEGATIVE_INFINITY),
    upper: bound(draw?.upper, Number.POSITIVE_INFINITY),
  };
}

/** Entries are multiples of this, which both float64 and float32 hold exactly. */
const GRAIN = 2 ** -10;

/** How often an entry is drawn again that is 0 or, rounded to the grain, on its bound. */
const REDRAWS = 20;

/** Random entries: normal, or log-normal above a bound; none is 0 or on its bound, where the bounds leave room. */
export function drawEntries(parameter: Parameter, random: Random, spread: number): NDArray {
  const bounded = Number.isFinite(parameter.lower) || Number.isFinite(parameter.upper);
  return fill(parameter.shape, () => {
    let exact = Number.NaN;
    for (let attempt = 0; attempt < REDRAWS; attempt += 1) {
      exact = entryOf(parameter, random.normal() * (bounded ? 0.7 * spread : spread));
      const entry = Math.round(exact / GRAIN) * GRAIN;
      if (entry !== 0 && entry > parameter.lower && entry < parameter.upper) return entry;
    }
    return exact;
  });
}

/** How many parameters there are in all. */
export function countOf(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
