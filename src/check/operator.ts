/** A Jacobian operator too large to be written out, against autograd by probes from both sides. */
import type { Tensor } from '@tensorflow/tfjs';
import { jvpOfTensors, MissingGradientError, vjpOfTensors } from '../autograd/index.js';
import { isJacobianOperator, type JacobianOperator } from '../jacobian/index.js';
import { alone, expecting } from './give.js';
import type { HandNumbers } from './hand.js';
import { sizeOf } from './linear.js';
import { claimText } from './naming.js';
import { naturalSize } from './natural-size.js';
import type { JacobianOptions } from './options.js';
import { judgeProduct, jvpSide, type Side, vjpSide } from './products.js';
import type { Verdict } from './verdict.js';

/** Operators with more entries than this are never written out. */
const largestTable = 1e6;

/** Whether what was built by hand is an operator of so many entries that it is checked by probes. */
export function isTooLargeToWrite(hand: unknown): hand is JacobianOperator {
  return isJacobianOperator(hand) && hand.rows * hand.columns > largestTable;
}

interface Shapes {
  readonly output: Tensor;
  readonly inputShape: readonly number[];
}

/** Outputs and inputs changed places, or do not fit at all. */
function shapeVerdict(
  hand: JacobianOperator,
  claim: string,
  options: JacobianOptions,
  { output, inputShape }: Shapes,
): Verdict {
  const [rows, columns] = [output.size, sizeOf(inputShape)];
  const turned = hand.rows === columns && hand.columns === rows;
  const wrong = `${hand.rows} × ${hand.columns}`;
  const right = `${rows} × ${columns}`;
  return expecting(
    {
      claim,
      status: 'refuted',
      witnesses: [
        {
          name: 'autograd',
          finds: 'against',
          says: `the operator is ${wrong}; the Jacobian is ${right} (${alone})`,
        },
      ],
      diagnoses: [
        {
          mistake: turned ? 'transposed' : 'shape',
          message: `The operator has ${hand.rows} rows and ${hand.columns} columns; there are ${rows} outputs (rows) and ${columns} inputs (columns).`,
          wrong,
          right,
          hint: turned
            ? 'Did you mean layout: "denominator", or J.transpose()?'
            : 'Which index counts the outputs, and which the inputs?',
        },
      ],
      warnings: [],
    },
    options.expect,
  );
}

/**
 * Judges an operator from both sides: Jᵀu with random cotangents against autograd's, then J v with random tangents
 * (where TensorFlow.js has the second gradients that autograd's J v needs).
 */
export function judgeOperator(
  hand: JacobianOperator,
  options: JacobianOptions,
  inputs: readonly Tensor[],
  wrt: number,
): Verdict {
  const f = options.of;
  const output = f(...inputs);
  const inputShape = inputs[wrt]?.shape ?? [];
  const claim = options.claim ?? claimText('Jacobian', f, inputs, wrt);
  const denominator = options.layout === 'denominator';
  const [rows, columns] = denominator ? [hand.columns, hand.rows] : [hand.rows, hand.columns];
  if (rows !== output.size || columns !== sizeOf(inputShape)) {
    return shapeVerdict(hand, claim, options, { output, inputShape });
  }
  const judge = (side: Side, transposed: boolean): Verdict => {
    const [probeShape, resultShape] =
      side === vjpSide ? [output.shape, inputShape] : [inputShape, output.shape];
    const [product, turned] = side === vjpSide ? [vjpOfTensors, jvpOfTensors] : [jvpOfTensors, vjpOfTensors];
    const values = (probe: Tensor): HandNumbers => ({
      values: transposed ? hand.applyTransposed(probe.dataSync()) : hand.apply(probe.dataSync()),
      shape: resultShape,
      single: false,
    });
    return judgeProduct({
      side,
      claim,
      options,
      wrt,
      other: (probe) => turned(f, inputs, { data: probe, shape: resultShape }, wrt).dataSync(),
      map: {
        probeShape,
        resultShape,
        inputs,
        natural: naturalSize(output, inputs[wrt]),
        truth: (probe, at) => product(f, at, probe, wrt),
        hand: values,
        fixed: true,
        ...(options.tolerance === undefined ? {} : { tolerance: options.tolerance }),
      },
    });
  };
  const backward = judge(vjpSide, !denominator);
  if (backward.status !== 'agrees') return backward;
  try {
    const forward = judge(jvpSide, denominator);
    return forward.status === 'agrees' ? backward : forward;
  } catch (error) {
    if (error instanceof MissingGradientError) return backward;
    throw error;
  }
}
