/** Values moved, as little as possible, to where equations hold and inequalities hold by a margin. */
import { Evaluator, type NDArray, sizeOf } from '../evaluate/index.js';
import { inverse } from '../evaluate/linear.js';
import type { Declarations } from '../nodes.js';
import { countOf, entryOf, type Parameter, parameterOf } from './parameters.js';
import type { ProbeSurroundings } from './point.js';
import type { Random } from './random.js';
import { overOwnIndices } from './reach.js';
import type { Requirement } from './requirements.js';

export interface Setting {
  readonly declarations: Declarations;
  readonly sizes: Readonly<Record<string, number>>;
  readonly surroundings: ProbeSurroundings;
}

/** How far from 0 what must be positive, or must not be 0, is kept. */
export const MARGIN = 0.05;

/** The values of all requirements, one after the other; `batch` as for evaluating. */
function measure(
  requirements: readonly Requirement[],
  values: ReadonlyMap<string, NDArray>,
  { declarations, sizes, surroundings }: Setting,
  batch?: { size: number; values: ReadonlyMap<string, NDArray> },
): NDArray[] {
  const evaluator = new Evaluator(values, declarations, { ...surroundings, sizes, ...(batch && { batch }) });
  return requirements.map((requirement) => evaluator.value(overOwnIndices(requirement)));
}

/** What is still to be moved: value − target, for an entry that is not as required; 0 for one that is. */
function shortfall(kind: Requirement['kind'], value: number, margin: number, target: number): number {
  if (kind === 'equal') return value;
  if (kind === 'positive') return value >= margin ? 0 : value - target;
  if (kind === 'nonnegative') return value >= 0 ? 0 : value - target;
  return value === 0 || Math.abs(value) >= margin ? 0 : value - Math.sign(value) * target;
}

/**
 * Gauss–Newton in the parameters, each step the shortest one that meets the linearised requirements:
 * Δu = −Jᵀ (J Jᵀ + λ)⁻¹ r, with J from central differences. λ only keeps requirements that say the same twice solvable.
 * @returns the values, or undefined where the steps do not arrive.
 */
export function solve(
  requirements: readonly Requirement[],
  values: ReadonlyMap<string, NDArray>,
  parameters: readonly Parameter[],
  setting: Setting,
  random: Random,
): ReadonlyMap<string, NDArray> | undefined {
  const variables = countOf(parameters);
  if (requirements.length === 0) return values;
  const targets = new Map<string, number>();
  const targetOf = (requirement: number, entry: number): number => {
    const key = `${requirement} ${entry}`;
    const target = targets.get(key) ?? MARGIN * (1.5 + 4 * random.uniform());
    targets.set(key, target);
    return target;
  };
  const residuals = (measured: readonly NDArray[]): number[] =>
    measured.flatMap(({ data }, which) => {
      const kind = requirements[which]?.kind ?? 'equal';
      return [...data].map((value, entry) => shortfall(kind, value, MARGIN, targetOf(which, entry)));
    });
  let now = new Map(values);
  let last = Number.POSITIVE_INFINITY;
  let best = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 40; step += 1) {
    const measured = measure(requirements, now, setting);
    const residual = residuals(measured);
    const norm = Math.hypot(...residual);
    if (!Number.isFinite(norm)) return undefined;
    if (norm === 0 || (norm < 1e-12 && norm >= last / 2)) return now;
    if (step >= 12 && norm > best / 2) return norm < 1e-9 ? now : undefined;
    if (step % 6 === 0) best = Math.min(best, norm);
    last = norm;
    if (variables === 0) return undefined;
    const active = residual.flatMap((r, at) => (r === 0 ? [] : [at]));
    const jacobian = slopes(requirements, now, parameters, setting);
    now = stepped(now, parameters, residual, active, jacobian, variables);
  }
  return last < 1e-10 ? now : undefined;
}

