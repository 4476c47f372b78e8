/**
 * One forward pass recorded, and as many backward passes over it as are wanted. TensorFlow.js itself records anew for
 * every backward pass, does not say which operation has no gradient until too late, and keeps the saved tensors when
 * something throws; this uses its tape (engine state: gradientDepth, activeTape) and gives everything back.
 */
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import { engine } from './engine.js';
import { MissingGradientError, NotConnectedError, OutputError } from './errors.js';
import { note, whileReplaced } from './taken-back.js';

export interface TapeNode {
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
export interface Link {
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
  /** The tape's nodes on the way, with what depends on the inputs. */
  readonly links: readonly Link[];
  /** The attributes (axis, begin …) of the operation that made a tensor. */
  attributes(output: Tensor | undefined): Readonly<Record<string, unknown>>;
  /** The operations that lead from the inputs to the value, in order. Their tensors may be disposed; shapes remain. */
  readonly steps: readonly Step[];
  /**
   * The cotangents of some of the steps' tensors for one of another of them; nothing passes through those `held`, as if they
   * were constants.
   */
  between(from: Tensor, cotangent: Tensor, to: readonly Tensor[], held?: readonly Tensor[]): Tensor[];
}

/** One operation of a recording: its kernel's name, its inputs that depend on the recording's (each once), its outputs. */
export interface Step {
  readonly operation: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** What it keeps for its backward pass. */
  readonly saved: readonly Tensor[];
  /** The cotangents of its inputs for one of its first output, by this operation alone. */
  pullBack(cotangent: Tensor): Tensor[];
}

function state(): TapeState {
  return engine().engine().state as unknown as TapeState;
}

/** What one forward pass left on the tape. Inside an outer recording the tape is the outer one's, and stays. */
interface Tape {
  readonly nodes: readonly TapeNode[];
  readonly attributes: ReadonlyMap<number, Readonly<Record<string, unknown>>>;
  /** Gives back what was kept for the backward passes, and the tape that was there before. */
  forget(): void;
}

type Attributes = Map<number, Readonly<Record<string, unknown>>>;

/**
 * Runs `f` and notes the attributes of each operation, by the tensor it made: the tape has them only inside its gradient
 * functions. The engine's `runKernel` is replaced for that time.
 */
function notingAttributes<Result>(noted: Attributes, f: () => Result): Result {
  type RunKernel = (...call: unknown[]) => Tensor | Tensor[];
  const runner = engine().engine() as unknown as { runKernel: RunKernel };
  const noting =
    (before: RunKernel): RunKernel =>
    (...call) => {
      const made = before(...call);
      const attributes = call[2] as Readonly<Record<string, unknown>> | undefined;
      if (attributes !== undefined) for (const { id } of [made].flat()) noted.set(id, attributes);
      return made;
    };
  return whileReplaced(runner, 'runKernel', noting, f);
}

interface CustomCall {
  readonly forwardFunc?: unknown;
  readonly backwardsFunc?: unknown;
  readonly inputs?: NamedTensorMap;
}

/** What the outermost recording keeps for gradient functions that do not say what they use. */
let held: Set<Tensor> | undefined;

/**
 * Runs `f` and keeps what functions made with `tf.customGrad` take: their gradient may use it without having saved it, as that of
 * `tf.logSigmoid` does (TensorFlow.js 4.22.0), and an intermediate value would be gone by then.
 */
function keepingCustomInputs<Result>(f: () => Result): Result {
  type RunKernelFunc = (call: CustomCall) => unknown;
  const runner = engine().engine() as unknown as { runKernelFunc: RunKernelFunc };
  const keeping =
    (before: RunKernelFunc): RunKernelFunc =>
    (call) => {
      if (call.forwardFunc !== undefined && call.backwardsFunc !== undefined) {
        for (const input of Object.values(call.inputs ?? {})) {
          if (input.kept) continue;
          held?.add(input);
          engine().keep(input);
        }
      }
      return before(call);
    };
  return whileReplaced(runner, 'runKernelFunc', keeping, f);
}

/** Lets go of what was kept: what the recording made is disposed, what it was given is as it was. */
function release(nodes: readonly TapeNode[]): void {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs.map(({ id }) => id)));
  for (const tensor of held ?? []) {
    tensor.kept = false;
    if (made.has(tensor.id) && !tensor.isDisposed) tensor.dispose();
  }
  held = undefined;
}

/** Runs `f` with the tape on. The tape is given back here if `f` throws. */
function record(f: () => Tensor): { readonly value: Tensor; readonly tape: Tape } {
  const tape = state();
  const before = tape.activeTape;
  const outermost = tape.gradientDepth === 0;
  const nodes: TapeNode[] = outermost ? [] : (tape.activeTape ?? []);
  const letGo = (): void => {
    release(nodes);
    for (const node of nodes) for (const saved of node.saved ?? []) saved.dispose();
    tape.activeTape = before;
  };
  const over = outermost ? note(letGo) : undefined;
  const forget = (): void => {
    if (over === undefined) return;
    over();
    letGo();
  };
  if (outermost) {
    tape.activeTape = nodes;
    held = new Set();
  }
  tape.gradientDepth += 1;
  try {
    const attributes: Attributes = new Map();
    const value = notingAttributes(attributes, () => keepingCustomInputs(() => engine().tidy(f)));
    return { value, tape: { nodes, attributes, forget } };
  } catch (error) {
    forget();
    throw error;
  } finally {
    tape.gradientDepth -= 1;
  }
}

