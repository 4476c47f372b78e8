/** The third witness: the definition compiled to TensorFlow.js and differentiated there, held against the claim in float64. */
import {
  type Declarations,
  Evaluator,
  HandgradError,
  type NDArray,
  type Point,
  positionsOf,
  type Question,
  type Ranged,
} from '../../formula/index.js';
import type { Witness } from '../verdict.js';
import { autogradAt } from './points.js';

/** The unit of float32 rounding, and how many times the measured rounding a deviation may be. */
const UNIT = 2 ** -23;
const SLACK = 8;

interface Worst {
  readonly entry: readonly number[];
  readonly yours: number;
  readonly right: number;
  readonly error: number;
  readonly tolerance: number;
}

/** What autograd of the definition says of a claimed derivative at the given points (one is enough to agree, one to refute). */
export function autogradWitness(
  claim: Ranged,
  right: Ranged,
  question: Question,
  declarations: Declarations,
  points: readonly Point[],
): Witness {
  const name = 'autograd';
  const [point] = points;
  if (point === undefined) return { name, finds: 'nothing', says: 'no verdict: there is no point to try' };
  if (question.by.length > 2)
    return { name, finds: 'nothing', says: 'no verdict: beyond second derivatives' };
  try {
    const truth = autogradAt(question, right, declarations, point);
    if ('none' in truth) return { name, finds: 'nothing', says: `no verdict: ${truth.none}` };
    const mine = new Evaluator(point.values, declarations, { sizes: point.sizes }).value({
      ...claim,
      free: truth.free,
    });
    return witnessOf(mine, truth.value, truth.scale);
  } catch (error) {
    if (error instanceof HandgradError)
      return { name, finds: 'nothing', says: `no verdict: ${error.message}` };
    throw error;
  }
}

function witnessOf(mine: NDArray, truth: NDArray, scale: NDArray): Witness {
  const name = 'autograd';
  const worst = worstOf(mine, truth, scale);
  if (worst === undefined)
    return { name, finds: 'nothing', says: 'no verdict: rounding in float32 drowns every entry' };
  const { error, tolerance, entry, yours, right } = worst;
  if (error <= tolerance)
    return { name, finds: 'for', says: 'agrees within float32 rounding', error, tolerance };
  const where = entry.length === 0 ? '' : ` at [${entry.join(', ')}]`;
  return {
    name,
    finds: 'against',
    says: `refuted${where}: ${short(yours)} where autograd gives ${short(right)}`,
    error,
    tolerance,
  };
}

/** The entry that deviates most against what rounding explains, among those about which float32 can say something. */
function worstOf(mine: NDArray, truth: NDArray, scale: NDArray): Worst | undefined {
  let worst: Worst | undefined;
  truth.data.forEach((right, at) => {
    const yours = mine.data[at] ?? Number.NaN;
    const tolerance = SLACK * UNIT * (scale.data[at] ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(yours) || !Number.isFinite(right) || !Number.isFinite(tolerance)) return;
    const error = Math.abs(yours - right);
    if (worst !== undefined && error * worst.tolerance <= worst.error * tolerance) return;
    worst = { entry: positionsOf(truth.shape, at), yours, right, error, tolerance };
  });
  return worst;
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)));
}