/** ∂(all requirement values)/∂(all parameters), by central differences in one batch; row-major, requirement first. */
function slopes(
  requirements: readonly Requirement[],
  values: ReadonlyMap<string, NDArray>,
  parameters: readonly Parameter[],
  setting: Setting,
): number[][] {
  const variables = countOf(parameters);
  const size = 2 * variables;
  const step = 1e-5;
  const stacked = new Map<string, NDArray>();
  let start = 0;
  for (const parameter of parameters) {
    const value = values.get(parameter.name);
    if (value === undefined) continue;
    const length = value.data.length;
    const data = new Float64Array(size * length);
    for (let row = 0; row < size; row += 1) data.set(value.data, row * length);
    value.data.forEach((entry, at) => {
      const u = parameterOf(parameter, entry);
      const variable = start + at;
      data[2 * variable * length + at] = entryOf(parameter, u + step);
      data[(2 * variable + 1) * length + at] = entryOf(parameter, u - step);
    });
    stacked.set(parameter.name, { shape: [size, ...value.shape], data });
    start += length;
  }
  const others = new Map([...values].filter(([name]) => !stacked.has(name)));
  const measured = measure(requirements, others, setting, { size, values: stacked });
  return measured.flatMap(({ shape, data }) => {
    const length = sizeOf(shape.slice(1));
    return Array.from({ length }, (_, entry) =>
      Array.from({ length: variables }, (_, variable) => {
        const above = data[2 * variable * length + entry] ?? 0;
        const below = data[(2 * variable + 1) * length + entry] ?? 0;
        return (above - below) / (2 * step);
      }),
    );
  });
}

function stepped(
  values: ReadonlyMap<string, NDArray>,
  parameters: readonly Parameter[],
  residual: readonly number[],
  active: readonly number[],
  jacobian: readonly (readonly number[])[],
  variables: number,
): Map<string, NDArray> {
  const rows = active.map((at) => jacobian[at] ?? []);
  const count = rows.length;
  const product = new Float64Array(count * count);
  rows.forEach((a, i) => {
    rows.forEach((b, j) => {
      product[i * count + j] = a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0);
    });
  });
  const most = rows.reduce((sofar, _, i) => Math.max(sofar, product[i * count + i] ?? 0), 0);
  for (let i = 0; i < count; i += 1)
    product[i * count + i] = (product[i * count + i] ?? 0) + most * 1e-9 + 1e-300;
  const inverted = inverse(product, count);
  const weights = rows.map((_, i) =>
    active.reduce((sum, at, j) => sum + (inverted[i * count + j] ?? 0) * (residual[at] ?? 0), 0),
  );
  const move = Array.from({ length: variables }, (_, k) =>
    rows.reduce((sum, row, i) => sum - (row[k] ?? 0) * (weights[i] ?? 0), 0),
  );
  const longest = move.reduce((sofar, x) => Math.max(sofar, Math.abs(x)), 0);
  const damping = longest > 2 ? 2 / longest : 1;
  const next = new Map(values);
  let start = 0;
  for (const parameter of parameters) {
    const value = values.get(parameter.name);
    if (value === undefined) continue;
    const from = start;
    const data = value.data.map((entry, at) => {
      const change = move[from + at] ?? 0;
      return change === 0 ? entry : entryOf(parameter, parameterOf(parameter, entry) + damping * change);
    });
    next.set(parameter.name, { shape: value.shape, data });
    start += value.data.length;
  }
  return next;
}

/** Random changes of entries that may only take values of a set, kept where what is required comes nearer. */
export function repairSets(
  requirements: readonly Requirement[],
  values: ReadonlyMap<string, NDArray>,
  sets: ReadonlyMap<string, readonly number[]>,
  setting: Setting,
  random: Random,
): ReadonlyMap<string, NDArray> {
  const missing = (candidate: ReadonlyMap<string, NDArray>): number =>
    measure(requirements, candidate, setting)
      .flatMap(({ data }, which) =>
        [...data].map((value) => shortfall(requirements[which]?.kind ?? 'equal', value, MARGIN, MARGIN)),
      )
      .reduce((sum, r) => sum + r * r, 0);
  const places = [...sets].flatMap(([name, set]) =>
    [...(values.get(name)?.data.keys() ?? [])].map((at) => ({ name, set, at })),
  );
  let now = values;
  let left = missing(now);
  for (let attempt = 0; attempt < 60 * places.length && left > 1e-20; attempt += 1) {
    const place = places[random.below(places.length)];
    const value = place === undefined ? undefined : now.get(place.name);
    if (place === undefined || value === undefined) return now;
    const data = Float64Array.from(value.data);
    data[place.at] = place.set[random.below(place.set.length)] ?? 0;
    const candidate = new Map(now).set(place.name, { shape: value.shape, data });
    const then = missing(candidate);
    if (then > left) continue;
    now = candidate;
    left = then;
  }
  return now;
}
