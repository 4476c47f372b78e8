/**
 * Products with a Jacobian that is never built: random probes, and the wrong entry found by halving a probe. A map
 * takes a probe (a cotangent or a tangent) to a result (a gradient or a change of the output), by hand and in truth.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { engine, numbersOf, position } from '../autograd/index.js';
import { compare, type Finding } from './compare.js';
import type { HandNumbers } from './hand.js';

/** A product with the Jacobian, by hand and by autograd, at the inputs. */
export interface LinearMap {
  readonly probeShape: readonly number[];
  readonly resultShape: readonly number[];
  readonly inputs: readonly Tensor[];
  /** The size of a derivative to be expected. */
  readonly natural: number;
  readonly truth: (probe: Tensor, inputs: readonly Tensor[]) => Tensor;
  readonly hand: (probe: Tensor, inputs: readonly Tensor[]) => HandNumbers;
  readonly tolerance?: number;
}

/** One probe, and what both sides made of it. */
export interface Probed {
  readonly probe: Float32Array;
  readonly truth: Float32Array;
  readonly hand: HandNumbers;
  readonly finding: Finding;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * A probe that is blind to no entry: each of its own size between 0.5 and 1.5, of random sign; the same for the same seed.
 * (Ones would be blind: J·1 = 0 for softmax and layer norm.)
 */
export function randomProbe(size: number, seed: number): Float32Array {
  let bits = Math.imul(seed + 1, 0x9e3779b1) | 1;
  const next = (): number => {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    return (bits >>> 0) / 2 ** 32;
  };
  for (let k = 0; k < 8; k += 1) next();
  return Float32Array.from({ length: size }, () => (next() < 0.5 ? -1 : 1) * (0.5 + next()));
}

/** What autograd makes of a probe. */
export function truthOf(map: LinearMap, probe: Float32Array, inputs = map.inputs): Float32Array {
  return numbersOf(() =>
    Float32Array.from(map.truth(engine().tensor(probe, [...map.probeShape]), inputs).dataSync()),
  );
}

/** What the hand-built product makes of a probe. */
export function handOf(map: LinearMap, probe: Float32Array, inputs = map.inputs): HandNumbers {
  return numbersOf(() => map.hand(engine().tensor(probe, [...map.probeShape]), inputs));
}

/** Holds both results of one probe against each other. The shape of the hand-built one must have been seen to be right. */
export function judgeProbe(map: LinearMap, probe: Float32Array, hand: HandNumbers): Probed {
  const truth = truthOf(map, probe);
  const finding = compare({
    truth,
    hand: hand.values,
    columns: truth.length,
    inputs: map.inputs,
    computeTruth: (inputs) => truthOf(map, probe, inputs),
    computeHand: (inputs) => handOf(map, probe, inputs).values,
    single: hand.single,
    natural: map.natural,
    ...(map.tolerance === undefined ? {} : { tolerance: map.tolerance }),
  });
  return { probe, truth, hand, finding };
}

/** A wrong entry of the Jacobian, found: which entry of the probe meets which of the result, and both values. */
export interface Located {
  readonly probe: readonly number[];
  readonly result: readonly number[];
  readonly yours: number;
  readonly right: number;
}

/** The probe with only its entries from `first` up to `end`. */
function part(probe: Float32Array, first: number, end: number): Float32Array {
  const kept = new Float32Array(probe.length);
  kept.set(probe.subarray(first, end), first);
  return kept;
}

/**
 * Finds the entry of the probe that brings in most of the deviation at one entry of the result: of each half it is seen
 * how much it deviates alone, and the larger half halved again; a logarithmic number of passes. Undefined where the
 * entry found does not deviate by itself (a product that is not linear).
 */
export function locate(map: LinearMap, { probe, finding }: Probed): Located | undefined {
  const at = finding.worst?.entry;
  if (at === undefined) return undefined;
  const deviation = (kept: Float32Array): number => {
    const difference = (handOf(map, kept).values[at] ?? 0) - (truthOf(map, kept)[at] ?? 0);
    return Number.isFinite(difference) ? Math.abs(difference) : Number.POSITIVE_INFINITY;
  };
  let [first, end] = [0, probe.length];
  while (end - first > 1) {
    const middle = Math.floor((first + end) / 2);
    if (deviation(part(probe, first, middle)) >= deviation(part(probe, middle, end))) end = middle;
    else first = middle;
  }
  const unit = new Float32Array(probe.length);
  unit[first] = 1;
  const [yours, right] = [handOf(map, unit).values[at] ?? Number.NaN, truthOf(map, unit)[at] ?? Number.NaN];
  if (Math.abs(yours - right) <= (finding.worst?.bound ?? 0) / 2) return undefined;
  return { probe: position(first, map.probeShape), result: position(at, map.resultShape), yours, right };
}

/** The whole table, one probe for each of its lines: outputs of `of` by entries of the probe. */
export function lines(map: LinearMap, of: 'hand' | 'truth'): Float64Array[] {
  return Array.from({ length: sizeOf(map.probeShape) }, (_, k) => {
    const unit = new Float32Array(sizeOf(map.probeShape));
    unit[k] = 1;
    return Float64Array.from(of === 'hand' ? handOf(map, unit).values : truthOf(map, unit));
  });
}
