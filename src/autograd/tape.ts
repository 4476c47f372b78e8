/**
 * One forward pass recorded, and as many backward passes over it as are wanted. TensorFlow.js itself records anew for
 * every backward pass, does not say which operation has no gradient until too late, and keeps the saved tensors when
 * something throws; this uses its tape (engine state: gradientDepth, activeTape) and gives everything back.
 */
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import { engine } from './engine.js';
import { MissingGradientError, NotConnectedError, OutputError } from './errors.js';

interface TapeNode {
  readonly id: number;
  readonly kernelName: string;
  readonly inputs: NamedTensorMap;
  readonly outputs: readonly Tensor[];
  readonly gradient?: (cotangents: (Tensor | null)[]) => Record<string, () => Tensor>;
  readonly saved?: readonly Tensor[];
}

interface TapeState {
  activeTape: TapeNode[] | null;
  gradientDepth: number;
}

/** A node between the inputs and the output, with only those of its inputs that depend on the inputs asked for. */
interface Link {
  readonly node: TapeNode;
  readonly inputs: readonly (readonly [string, Tensor])[];
}

export interface Recording {
  /** The function's value. */
  readonly value: Tensor;
  /** Whether any operation leads from the inputs to the value. */
  readonly connected: boolean;
  /** The cotangents of the inputs for one of the value; an input that the value does not depend on gets zeros. */
  backward(cotangent: Tensor): Tensor[];
}

function state(): TapeState {
  return engine().engine().state as unknown as TapeState;
}

/** Gives back what the tape kept, unless an outer recording still needs it. */
function forget(): void {
  const tape = state();
  if (tape.gradientDepth > 0) return;
  for (const node of tape.activeTape ?? []) for (const saved of node.saved ?? []) saved.dispose();
  tape.activeTape = null;
}

/** Runs `f` with the tape on. */
function record(f: () => Tensor): Tensor {
  const tape = state();
  if (tape.gradientDepth === 0) tape.activeTape = [];
  tape.gradientDepth += 1;
  try {
    return engine().tidy(f);
  } finally {
    tape.gradientDepth -= 1;
  }
}

/** The nodes that lead from `inputs` to `output`, in the order they ran. */
function between(tape: readonly TapeNode[], inputs: readonly Tensor[], output: Tensor): Link[] {
  const fromInputs = new Set(inputs.map(({ id }) => id));
  const reached = tape.filter((node) => {
    const depends = Object.values(node.inputs).some(({ id }) => fromInputs.has(id));
    if (depends) for (const { id } of node.outputs) fromInputs.add(id);
    return depends;
  });
  const toOutput = new Set([output.id]);
  const links: Link[] = [];
  for (const node of reached.reverse()) {
    if (!node.outputs.some(({ id }) => toOutput.has(id))) continue;
    const depending = Object.entries(node.inputs).filter(([, { id }]) => fromInputs.has(id));
    for (const [, { id }] of depending) toOutput.add(id);
    links.push({ node, inputs: depending });
  }
  return links.reverse();
}

/** The tape's nodes carry generated names for functions made with `tf.customGrad`. */
function missing({ kernelName }: TapeNode): MissingGradientError {
  return new MissingGradientError(
    `TensorFlow.js has no gradient for the operation ${kernelName}, which lies between the input and the output. ` +
      'Write the function with other operations, or give this one a gradient with tf.customGrad or tf.registerGradient.',
    kernelName,
  );
}

/** One step back: the cotangents of a node's inputs added to what is there. */
function stepBack({ node, inputs }: Link, cotangents: Map<number, Tensor>): void {
  const tf = engine();
  const given = node.outputs.map(({ id }) => cotangents.get(id) ?? null);
  if (given.every((cotangent) => cotangent === null)) return;
  if (node.gradient === undefined) throw missing(node);
  const gradients = node.gradient(given);
  for (const [name, input] of inputs) {
    const gradient = gradients[name];
    if (gradient === undefined) throw missing(node);
    const found = tf.tidy(gradient);
    if (found.shape.join() !== input.shape.join()) {
      throw new OutputError(
        `The gradient of ${node.kernelName} with respect to its input '${name}' has shape [${found.shape}]; ` +
          `the input has [${input.shape}]. The operation's gradient function is wrong.`,
      );
    }
    const before = cotangents.get(input.id);
    cotangents.set(input.id, before === undefined ? found : tf.add(before, found));
  }
}

function backwardPass(
  links: readonly Link[],
  inputs: readonly Tensor[],
  output: Tensor,
  cotangent: Tensor,
): Tensor[] {
  const tf = engine();
  return tf.tidy(() => {
    const cotangents = new Map([[output.id, cotangent]]);
    for (const link of [...links].reverse()) stepBack(link, cotangents);
    return inputs.map((input) => cotangents.get(input.id) ?? tf.zeros(input.shape));
  });
}

function checkOutput(value: unknown): Tensor {
  const { Tensor } = engine();
  if (!(value instanceof Tensor)) {
    const what =
      value instanceof Promise ? 'a promise' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
    throw new OutputError(
      `The function returned ${what}; it must return one tf.Tensor (synchronously, made from its inputs by ` +
        'TensorFlow.js operations). Several outputs can be joined with tf.concat or tf.stack.',
    );
  }
  if (value.dtype !== 'float32') {
    throw new OutputError(
      `The function returned a tensor of ${value.dtype}, which has no derivative; it must return float32. ` +
        'A comparison or a cast to whole numbers at the end loses the derivative.',
    );
  }
  if (value.size === 0) {
    throw new OutputError(
      `The function returned an empty tensor of shape [${value.shape}]; there is nothing to differentiate.`,
    );
  }
  return value;
}

/**
 * Runs `f` on `inputs`, records it and gives the recording to `use`; everything but the result of `use` is disposed,
 * whatever throws. Can be nested: a backward pass inside an outer recording is recorded there.
 */
export function recorded<Result>(
  f: () => unknown,
  inputs: readonly Tensor[],
  use: (recording: Recording) => Result,
): Result {
  try {
    const value = record(() => checkOutput(f()));
    const links = between(state().activeTape ?? [], inputs, value);
    return use({
      value,
      connected: links.length > 0 || inputs.some(({ id }) => id === value.id),
      backward: (cotangent) => backwardPass(links, inputs, value, cotangent),
    });
  } finally {
    forget();
  }
}

/** Refuses a recording in which nothing leads from the input to the output: its zeros would say more than is known. */
export function refuseUnconnected({ connected }: Recording, wrt: number): void {
  if (connected) return;
  throw new NotConnectedError(
    `The function's output does not come from its argument ${wrt} by TensorFlow.js operations, so autograd cannot see ` +
      'how it depends on it. Use the argument itself (not a tensor from outside), and no arraySync or dataSync on the way.',
  );
}