/**
 * The tape with every node after those that made its inputs. TensorFlow.js 4.22.0 writes the copy of a saved output before
 * the node that computes it, so that second derivatives of exp, sigmoid, tanh and softmax come out as 0 or not at all.
 */
function inOrder(tape: readonly TapeNode[]): TapeNode[] {
  const maker = new Map(tape.flatMap((node) => node.outputs.map(({ id }) => [id, node] as const)));
  const placed = new Set<TapeNode>();
  const ordered: TapeNode[] = [];
  const waiting = new Map<TapeNode, TapeNode[]>();
  const place = (node: TapeNode): void => {
    const missing = Object.values(node.inputs)
      .map(({ id }) => maker.get(id))
      .find((made) => made !== undefined && made !== node && !placed.has(made));
    if (missing !== undefined) {
      waiting.set(missing, [...(waiting.get(missing) ?? []), node]);
      return;
    }
    placed.add(node);
    ordered.push(node);
    for (const next of waiting.get(node) ?? []) place(next);
  };
  for (const node of tape) place(node);
  return ordered;
}

/** The nodes that lead from `inputs` to `output`, in an order in which they can run. */
function between(tape: readonly TapeNode[], inputs: readonly Tensor[], output: Tensor): Link[] {
  const fromInputs = new Set(inputs.map(({ id }) => id));
  const reached = inOrder(tape).filter((node) => {
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
  from: Tensor,
  cotangent: Tensor,
  to: readonly Tensor[],
): Tensor[] {
  const tf = engine();
  return tf.tidy(() => {
    const cotangents = new Map([[from.id, cotangent]]);
    for (const link of [...links].reverse()) stepBack(link, cotangents);
    return to.map((tensor) => cotangents.get(tensor.id) ?? tf.zeros(tensor.shape));
  });
}

/**
 * The function made with `tf.customGrad`, if any, whose gradient uses an intermediate value of its forward pass: that
 * value's own dependence on the input was not recorded, so second derivatives through it would be wrong in silence.
 * (A registered operation saves only its inputs and outputs.)
 */
function hidesIntermediate(tape: readonly TapeNode[]): TapeNode | undefined {
  const copyOf = new Map(tape.flatMap((node) => node.outputs.map(({ id }) => [id, node] as const)));
  return tape.find((node) => {
    if (node.gradient === undefined || engine().getGradient(node.kernelName) !== undefined) return false;
    const own = new Set([...Object.values(node.inputs), ...node.outputs].map(({ id }) => id));
    return (node.saved ?? []).some(({ id }) => {
      const sources = Object.values(copyOf.get(id)?.inputs ?? {});
      return sources.length > 0 && !sources.some((source) => own.has(source.id));
    });
  });
}

/** Refuses second derivatives that a `tf.customGrad` function would make wrong; to be asked inside the outer recording. */
export function refuseHiddenIntermediate(): void {
  const node = hidesIntermediate(state().activeTape ?? []);
  if (node === undefined) return;
  throw new MissingGradientError(
    'A function made with tf.customGrad (such as tf.losses.softmaxCrossEntropy) keeps an intermediate value for its ' +
      'gradient, so TensorFlow.js cannot differentiate it twice. Write it with plain operations (tf.logSoftmax …).',
    node.kernelName,
  );
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

function stepOf(link: Link): Step {
  const { kernelName, outputs } = link.node;
  const inputs = [...new Map(link.inputs.map(([, tensor]) => [tensor.id, tensor])).values()];
  const [output] = outputs;
  return {
    operation: kernelName,
    inputs,
    outputs,
    saved: link.node.saved ?? [],
    pullBack: (cotangent) => (output === undefined ? [] : backwardPass([link], output, cotangent, inputs)),
  };
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
  const { value, tape } = record(() => checkOutput(f()));
  try {
    const links = between(tape.nodes, inputs, value);
    return use({
      value,
      connected: links.length > 0 || inputs.some(({ id }) => id === value.id),
      backward: (cotangent) => backwardPass(links, value, cotangent, inputs),
      links,
      attributes: (output) => (output === undefined ? undefined : tape.attributes.get(output.id)) ?? {},
      steps: links.map(stepOf),
      between: (from, cotangent, to, held = []) => {
        const constant = new Set(held.map(({ id }) => id));
        const open = links.filter(({ node }) => !node.outputs.some(({ id }) => constant.has(id)));
        return backwardPass(open, from, cotangent, to);
      },
    });
  } finally {
    tape.forget();
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
