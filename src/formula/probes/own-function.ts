/** A function of one's own held against its own derivative rule, before anything is proved with it. */
import { tensor } from '../build.js';
import { evaluate } from '../evaluate/index.js';
import type { Declarations } from '../nodes.js';
import type { RegisteredFunction } from '../registry.js';
import { Random } from './random.js';

/** Where a rule and the function's own differences disagree. */
export interface Untrue {
  readonly at: readonly number[];
  /** The argument by which it was differentiated, from 0. */
  readonly argument: number;
  readonly rule: number;
  readonly differences: number;
}

const POINTS = 16;
const STEP = 1e-3;
/** What differences of fourth order leave of a smooth function, in relation to its size. */
const BLUR = 1e-5;

/** Points about zero, at which a function of so many numbers is tried. */
export function ownFunctionPoints(count: number): readonly (readonly number[])[] {
  const random = new Random(11);
  return Array.from({ length: POINTS }, (_, at) =>
    Array.from({ length: count }, () => (at % 2 === 0 ? 1 : 4) * (2 * random.uniform() - 1)),
  );
}

/**
 * The first point at which the rule does not give what differences of the function give; undefined where it always does,
 * and the number of points at which both have a value.
 */
export function untrueDerivative(
  registered: RegisteredFunction,
  points: readonly (readonly number[])[],
): { readonly tried: number; readonly untrue?: Untrue } {
  let tried = 0;
  for (const at of points) {
    for (let argument = 0; argument < registered.count; argument += 1) {
      const near = (steps: number): number =>
        registered.value(...at.map((x, place) => (place === argument ? x + steps * STEP : x)));
      const parts = [near(-2), near(-1), near(1), near(2)] as const;
      const differences = (parts[0] - 8 * parts[1] + 8 * parts[2] - parts[3]) / (12 * STEP);
      const rule = ruleAt(registered, at, argument);
      if (!Number.isFinite(differences) || !Number.isFinite(rule)) continue;
      tried += 1;
      const size = Math.max(1, Math.abs(rule), ...parts.map(Math.abs));
      if (Math.abs(rule - differences) > BLUR * size)
        return { tried, untrue: { at, argument, rule, differences } };
    }
  }
  return { tried };
}

function ruleAt({ derivative, count }: RegisteredFunction, at: readonly number[], argument: number): number {
  const names = Array.from({ length: count }, (_, place) => `a${place}`);
  const declarations: Declarations = {
    tensors: new Map(names.map((name) => [name, { name, dimensions: [] }])),
    assumptions: [],
    dimensions: [],
  };
  const expr = derivative(
    names.map((name) => tensor(name)),
    argument,
  );
  const values = new Map(
    names.map((name, place) => [name, { shape: [], data: Float64Array.of(at[place] ?? 0) }]),
  );
  return evaluate({ expr, free: [], ranges: new Map() }, values, declarations).data[0] ?? Number.NaN;
}
