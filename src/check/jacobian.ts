/** Hand-built Jacobians and gradients against autograd's. */
import type { Tensor } from '@tensorflow/tfjs';
import {
  type DenseJacobian,
  gradientOfTensors,
  jacobianOfTensors,
  numbersOf,
  readInputs,
  type TensorFunction,
} from '../autograd/index.js';
import { diagnoseNumbers, type NumericProblem } from '../mistakes/index.js';
import { contextOf } from './at-hand.js';
import { compare } from './compare.js';
import { alone, expecting, verdictOf } from './give.js';
import { type Hand, type HandNumbers, type HandValues, readHand, refuseNotFinite } from './hand.js';
import { claimText, inputValues, wasRounded } from './naming.js';
import { naturalSize } from './natural-size.js';
import { isTooLargeToWrite, judgeOperator } from './operator.js';
import type { CheckOptions, JacobianOptions } from './options.js';
import { followed, nowDoing, passed } from './progress.js';
import { publish } from './publish.js';
import type { Computation } from './rounding-bound.js';
import type { Verdict } from './verdict.js';

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
const same = (left: readonly number[], right: readonly number[]): boolean => left.join() === right.join();

/** What is checked: the truth and how both sides are computed. */
interface Question {
  readonly kind: 'jacobian' | 'gradient';
  readonly claim: string;
  readonly options: CheckOptions;
  readonly inputs: readonly Tensor[];
  readonly wrt: number;
  readonly truth: Float32Array;
  readonly outputShape: readonly number[];
  readonly inputShape: readonly number[];
  readonly computeTruth: Computation;
  /** Brings hand-built numbers into numerator layout. */
  readonly arrange: (hand: HandNumbers) => HandNumbers;
}

/** Input axes first, turned into output axes first. */
function fromDenominator(
  hand: HandNumbers,
  outputShape: readonly number[],
  inputShape: readonly number[],
): HandNumbers {
  const [rows, columns] = [sizeOf(outputShape), sizeOf(inputShape)];
  if (same(hand.shape, [columns, rows]) || same(hand.shape, [...inputShape, ...outputShape])) {
    return {
      ...hand,
      values: transposed(hand.values, columns, rows),
      shape: [...outputShape, ...inputShape],
    };
  }
  // In the other layout already: read as it was declared it is a transpose that does not fit, and is judged as that.
  if (same(hand.shape, [rows, columns]) || same(hand.shape, [...outputShape, ...inputShape])) {
    return {
      ...hand,
      values: transposed(hand.values, rows, columns),
      shape: [...inputShape, ...outputShape],
    };
  }
  return hand;
}

/** The entries of a table of `rows` by `columns`, turned. */
function transposed(values: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) turned[j * rows + i] = values[i * columns + j] ?? 0;
  return turned;
}

/** A matrix of all outputs by all inputs counts as the table of the same entries, row by row. */
function unflattened(
  hand: HandNumbers,
  outputShape: readonly number[],
  inputShape: readonly number[],
): HandNumbers {
  const matrix = [sizeOf(outputShape), sizeOf(inputShape)];
  return same(hand.shape, matrix) ? { ...hand, shape: [...outputShape, ...inputShape] } : hand;
}

function evaluateHand(hand: Hand, inputs: readonly Tensor[]): HandNumbers {
  passed();
  return numbersOf(() => readHand(typeof hand === 'function' ? (hand(...inputs) as HandValues) : hand));
}

function problemOf(question: Question, hand: HandNumbers, blur: number): NumericProblem {
  const { kind, truth, outputShape, inputShape, options, inputs, wrt } = question;
  return {
    kind,
    hand,
    truth: { values: truth, shape: [...outputShape, ...inputShape] },
    outputShape,
    inputShape,
    blur: Math.max(2e-6, Math.min(hand.stored === undefined ? 1e-3 : 1e-2, blur)),
    context: contextOf(options.of, inputs, wrt),
  };
}

/** A result of another shape is refuted without comparing entries. */
function shapeVerdict(question: Question, hand: HandNumbers): Verdict {
  const { claim, options, outputShape, inputShape } = question;
  const right = [...outputShape, ...inputShape];
  const says = `the shape is [${hand.shape}]; that of the derivative is [${right}] (${alone})`;
  return expecting(
    {
      claim,
      status: 'refuted',
      witnesses: [{ name: 'autograd', finds: 'against', says }],
      diagnoses: diagnoseNumbers(problemOf(question, hand, 0)),
      warnings: [],
    },
    options.expect,
  );
}

