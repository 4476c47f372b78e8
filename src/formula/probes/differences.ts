/** Derivatives of definitions from differences in float64: a witness that knows no rule of differentiation. */

import { EvaluationError } from '../evaluate/errors.js';
import { Evaluator, type NDArray, sizeOf } from '../evaluate/index.js';
import type { Declarations, Derivative, Ranged, Tensor, TensorRef } from '../nodes.js';
import { type Agreement, evaluatorAt, type NoVerdict, orNone, summary, worstEntry } from './agree.js';
import type { Point, ProbeSurroundings } from './point.js';
import { type ProbeOptions, probePoints } from './probe.js';

/** What is asked: ∂of/∂by, or ∂²of/∂by₀∂by₁. */
export type Question = Pick<Derivative, 'of' | 'by'>;

export interface Differences {
  /** The free indices in order of appearance, first those of what is differentiated. */
  readonly free: readonly string[];
  readonly ranges: ReadonlyMap<string, string>;
  readonly value: NDArray;
  /** An estimate of the error of each entry: of extrapolating, and of rounding. */
  readonly error: NDArray;
}

/** The differences' steps: 2⁻⁴, 2⁻⁵, … */
const STEPS = [4, 5, 6, 7, 8, 9].map((power) => 2 ** -power);

/**
 * The derivative of a defined name at a point: central differences at several steps, extrapolated (Richardson; Ridders'
 * choice of the entry of the tableau with the least error). A second derivative takes the four-point difference
 * (f(+,+) − f(+,−) − f(−,+) + f(−,−)) / 4h². Where `by` is itself a defined name it is held as a variable of its own.
 * @throws EvaluationError where a name has no definition, or more than two derivatives are asked.
 */
export function differences(
  question: Question,
  declarations: Declarations,
  point: Point,
  surroundings: ProbeSurroundings = {},
): Differences {
  const { of, by } = question;
  const output = tensorOf(of.name, declarations);
  const inputs = by.map(({ name }) => tensorOf(name, declarations));
  if (inputs.length < 1 || inputs.length > 2) {
    throw new EvaluationError(
      `A derivative of order ${inputs.length} was asked of ${of.name}; differences give the first and the second.`,
    );
  }
  const values = withHeld(inputs, declarations, point, surroundings);
  const formula = wholeOf(output);
  const at = new Evaluator(values, declarations, { ...surroundings, sizes: point.sizes }, true).withScale(
    formula,
  );
  const columns = variablesOf(inputs, values).map((moved) =>
    extrapolated(moved, formula, values, declarations, point, surroundings, at.scale.data),
  );
  const shape = [...at.value.shape, ...inputs.flatMap(({ name }) => values.get(name)?.shape ?? [])];
  const rows = at.value.data.length;
  const lay = (part: 'value' | 'error'): NDArray => {
    const data = new Float64Array(sizeOf(shape));
    columns.forEach((column, place) => {
      for (let row = 0; row < rows; row += 1)
        data[row * columns.length + place] = column[part][row] ?? Number.NaN;
    });
    return { shape, data };
  };
  const dimensions = [...output.dimensions, ...inputs.flatMap((input) => input.dimensions)];
  return readAt([of, ...by], dimensions, lay('value'), lay('error'), point);
}

function tensorOf(name: string, declarations: Declarations): Tensor {
  const tensor = declarations.tensors.get(name);
  if (tensor === undefined) throw new EvaluationError(`${name} is not declared, so it has no derivative.`);
  return tensor;
}

/** All entries of a tensor, its axes named apart. */
function wholeOf(tensor: Tensor): Ranged {
  const free = tensor.dimensions.map((_, axis) => `a#${axis}`);
  const indices = free.map((id) => ({ parts: [{ sign: 1 as const, id }], offset: 0 }));
  return {
    expr: { kind: 'tensor', name: tensor.name, indices },
    free,
    ranges: new Map(free.map((id, axis) => [id, tensor.dimensions[axis] ?? ''])),
  };
}

