/**
 * The chain rule inside a function, for one cotangent: what each operation between input and output contributes to uᵀJ. No
 * table is built, so that it works at any size; intermediates.ts has the tables, where they are small.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { engine } from './engine.js';
import type { TensorFunction } from './inputs.js';
import { passing, reducing } from './intermediates.js';
import { withRecording } from './products.js';
import { numbersOf } from './scope.js';
import { type Recording, recorded, type Step } from './tape.js';

/** Numbers of the input's size. */
export type Share = () => Float32Array;

/** One operation between the argument and the output, and what uᵀJ is made of around it. */
export interface ProbedStep {
  /** As TensorFlow.js names its kernel. */
  readonly operation: string;
  /** uᵀJ with the operation's result held constant: all that does not come through it. */
  readonly held: Share;
  /** The part of uᵀJ that comes through each of the values it takes. */
  readonly sources: readonly Share[];
  /** The part through it with its own derivative left out; where it takes one value, of its result's shape. */
  readonly lost?: Share;
  /** The part through it with its own derivative taken twice. */
  readonly twice?: Share;
  /** The part through it with its Jacobian transposed. */
  readonly turned?: Share;
  readonly normaliser?: Normaliser;
}

/** A softmax or log-softmax along the last axis: what it pulls back is s ⊙ (g − Σ g s), or g − s Σ g. */
export interface Normaliser {
  readonly kind: 'softmax' | 'log-softmax';
  /** The part through it with other numbers made of g and s in place of these. */
  readonly replaced: (made: (g: Tensor, s: Tensor) => Tensor) => Float32Array;
  /** The length of a row, where it takes the argument itself. */
  readonly row?: number;
}

/** uᵀJ with two operations' results held constant, and with each of them alone. */
export interface HeldPair {
  readonly operations: readonly [string, string];
  readonly both: Share;
  readonly first: Share;
  readonly second: Share;
}

export interface ProbedInside {
  readonly steps: readonly ProbedStep[];
  readonly pairs: readonly HeldPair[];
}

/** Pairs of more reductions than this are not looked at. */
const mostReductions = 6;
/** Numbers to be computed for all of it, about. */
const mostWork = 3e9;

function sameShape(left: Tensor | undefined, right: Tensor | undefined): boolean {
  return left !== undefined && right !== undefined && left.shape.join() === right.shape.join();
}

/** J g for one operation's Jacobian, where its backward pass can itself be differentiated. */
function pushed(step: Step, tangent: Tensor): Tensor {
  const tf = engine();
  const zeros = tf.zeros(step.outputs[0]?.shape ?? []);
  return recorded(
    () => step.pullBack(zeros)[0],
    [zeros],
    (outer) => outer.backward(tangent)[0] ?? zeros,
  );
}

/** The operations that normalise along the last axis, by the names that TensorFlow.js records. */
const normalises: ReadonlyMap<string, Normaliser['kind']> = new Map([
  ['Softmax', 'softmax'],
  ['logSoftmax__op', 'log-softmax'],
]);

/** Summed over the axes along which a tensor of this shape was repeated. */
function summedTo(tensor: Tensor, shape: readonly number[]): Tensor {
  const ahead = tensor.rank - shape.length;
  const axes = tensor.shape.flatMap((length, axis) =>
    axis < ahead || (shape[axis - ahead] === 1 && length > 1) ? [axis] : [],
  );
  return engine().reshape(engine().sum(tensor, axes), [...shape]);
}

