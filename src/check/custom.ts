/** A gradient written by hand for an operation, checked over points. */
import type { Tensor } from '@tensorflow/tfjs';
import {
  type Inputs,
  isTensor,
  NotConnectedError,
  numbersOf,
  type TensorFunction,
  vjpByDifferences,
  vjpOfTensors,
  withoutOwnGradients,
} from '../autograd/index.js';
import { diagnoseNumbers } from '../mistakes/index.js';
import { valuesAtHand } from './at-hand.js';
import { compare } from './compare.js';
import { type CustomGradientOptions, points } from './custom-points.js';
import { type ForeignOperation, fromForeign } from './foreign.js';
import { expecting, verdictOf } from './give.js';
import { type LinearMap, randomProbe } from './linear.js';
import { argumentNames, functionName, inputValues, wasRounded } from './naming.js';
import { naturalSize } from './natural-size.js';
import { judgeProduct, vjpSide } from './products.js';
import { followed } from './progress.js';
import { publish } from './publish.js';
import type { Verdict } from './verdict.js';

/** What is compared at one point: the operation with its own gradient, and what that should be. */
interface Pair {
  readonly own: TensorFunction;
  readonly inputs: readonly Tensor[];
  readonly wrt: number;
  readonly claim: string;
  readonly options: CustomGradientOptions;
  /** It is the derivative of the own gradient. */
  readonly second: boolean;
}

/** uᵀJ by autograd through the forward part, or through the reference. */
function truth({ own, options }: Pair, probe: Tensor, inputs: readonly Tensor[], wrt: number): Tensor {
  const { reference } = options;
  return reference === undefined
    ? withoutOwnGradients(() => vjpOfTensors(own, inputs, probe, wrt))
    : vjpOfTensors(reference, inputs, probe, wrt);
}

function judgeByAutograd(pair: Pair): Verdict {
  const { own, inputs, wrt, claim, options } = pair;
  const output = own(...inputs);
  const shape = inputs[wrt]?.shape ?? [];
  const map: LinearMap = {
    probeShape: output.shape,
    resultShape: shape,
    inputs,
    natural: naturalSize(output, inputs[wrt]),
    truth: (probe, at) => truth(pair, probe, at, wrt),
    hand: (probe, at) => {
      const gradient = vjpOfTensors(own, at, probe, wrt);
      return { values: Float64Array.from(gradient.dataSync()), shape: gradient.shape, single: true };
    },
    ...(options.tolerance === undefined ? {} : { tolerance: options.tolerance }),
  };
  const { at = inputs, expect } = options;
  return judgeProduct({
    side: vjpSide,
    claim,
    map,
    wrt,
    inside: (...at) => withoutOwnGradients(() => (options.reference ?? own)(...at)),
    options: { of: own, at: at as Inputs, ...(expect === undefined ? {} : { expect }) },
  });
}

/** Where autograd cannot see into the forward part (WebAssembly, dataSync): differences of its values. */
function judgeByDifferences({ own, inputs, wrt, claim, options }: Pair): Verdict {
  const output = own(...inputs);
  const probe = randomProbe(output.size, 1);
  const estimated = vjpByDifferences(own, inputs, wrt, probe);
  const hand = Float64Array.from(
    vjpOfTensors(own, inputs, { data: probe, shape: output.shape }, wrt).dataSync(),
  );
  const finding = compare({
    truth: estimated.values,
    hand,
    columns: hand.length,
    inputs,
    computeTruth: () => estimated.values,
    single: true,
    natural: naturalSize(output, inputs[wrt]),
    bounds: estimated.errors.map((error) => 4 * error),
  });
  const size = finding.largestBound.toExponential(0);
  return verdictOf(finding, {
    claim,
    expect: options.expect,
    shape: inputs[wrt]?.shape ?? [],
    truth: estimated.values,
    hand,
    rounded: wasRounded(options.at),
    values: inputValues(own, inputs),
    certainty: `autograd cannot see into the forward part, so by differences of its values: a mistake above ${size} would have been seen`,
    diagnose: () => {
      const shape = inputs[wrt]?.shape ?? [];
      return diagnoseNumbers({
        kind: 'vjp',
        hand: { values: hand, shape },
        truth: { values: estimated.values, shape },
        outputShape: [],
        inputShape: shape,
        blur: Math.max(1e-4, Math.min(1e-2, finding.blur)),
        context: { values: valuesAtHand(own, inputs, output) },
      });
    },
  });
}

/** Whether autograd sees how the operation's own derivative depends on the argument. */
function isConnected({ own, inputs, wrt }: Pair): boolean {
  try {
    numbersOf(() => {
      const output = own(...inputs);
      vjpOfTensors(own, inputs, { data: randomProbe(output.size, 1), shape: output.shape }, wrt);
    });
    return true;
  } catch (error) {
    if (error instanceof NotConnectedError) return false;
    throw error;
  }
}

