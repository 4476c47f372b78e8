/** Right only under an assumption that was not made. */
import type { NDArray, Point, Tensor } from '../../../formula/index.js';
import { alike, largest } from '../compare.js';
import { type Detector, type Finding, finding } from '../finding.js';
import type { Problem } from '../problem.js';
import { Sampler } from '../sampler.js';

/** Something that could be assumed of a tensor, and how its values are made to satisfy it. */
interface Supposition {
  readonly text: string;
  /** Added to the rank: what is seldom assumed comes later. */
  readonly later: number;
  readonly meet: (value: NDArray) => NDArray;
}

/** The sums along the last axis moved to a target, the entries staying positive where they were. */
function rowsTo(target: number): (value: NDArray) => NDArray {
  return ({ shape, data }) => {
    const length = shape.at(-1) ?? 1;
    const moved = Float64Array.from(data);
    for (let start = 0; start < data.length; start += length) {
      const row = data.subarray(start, start + length);
      const total = row.reduce((sum, x) => sum + x, 0);
      const positive = row.every((x) => x > 0);
      row.forEach((x, at) => {
        moved[start + at] = positive && target > 0 ? (x * target) / total : x + (target - total) / length;
      });
    }
    return { shape, data: moved };
  };
}

function transpose({ shape, data }: NDArray): NDArray {
  const [rows = 1, columns = 1] = shape;
  return {
    shape: [columns, rows],
    data: data.map((_, at) => data[(at % rows) * columns + Math.floor(at / rows)] ?? Number.NaN),
  };
}

function entrywise(change: (x: number) => number): (value: NDArray) => NDArray {
  return ({ shape, data }) => ({ shape, data: data.map(change) });
}

function suppositions({ name, dimensions }: Tensor, square: boolean): readonly Supposition[] {
  const [rows, columns, more] = dimensions;
  if (more !== undefined) return [];
  if (rows === undefined) {
    return [
      { text: `${name} = 1`, later: 34, meet: entrywise(() => 1) },
      { text: `${name} > 0`, later: 33, meet: entrywise(Math.abs) },
    ];
  }
  const place = columns === undefined ? 'i' : 'ij';
  const entries: readonly Supposition[] = [
    { text: `${name}_${place} > 0`, later: 33, meet: entrywise(Math.abs) },
    { text: `${name}_${place}² = ${name}_${place}`, later: 33.5, meet: entrywise((x) => (x > 0 ? 1 : 0)) },
  ];
  if (columns === undefined) {
    return [
      { text: `Σ_i ${name}_i = 1`, later: 18.5, meet: rowsTo(1) },
      { text: `Σ_i ${name}_i² = 1`, later: 34, meet: unitNorm },
      { text: `Σ_i ${name}_i = 0`, later: 35, meet: rowsTo(0) },
      ...entries,
    ];
  }
  const symmetric: Supposition = {
    text: `${name}_ij = ${name}_ji`,
    later: 0,
    meet: (value) => {
      const other = transpose(value);
      return { ...value, data: value.data.map((x, at) => (x + (other.data[at] ?? 0)) / 2) };
    },
  };
  return [
    ...(square ? [symmetric] : []),
    { text: `Σ_j ${name}_ij = 1`, later: 18.5, meet: rowsTo(1) },
    { text: `Σ_i ${name}_ij = 1`, later: 18.6, meet: (value) => transpose(rowsTo(1)(transpose(value))) },
    { text: `Σ_j ${name}_ij = 0`, later: 35, meet: rowsTo(0) },
    ...entries,
  ];
}

function unitNorm({ shape, data }: NDArray): NDArray {
  const norm = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));
  return { shape, data: data.map((x) => x / norm) };
}

/** (B + Bᵀ) x → 2 B x: equal to the right result where B is symmetric, Σ_i t_i = 1, Z = 1 …: the assumption is named. */
export const needsAssumption: Detector = function* (problem) {
  const { samplers, declarations } = problem;
  const [first] = samplers;
  if (first === undefined) return;
  for (const tensor of declarations.tensors.values()) {
    const given = tensor.definition === undefined && first.point.values.has(tensor.name);
    const scalarInBetween = tensor.definition !== undefined && tensor.dimensions.length === 0;
    if (!given && !(scalarInBetween && tensor.name !== problem.asked?.of.name)) continue;
    for (const supposition of suppositions(tensor, problem.isSquare(tensor.name))) {
      const isVariable = problem.asked?.by.some(({ name }) => name === tensor.name) === true;
      if (isVariable && tensor.dimensions.length === 0 && !supposition.text.endsWith('> 0')) continue;
      if (!given && supposition.text !== `${tensor.name} = 1`) continue;
      yield* supposed(problem, tensor, supposition);
    }
  }
};

function* supposed(
  problem: Problem,
  { name }: Tensor,
  { text, later, meet }: Supposition,
): Generator<Finding> {
  const known = problem.declarations.assumptions.some(
    (assumption) => assumption.text.replaceAll(' ', '') === text.replaceAll(' ', ''),
  );
  if (known) return;
  let seen = false;
  for (const { point } of problem.samplers) {
    const value = point.values.get(name) ?? { shape: [], data: Float64Array.of(1) };
    const moved: Point = { ...point, values: new Map([...point.values, [name, meet(value)]]) };
    const [right, line] = bothAt(problem, moved);
    if (right === undefined || line === undefined || !alike(right, line)) return;
    if (largest(right) > 1e-9) seen = true;
  }
  if (!seen) return;
  yield finding(problem, {
    mistake: 'needs-assumption',
    later,
    message: `This is right only if ${text}, which was not assumed.`,
    hint: `Does ${text} hold in your problem? Then state it with assume('${text.replaceAll('²', '^2')}'); otherwise, what does the term become without it?`,
  });
}

function bothAt(
  { declarations, right, line, free, scope, surroundings }: Problem,
  point: Point,
): (Float64Array | undefined)[] {
  const sampler = new Sampler(point, declarations, surroundings);
  return [right, line].map(({ expr }) => {
    const values = sampler.over(expr, free, scope);
    return values.every(Number.isFinite) ? values : undefined;
  });
}