/** The point's values, with those of defined names that are differentiated by. */
function withHeld(
  inputs: readonly Tensor[],
  declarations: Declarations,
  point: Point,
  surroundings: ProbeSurroundings,
): ReadonlyMap<string, NDArray> {
  const values = new Map(point.values);
  const evaluator = new Evaluator(point.values, declarations, { ...surroundings, sizes: point.sizes });
  for (const input of inputs)
    if (!values.has(input.name)) values.set(input.name, evaluator.value(wholeOf(input)));
  return values;
}

/** One entry that is moved. */
interface Moved {
  readonly name: string;
  readonly entry: number;
}

/** The entries, or pairs of entries, that are moved, in row-major order. */
function variablesOf(inputs: readonly Tensor[], values: ReadonlyMap<string, NDArray>): Moved[][] {
  return inputs.reduce<Moved[][]>(
    (lists, { name }) => {
      const length = values.get(name)?.data.length ?? 0;
      return lists.flatMap((list) => Array.from({ length }, (_, entry) => [...list, { name, entry }]));
    },
    [[]],
  );
}

/** The differences along one entry (or pair) at every step, in one batch, extrapolated. */
function extrapolated(
  moved: readonly Moved[],
  formula: Ranged,
  values: ReadonlyMap<string, NDArray>,
  declarations: Declarations,
  point: Point,
  surroundings: ProbeSurroundings,
  scale: Float64Array,
): { value: Float64Array; error: Float64Array } {
  const corners =
    moved.length === 1
      ? [[1], [-1]]
      : [
          [1, 1],
          [1, -1],
          [-1, 1],
          [-1, -1],
        ];
  const size = STEPS.length * corners.length;
  const stacked = new Map<string, NDArray>();
  for (const { name } of moved) {
    const value = values.get(name);
    if (value === undefined || stacked.has(name)) continue;
    const length = value.data.length;
    const data = new Float64Array(size * length);
    for (let row = 0; row < size; row += 1) {
      data.set(value.data, row * length);
      const step = STEPS[Math.floor(row / corners.length)] ?? 0;
      const signs = corners[row % corners.length] ?? [];
      moved.forEach((one, which) => {
        if (one.name !== name) return;
        const place = row * length + one.entry;
        data[place] = (data[place] ?? 0) + (signs[which] ?? 0) * step;
      });
    }
    stacked.set(name, { shape: [size, ...value.shape], data });
  }
  const rest = new Map([...values].filter(([name]) => !stacked.has(name)));
  const { data } = new Evaluator(rest, declarations, {
    ...surroundings,
    sizes: point.sizes,
    batch: { size, values: stacked },
  }).value(formula);
  const rows = scale.length;
  const value = new Float64Array(rows);
  const error = new Float64Array(rows);
  const largest = moved.reduce(
    (most, one) => Math.max(most, Math.abs(values.get(one.name)?.data[one.entry] ?? 0)),
    0,
  );
  for (let row = 0; row < rows; row += 1) {
    const quotients = STEPS.map((step, level) => {
      const terms = corners.map((signs, corner) => {
        const sign = signs.reduce((product, s) => product * s, 1);
        return sign * (data[(level * corners.length + corner) * rows + row] ?? Number.NaN);
      });
      return terms.reduce((sum, term) => sum + term, 0) / (2 * step) ** moved.length;
    });
    const best = tableau(quotients, (level) => {
      const step = STEPS[level] ?? 1;
      const noise = 4 * Number.EPSILON * (scale[row] ?? 0) * corners.length;
      const place = (4 * Number.EPSILON * largest * Math.abs(quotients[level] ?? 0)) / step;
      return noise / (2 * step) ** moved.length + place;
    });
    value[row] = best.value;
    error[row] = best.error;
  }
  return { value, error };
}

