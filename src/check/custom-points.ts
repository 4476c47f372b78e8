/** Where an operation with its own gradient is tried. */
import type { Tensor } from '@tensorflow/tfjs';
import { engine, type Inputs, readInputs, type TensorFunction } from '../autograd/index.js';
import { randomProbe, sizeOf } from './linear.js';
import type { Status } from './verdict.js';

/** What `checkCustomGradient` is told: where to try the operation, by which arguments, and to which order. */
export interface CustomGradientOptions {
  /**
   * The points: shapes of the arguments (or several lists of such shapes, to try one after the other), filled with random
   * numbers about 0 of size 1, once for each seed; or …
   */
  readonly shapes?: Shapes | readonly Shapes[];
  /** … one point, as for the other checks. */
  readonly at?: Inputs;
  /** How many random points of each shape; 3 unless given. */
  readonly seeds?: number;
  /** The arguments to differentiate by; all of float32 unless given. */
  readonly wrt?: readonly number[];
  /** 2 also checks the gradient's own derivative, for an operation that is to be differentiated twice. */
  readonly order?: 1 | 2;
  /** A function of plain operations to compare with, in place of the operation's own forward part. */
  readonly reference?: TensorFunction;
  readonly expect?: Status;
  readonly tolerance?: number;
  readonly claim?: string;
}

/** The shapes of all arguments. */
type Shapes = readonly (readonly number[])[];

function isList(shapes: Shapes | readonly Shapes[]): shapes is readonly Shapes[] {
  return Array.isArray(shapes[0]?.[0]);
}

/** Random arguments about 0, of size 1; the same for the same seed. */
function randomInputs(shapes: Shapes, seed: number): Tensor[] {
  return shapes.map((shape, k) => engine().tensor(randomProbe(sizeOf(shape), 31 * seed + k + 1), [...shape]));
}

/** The points to check at, each as the arguments. */
export function points({ shapes, at, seeds = 3 }: CustomGradientOptions): Tensor[][] {
  if (at !== undefined) return [readInputs(at, 0)];
  if (shapes === undefined)
    throw new RangeError('Say where to check: shapes: [[4, 3]] (one for each argument), or at: a point.');
  return (isList(shapes) ? shapes : [shapes]).flatMap((one) =>
    Array.from({ length: seeds }, (_, seed) => randomInputs(one, seed + 1)),
  );
}