/** An own gradient that cannot be differentiated again: what it uses was kept as a constant. */
function lostSecondOrder({ claim, options }: Pair): Verdict {
  return expecting(
    {
      claim,
      status: 'refuted',
      witnesses: [
        {
          name: 'autograd',
          finds: 'against',
          says: 'the own gradient does not depend on the argument, as autograd sees it',
        },
      ],
      diagnoses: [
        {
          mistake: 'held-constant',
          message:
            'The gradient uses a value of the forward pass that was saved, or read out, and so counts as a constant.',
          wrong: 'save([intermediate])',
          right: 'save([input, output])',
          hint: 'Save only inputs and the output, and compute the rest of the gradient from them.',
        },
      ],
      warnings: [],
    },
    options.expect,
  );
}

function judge(pair: Pair): Verdict {
  if (pair.second && !isConnected(pair)) return lostSecondOrder(pair);
  try {
    return judgeByAutograd(pair);
  } catch (error) {
    if (error instanceof NotConnectedError) return judgeByDifferences(pair);
    throw error;
  }
}

/** x ↦ uᵀJ(x) of an operation, for a fixed u: what is differentiated for second order. */
function slopes(f: TensorFunction, wrt: number, size: number): TensorFunction {
  const cotangent = randomProbe(size, 7);
  return (...at) => vjpOfTensors(f, at, { data: cotangent, shape: f(...at).shape }, wrt);
}

/** The pairs to compare at one point: each argument, and the derivative of its gradient if that was asked. */
function pairsAt(
  operation: TensorFunction,
  inputs: readonly Tensor[],
  options: CustomGradientOptions,
): Pair[] {
  const names = argumentNames(operation, inputs.length);
  const wrts = options.wrt ?? inputs.flatMap((input, k) => (input.dtype === 'float32' ? [k] : []));
  const name = options.claim ?? `Own gradient of ${functionName(operation)}`;
  const { size } = operation(...inputs);
  return wrts.flatMap((wrt) => {
    const by = `${name} by ${names[wrt] ?? wrt}, shape [${inputs[wrt]?.shape ?? ''}]`;
    const first: Pair = { own: operation, inputs, wrt, claim: by, options, second: false };
    if (options.order !== 2) return [first];
    const { reference } = options;
    const twice = reference === undefined ? options : { ...options, reference: slopes(reference, wrt, size) };
    return [
      first,
      {
        own: slopes(operation, wrt, size),
        inputs,
        wrt,
        claim: `${by}, second order`,
        options: twice,
        second: true,
      },
    ];
  });
}

/** That all agree, said of all. */
function overall(last: Verdict, claim: string, points: number, derivatives: number): Verdict {
  const many = `${points} ${points === 1 ? 'point' : 'points'}, ${derivatives} ${derivatives === 1 ? 'derivative' : 'derivatives'} at each; at the last`;
  const witnesses = last.witnesses.map((witness) => ({ ...witness, says: `${many}: ${witness.says}` }));
  return { ...last, claim, witnesses };
}

/**
 * Checks an operation's own gradient, as written with `tf.customGrad`: over random points (or one), by each argument, with
 * random cotangents. The truth is autograd through the operation's forward part, taken as if it had no gradient of its
 * own; through `reference`; or, where autograd cannot see into the forward part, differences of its values. One verdict: the first
 * that is not `agrees`, else that of the last point, which says how many there were. An operation from outside TensorFlow.js (WebAssembly, a native addon) is given by its
 * `forward` and `backward`, numbers in and numbers out.
 *
 * @example
 * const cube = tf.customGrad((x) => ({ value: tf.pow(x, 3), gradFunc: (dy) => tf.mul(dy, tf.mul(3, tf.square(x))) }));
 * checkCustomGradient(cube, { shapes: [[4, 3]] }); // agrees
 * const { square, squareBack } = instance.exports; // of a WebAssembly module
 * checkCustomGradient({ forward: (x) => x.map(square), backward: (u, x) => [u.map((g, k) => squareBack(g, x[k]))] }, { shapes: [[5]] });
 */
export function checkCustomGradient(
  given: TensorFunction | ForeignOperation,
  options: CustomGradientOptions,
): Verdict {
  const operation = typeof given === 'function' ? given : fromForeign(given);
  const name =
    typeof given === 'function' ? functionName(operation) : 'an operation from outside TensorFlow.js';
  const claim = options.claim ?? `Own gradient of ${name}`;
  const verdict = numbersOf(() =>
    followed(claim, () => {
      let last: Verdict | undefined;
      let count = 0;
      const at = points(options);
      for (const inputs of at) {
        for (const pair of pairsAt(operation, inputs.filter(isTensor), { ...options, claim })) {
          last = judge(pair);
          count += 1;
          if (last.status !== 'agrees') return last;
        }
      }
      if (last === undefined) throw new RangeError('There is no argument of float32 to differentiate by.');
      return overall(last, claim, at.length, count / at.length);
    }),
  );
  return publish(verdict);
}