/** The shares of one step, computed only when they are asked for. */
function probedStep(step: Step, { value, between }: Recording, cotangent: Tensor, input: Tensor): ProbedStep {
  const tf = engine();
  const [output] = step.outputs;
  const [source] = step.inputs;
  const [kept] = step.saved;
  const zeros = (): Tensor => tf.zeros(input.shape);
  const to = (from: Tensor, given: Tensor): Tensor => between(from, given, [input])[0] ?? zeros();
  const outer = (): Tensor =>
    output === undefined ? cotangent : (between(value, cotangent, [output])[0] ?? cotangent);
  const back = (given: Tensor, k = 0): Tensor => step.pullBack(given)[k] ?? given;
  const share =
    (compute: () => Tensor): Share =>
    () =>
      numbersOf(() => Float32Array.from(compute().dataSync()));
  const single = step.inputs.length === 1 && sameShape(source, output) ? source : undefined;
  const broadcast = step.inputs.length === 1 && step.operation === 'Multiply' ? source : undefined;
  const normaliserOf = (logits: Tensor, saved: Tensor): Normaliser => {
    const kind = normalises.get(step.operation) ?? 'softmax';
    const s = (): Tensor => (kind === 'softmax' ? saved : tf.exp(saved));
    return {
      kind,
      replaced: (made) => share(() => to(logits, made(outer(), s())))(),
      ...(logits.id === input.id ? { row: logits.shape.at(-1) ?? 1 } : {}),
    };
  };
  return {
    operation: step.operation,
    held: share(() => between(value, cotangent, [input], step.outputs)[0] ?? zeros()),
    sources: step.inputs.map((from, k) => share(() => to(from, back(outer(), k)))),
    ...(single === undefined
      ? broadcast === undefined
        ? {}
        : { lost: share(() => to(broadcast, summedTo(outer(), broadcast.shape))) }
      : {
          lost: share(() => to(single, outer())),
          twice: share(() => to(single, back(back(outer())))),
          turned: share(() => to(single, pushed(step, outer()))),
        }),
    ...(single === undefined || kept === undefined || !normalises.has(step.operation)
      ? {}
      : { normaliser: normaliserOf(single, kept) }),
  };
}

function heldPairs({ steps, value, between }: Recording, cotangent: Tensor, input: Tensor): HeldPair[] {
  const found = steps.filter(
    ({ operation, outputs: [output] }) => reducing.has(operation) && output?.id !== value.id,
  );
  if (found.length > mostReductions) return [];
  const without =
    (...held: readonly Step[]): Share =>
    () =>
      numbersOf(() => {
        const outputs = held.flatMap((step) => step.outputs);
        const [rest] = between(value, cotangent, [input], outputs);
        return Float32Array.from((rest ?? engine().zeros(input.shape)).dataSync());
      });
  return found.flatMap((one, k) =>
    found.slice(k + 1).map(
      (other): HeldPair => ({
        operations: [one.operation, other.operation],
        both: without(one, other),
        first: without(one),
        second: without(other),
      }),
    ),
  );
}

/** What is likeliest to be got wrong is looked at first, as far as the work stays within bounds. */
function worthwhile(steps: readonly Step[]): Step[] {
  const looked = steps.filter(
    ({ operation, outputs }) =>
      !passing.has(operation) && outputs.length === 1 && outputs[0]?.dtype === 'float32',
  );
  const rank = ({ operation }: Step): number =>
    operation === 'Softmax' ? 0 : reducing.has(operation) ? 1 : 2;
  const numbers = steps.reduce((sum, { outputs }) => sum + (outputs[0]?.size ?? 0), 1);
  return looked.sort((a, b) => rank(a) - rank(b)).slice(0, Math.max(4, Math.floor(mostWork / (6 * numbers))));
}

/**
 * What every operation between the argument `wrt` and the output of `f` contributes to uᵀJ, for one cotangent u (row by
 * row). The shares are computed where they are asked for, inside `use` only.
 */
export function probedInside<Result>(
  f: TensorFunction,
  inputs: readonly Tensor[],
  wrt: number,
  u: Float32Array,
  use: (inside: ProbedInside) => Result,
): Result {
  return numbersOf(() =>
    withRecording(f, inputs, wrt, (recording, input) => {
      const cotangent = engine().tensor(u, recording.value.shape);
      return use({
        steps: worthwhile(recording.steps).map((step) => probedStep(step, recording, cotangent, input)),
        pairs: heldPairs(recording, cotangent, input),
      });
    }),
  );
}
