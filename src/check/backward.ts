/** A hand-written backward pass of several arguments, checked by one call. */
import type { Tensor } from '@tensorflow/tfjs';
import { type Inputs, numbersOf, readInputs, type TensorFunction } from '../autograd/index.js';
import type { Diagnosis } from '../mistakes/index.js';
import { HandError } from './errors.js';
import { expecting } from './give.js';
import type { HandValues } from './hand.js';
import { argumentNames, functionName } from './naming.js';
import { judgeVjp } from './products.js';
import { followed } from './progress.js';
import { publish } from './publish.js';
import type { Status, Verdict, Witness } from './verdict.js';

/** A hand-written backward pass: from the cotangent and the inputs to the gradients, one for each argument asked for. */
export type HandBackward = {
  bivariant(cotangent: Tensor, ...inputs: Tensor[]): readonly HandValues[];
}['bivariant'];

/** What `checkBackward` is told: the function, the point, and which arguments the backward pass is by. */
export interface BackwardOptions {
  /** The forward function: TensorFlow.js operations on one or several tensors. */
  readonly of: TensorFunction;
  /** Where: an array of tf.Tensors or of values with a shape, one for each argument. */
  readonly at: Inputs;
  /** The arguments that the gradients are by, in their order; all of float32 unless given. */
  readonly wrt?: readonly number[];
  /** How many random cotangents; 3 unless given. */
  readonly probes?: number;
  readonly expect?: Status;
  readonly tolerance?: number;
  readonly claim?: string;
}

/** The gradient by one argument, of those that a backward pass gives. */
function gradientAt(gradients: readonly HandValues[], place: number, count: number): HandValues {
  const found =
    Array.isArray(gradients) && gradients.length === count ? (gradients[place] as HandValues) : undefined;
  if (found !== undefined) return found;
  const given = Array.isArray(gradients) ? `${gradients.length} value(s)` : `a ${typeof gradients}`;
  throw new HandError(
    `The backward pass returned ${given}; an array of ${count} gradient(s) was expected, one for each argument: [dx, dW, db]. ` +
      'Say which arguments they are by with wrt: [0, 2], if not by all.',
  );
}

function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  return (['refuted', 'undecided'] as const)
    .map((status) => verdicts.find((verdict) => verdict.status === status))
    .find((verdict) => verdict !== undefined);
}

/** One verdict of those by each argument: what each found is said with its name. */
function joined(claim: string, names: readonly string[], verdicts: readonly Verdict[]): Verdict {
  const byName = <Said extends Witness | Diagnosis>(
    pick: (verdict: Verdict) => readonly Said[],
    say: (said: Said, name: string) => Said,
  ): Said[] => verdicts.flatMap((verdict, k) => pick(verdict).map((said) => say(said, names[k] ?? '')));
  const bad = worst(verdicts);
  return {
    claim,
    status: bad?.status ?? 'agrees',
    witnesses: byName(
      ({ witnesses }) => witnesses,
      (witness, name) => ({ ...witness, says: `by ${name}: ${witness.says}` }),
    ),
    ...(bad?.counterexample === undefined ? {} : { counterexample: bad.counterexample }),
    diagnoses: byName(
      ({ diagnoses }) => diagnoses,
      (diagnosis, name) => ({ ...diagnosis, message: `By ${name}: ${diagnosis.message}` }),
    ),
    warnings: verdicts.flatMap(({ warnings }) => warnings),
  };
}

/**
 * Checks a whole hand-written backward pass at once: `backward(cotangent, …inputs)` returns an array of gradients, one for
 * each argument of float32 (or for those of `wrt`). Each is tried with random cotangents as by `checkVjp`, at any size: no
 * Jacobian is built. One verdict, which says what was found by each argument.
 *
 * @throws InputError, OutputError, HandError, MissingGradientError, NotConnectedError
 * @example
 * const linear = (x, W, b) => tf.add(tf.matMul(x, W), b);
 * const backward = (u, x, W) => [tf.matMul(u, W, false, true), tf.matMul(x, u, true), tf.sum(u, 0)];
 * checkBackward(backward, { of: linear, at: [tf.randomNormal([64, 512]), tf.randomNormal([512, 256]), tf.zeros([256])] });
 */
export function checkBackward(backward: HandBackward, options: BackwardOptions): Verdict {
  const { of, at, expect, claim, wrt: asked, ...others } = options;
  const verdict = numbersOf(() => {
    const types = readInputs(at, asked?.[0] ?? 0).map(({ dtype }) => dtype);
    const wrt = asked ?? types.flatMap((dtype, k) => (dtype === 'float32' ? [k] : []));
    const names = argumentNames(of, types.length);
    const by =
      (place: number) =>
      (cotangent: Tensor, ...inputs: Tensor[]) =>
        gradientAt(backward(cotangent, ...inputs), place, wrt.length);
    const asNamed = wrt.map((argument) => names[argument] ?? String(argument));
    const text = claim ?? `Backward pass of ${functionName(of)} by ${asNamed.join(', ')}`;
    const verdicts = followed(text, () =>
      wrt.map((argument, place) => judgeVjp(by(place), { ...others, of, at, wrt: argument })),
    );
    return joined(text, asNamed, verdicts);
  });
  return publish(expecting(verdict, expect));
}
