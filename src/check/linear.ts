/**
 * Products with a Jacobian that is never built. A map takes a probe (a cotangent or a tangent) to a result (a gradient or a change of the output), by hand and in truth.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { engine, numbersOf } from '../autograd/index.js';
import { compare, type Finding } from './compare.js';
import type { HandNumbers } from './hand.js';
import { passed } from './progress.js';
import { randomNumbers } from './random.js';

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
  /** What was built by hand depends on the probe alone: numbers that were there before. */
  readonly fixed?: boolean;
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
  const next = randomNumbers(seed);
  return Float32Array.from({ length: size }, () => (next() < 0.5 ? -1 : 1) * (0.5 + next()));
}

/** What autograd makes of a probe. */
export function truthOf(map: LinearMap, probe: Float32Array, inputs = map.inputs): Float32Array {
  passed();
  return numbersOf(() =>
    Float32Array.from(map.truth(engine().tensor(probe, [...map.probeShape]), inputs).dataSync()),
  );
}

/** What the hand-built product makes of a probe. */
export function handOf(map: LinearMap, probe: Float32Array, inputs = map.inputs): HandNumbers {
  passed();
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
    ...(map.fixed === true ? {} : { computeHand: (inputs) => handOf(map, probe, inputs).values }),
    single: hand.single,
    stored: hand.stored,
    natural: map.natural,
    ...(map.tolerance === undefined ? {} : { tolerance: map.tolerance }),
  });
  return { probe, truth, hand, finding };
}