/** Richardson's tableau in h²; of all its entries the one with the least estimated error (extrapolating and rounding). */
function tableau(
  quotients: readonly number[],
  rounding: (level: number) => number,
): { value: number; error: number } {
  let best = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
  let above: number[] = [];
  quotients.forEach((quotient, level) => {
    const row = [quotient];
    for (let order = 1; order <= level; order += 1) {
      const finer = row[order - 1] ?? Number.NaN;
      const coarser = above[order - 1] ?? Number.NaN;
      const value = finer + (finer - coarser) / (4 ** order - 1);
      row.push(value);
      const error = Math.max(Math.abs(value - finer), Math.abs(value - coarser)) + 2 * rounding(level);
      if (error < best.error) best = { value, error };
    }
    above = row;
  });
  return best;
}

/** The whole array of derivatives read at the indices of the question: a repeated letter takes the diagonal. */
function readAt(
  refs: readonly TensorRef[],
  dimensions: readonly string[],
  value: NDArray,
  error: NDArray,
  point: Point,
): Differences {
  const indices = refs.flatMap((ref) => ref.indices);
  const ranges = new Map<string, string>();
  indices.forEach((index, axis) => {
    for (const { id } of index.parts) if (!ranges.has(id)) ranges.set(id, dimensions[axis] ?? '');
  });
  const free = [...ranges.keys()];
  const name = '∂';
  const declarations: Declarations = {
    tensors: new Map([[name, { name, dimensions }]]),
    assumptions: [],
    dimensions: [...new Set(dimensions)],
  };
  const read = (array: NDArray): NDArray =>
    new Evaluator(new Map([[name, array]]), declarations, { sizes: point.sizes }).value({
      expr: { kind: 'tensor', name, indices },
      free,
      ranges,
    });
  return { free, ranges, value: read(value), error: read(error) };
}

/**
 * Holds a claimed derivative against differences of the definition, at random points that stay away from kinks. The tolerance
 * of an entry is the differences' error estimate (threefold) and the claim's own rounding error.
 */
export function agreeWithDifferences(
  claim: Ranged,
  question: Question,
  declarations: Declarations,
  options: ProbeOptions & { readonly points?: readonly Point[] } = {},
): Agreement | NoVerdict {
  const asked = freeOf(question);
  if (claim.free.length !== asked.length || claim.free.some((id) => !asked.includes(id))) {
    const note = `the free indices differ: ${claim.free.join(', ')} in the claim, ${asked.join(', ')} in the derivative`;
    return { agrees: false, points: [], note };
  }
  return orNone(() => {
    const formulas = [claim, ...reachedBy(question, declarations)];
    const probes =
      options.points === undefined
        ? probePoints(declarations, formulas, options)
        : { points: options.points, notes: [] };
    if ('none' in probes) return probes;
    const deviations = probes.points.map((point) => {
      const truth = differences(question, declarations, point, options);
      const { value, scale } = evaluatorAt(point, declarations, options).withScale({
        ...claim,
        free: truth.free,
      });
      const tolerances = scale.data.map(
        (s, at) => 64 * Number.EPSILON * s + 3 * (truth.error.data[at] ?? Number.NaN),
      );
      return worstEntry(value, truth.value, tolerances, point);
    });
    return summary(deviations, probes.points, probes.notes);
  });
}

/** The free indices of a derivative, in order of appearance. */
function freeOf({ of, by }: Question): string[] {
  return [
    ...new Set(
      [of, ...by].flatMap(({ indices }) => indices.flatMap(({ parts }) => parts.map(({ id }) => id))),
    ),
  ];
}

/** The output and the variables of a question as formulas, so that probing gives values to all that they reach. */
export function reachedBy({ of, by }: Question, declarations: Declarations): Ranged[] {
  return [of, ...by].map(({ name }) => wholeOf(tensorOf(name, declarations)));
}
