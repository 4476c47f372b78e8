/** What is to be said of a line that is right: that it breaks down in floating point. */
import {
  children,
  type Declarations,
  Evaluator,
  type Expr,
  HandgradError,
  type NDArray,
  type Point,
  type ProbeSurroundings,
  probePoints,
  type Ranged,
  toText,
} from '../../formula/index.js';
import type { Diagnosis } from '../diagnosis.js';
import { Sampler, type Scope } from './sampler.js';
import { sitesOf } from './sites.js';

export interface WarningsInput {
  readonly declarations: Declarations;
  /** The line, which is right. */
  readonly line: Ranged;
  /** The right result in its readable form. */
  readonly right: Ranged;
  readonly surroundings?: ProbeSurroundings | undefined;
}

/** How large the inputs are made; the largest at which the right result is finite counts. */
const REACHES = [1000, 100];

/**
 * `unstable` where a line that is right in exact arithmetic gives no finite number at inputs at which the right result,
 * computed with care, does: log(softmax(x)), exp(x_i) / Σ_k exp(x_k) at x = 1000. Names are taken at their true values.
 *
 * @example warnings({ declarations, line, right })[0]?.mistake // 'unstable'
 */
export function warnings(input: WarningsInput): readonly Diagnosis[] {
  try {
    for (const reach of REACHES) {
      const tried = breakdownAt(input, reach);
      if (tried === 'right result not finite') continue;
      return tried === undefined ? [] : [unstable(input, tried, reach)];
    }
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
  }
  return [];
}

/** The smallest part of the line that is not finite though its parts are; undefined where the line holds. */
function breakdownAt(input: WarningsInput, reach: number): Expr | 'right result not finite' | undefined {
  const { declarations, line, right, surroundings } = input;
  const probes = probePoints(declarations, [right, line], { ...surroundings, count: 1, seed: 5 });
  const [point] = 'none' in probes ? [] : probes.points;
  if (point === undefined) return undefined;
  const far: Point = { ...point, values: stretched(declarations, point, reach) };
  const options = { ...surroundings, sizes: far.sizes };
  const evaluator = new Evaluator(far.values, declarations, options);
  if (!evaluator.value(right).data.every(Number.isFinite)) return 'right result not finite';
  const values = new Map([...far.values, ...definedValues(declarations, evaluator, far)]);
  const sampler = new Sampler({ ...far, values }, declarations, surroundings, true);
  const holds = (expr: Expr, scope: Scope): boolean => sampler.at(expr, scope).data.every(Number.isFinite);
  if (holds(line.expr, line.ranges)) return undefined;
  const broken = sitesOf(line.expr, line.ranges).filter(({ node, scope }) => !holds(node, scope));
  return broken.find(({ node }) =>
    children(node).every((child) => !broken.some((site) => site.node === child)),
  )?.node;
}

/** Inputs made large, those that an assumption speaks of left alone. */
function stretched(declarations: Declarations, point: Point, reach: number): ReadonlyMap<string, NDArray> {
  const assumed = declarations.assumptions.map(({ text }) => text).join(' ');
  return new Map(
    [...point.values].map(([name, value]) => {
      const largest = value.data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      if (assumed.includes(name) || largest === 0) return [name, value];
      return [name, { ...value, data: value.data.map((x) => (x * reach) / largest) }];
    }),
  );
}

/** The values of defined names that the point reaches, computed with care. */
function definedValues(declarations: Declarations, evaluator: Evaluator, point: Point): [string, NDArray][] {
  const reached = new Sampler(point, declarations);
  return [...declarations.tensors.values()].flatMap(
    ({ name, dimensions, definition }): [string, NDArray][] => {
      if (definition === undefined || !reached.has(name)) return [];
      const ranges = new Map(definition.indices.map((id, axis) => [id, dimensions[axis] ?? '']));
      return [[name, evaluator.value({ expr: definition.body, free: definition.indices, ranges })]];
    },
  );
}

function unstable({ declarations, right }: WarningsInput, part: Expr, reach: number): Diagnosis {
  const wrong = toText(part, declarations);
  return {
    mistake: 'unstable',
    message: `Right, but ${wrong} is not finite in floating point when the inputs reach ${reach}.`,
    wrong,
    right: toText(right.expr, declarations),
    hint: 'Which form never takes the exponential of a large number, nor the logarithm of one that came out as 0? Try x_i − logsumexp(x).',
  };
}