function judge(question: Question, given: Hand): Verdict {
  return followed(question.claim, () => judgeEntries(question, given));
}

function judgeEntries(question: Question, given: Hand): Verdict {
  const { options, inputs, truth, outputShape, inputShape, wrt } = question;
  const hand = question.arrange(evaluateHand(given, inputs));
  const shape = [...outputShape, ...inputShape];
  if (!same(hand.shape, shape)) return shapeVerdict(question, hand);
  refuseNotFinite(hand, truth, shape);
  const finding = compare({
    truth,
    hand: hand.values,
    columns: sizeOf(inputShape),
    inputs,
    computeTruth: (at) => {
      passed();
      return question.computeTruth(at);
    },
    single: hand.single,
    stored: hand.stored,
    natural: naturalSize(options.of(...inputs), inputs[wrt]),
    ...(typeof given === 'function'
      ? { computeHand: (at) => question.arrange(evaluateHand(given, at)).values }
      : {}),
    ...(options.tolerance === undefined ? {} : { tolerance: options.tolerance }),
  });
  return verdictOf(finding, {
    claim: question.claim,
    expect: options.expect,
    shape,
    truth,
    hand: hand.values,
    rounded: wasRounded(options.at),
    stored: hand.stored?.name,
    values: inputValues(options.of, inputs),
    diagnose: () => {
      nowDoing('diagnosing');
      return diagnoseNumbers(problemOf(question, hand, finding.blur));
    },
  });
}

/** Runs a check on the inputs as tensors of its own and publishes its verdict; gives everything back, whatever throws. */
function withInputs(
  options: CheckOptions,
  check: (inputs: readonly Tensor[], wrt: number) => Verdict,
): Verdict {
  const wrt = options.wrt ?? 0;
  return publish(numbersOf(() => check(readInputs(options.at, wrt), wrt)));
}

/**
 * Checks a hand-built Jacobian of `of` at a point against autograd. Its shape is that of the output followed by that of the
 * input (or a matrix of all outputs by all inputs, row by row); with `layout: 'denominator'` the other way round.
 *
 * Deviations are judged by what float32 rounding explains (docs/decisions/0301-error-model.md), not by a fixed number.
 *
 * @throws InputError, OutputError, HandError, MissingGradientError, NotConnectedError, DenseTooLargeError
 * @example
 * const verdict = checkJacobian([[2, 0], [0, 4]], { of: (x) => tf.square(x), at: [1, 2] }); // agrees
 */
export function checkJacobian(hand: Hand, options: JacobianOptions): Verdict {
  return withInputs(options, (inputs, wrt) => {
    const f: TensorFunction = options.of;
    if (isTooLargeToWrite(hand)) return judgeOperator(hand, options, inputs, wrt);
    const dense: DenseJacobian = jacobianOfTensors(f, inputs, wrt);
    const { values, outputShape, inputShape, method } = dense;
    const arrange = (numbers: HandNumbers): HandNumbers =>
      options.layout === 'denominator'
        ? fromDenominator(numbers, outputShape, inputShape)
        : unflattened(numbers, outputShape, inputShape);
    return judge(
      {
        kind: 'jacobian',
        claim: options.claim ?? claimText('Jacobian', f, inputs, wrt),
        options,
        inputs,
        wrt,
        truth: values,
        outputShape,
        inputShape,
        computeTruth: (at) => jacobianOfTensors(f, at, wrt, method).values,
        arrange,
      },
      hand,
    );
  });
}

/**
 * Checks a hand-built gradient of a scalar function: it has the shape of the argument `wrt`.
 *
 * @throws NotScalarError if `of` has more than one output; else as `checkJacobian`.
 * @example
 * checkGradient([2, 4], { of: (x) => tf.sum(tf.square(x)), at: [1, 2] }); // agrees
 */
export function checkGradient(hand: Hand, options: CheckOptions): Verdict {
  return withInputs(options, (inputs, wrt) => {
    const f = options.of;
    const computeTruth: Computation = (at) => numbersOf(() => gradientOfTensors(f, at, wrt).dataSync());
    return judge(
      {
        kind: 'gradient',
        claim: options.claim ?? claimText('Gradient', f, inputs, wrt),
        options,
        inputs,
        wrt,
        truth: Float32Array.from(computeTruth(inputs)),
        outputShape: [],
        inputShape: inputs[wrt]?.shape ?? [],
        computeTruth,
        arrange: (numbers) => unflattened(numbers, [], inputs[wrt]?.shape ?? []),
      },
      hand,
    );
  });
}
