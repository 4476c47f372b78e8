/** Many backward passes over one recording at once: a batch of cotangents, each operation's rule with one axis in front. */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import { engine } from '../engine.js';
import type { Link, Recording } from '../tape.js';
import { batchRules, type Recorded } from './rules.js';

/** At most so many numbers (400 MB) in one batch, those of all values on the way together. */
const mostNumbers = 1e8;

function recordedOf({ node }: Link, attributes: Recorded['attributes']): Recorded | undefined {
  const [output] = node.outputs;
  const { gradient } = node;
  if (output === undefined || gradient === undefined) return undefined;
  return {
    inputs: node.inputs,
    output,
    saved: node.saved ?? [],
    attributes,
    own: (cotangent) => gradient([cotangent]),
  };
}

/** One operation back; false where there is no rule for it. */
function stepBack(link: Link, recording: Recording, cotangents: Map<number, Tensor>): boolean {
  const tf = engine();
  const rule = batchRules.get(link.node.kernelName);
  const [output] = link.node.outputs;
  const given = output === undefined ? undefined : cotangents.get(output.id);
  if (given === undefined) return true;
  const recorded = recordedOf(link, recording.attributes(output));
  if (rule === undefined || recorded === undefined) return false;
  for (const [name, input] of link.inputs) {
    const found = rule(given, recorded, name);
    if (found?.shape.join() !== [given.shape[0], ...input.shape].join()) return false;
    const before = cotangents.get(input.id);
    cotangents.set(input.id, before === undefined ? found : tf.add(before, found));
  }
  return true;
}

/**
 * Rows `first` … of the identity as cotangents: shape [rows, …output]. As integers and then cast: the WebAssembly kernel
 * OneHot of TensorFlow.js 4.22 writes integers whatever type is asked for.
 */
export function identityRows(first: number, rows: number, shape: readonly number[]): Tensor {
  const tf = engine();
  const size = shape.reduce((product, length) => product * length, 1);
  const places = tf.range(first, first + rows, 1, 'int32') as Tensor1D;
  return tf.cast(tf.oneHot(places, size, 1, 0, 'int32'), 'float32').reshape([rows, ...shape]);
}

/** Some rows, from a batch of as many cotangents; undefined where an operation on the way has no rule for them. */
function someRows(recording: Recording, input: Tensor, first: number, rows: number): Tensor | undefined {
  const { value, links } = recording;
  const cotangents = new Map([[value.id, identityRows(first, rows, value.shape)]]);
  const covered = [...links].reverse().every((link) => stepBack(link, recording, cotangents));
  return covered ? cotangents.get(input.id)?.reshape([rows, input.size]) : undefined;
}

/** How many rows fit into one batch: the cotangents of every value on the way are held until it is done. */
function rowsAtOnce({ value, links }: Recording): number {
  const numbersARow = links.reduce(
    (sum, { inputs }) => inputs.reduce((total, [, tensor]) => total + tensor.size, sum),
    value.size,
  );
  return Math.max(1, Math.floor(mostNumbers / numbersARow));
}

/**
 * The Jacobian by batches of cotangents, shape [outputs, inputs]; undefined where an operation on the way has no rule for
 * them.
 */
export function jacobianByCotangents(recording: Recording, input: Tensor): Tensor | undefined {
  const tf = engine();
  const { value, links } = recording;
  if (links.some(({ node }) => !batchRules.has(node.kernelName))) return undefined;
  const batch = Math.min(value.size, rowsAtOnce(recording));
  const parts: Tensor[] = [];
  for (let first = 0; first < value.size; first += batch) {
    // A nullable result cannot go through tidy, an array can.
    const [part] = tf.tidy(() =>
      [someRows(recording, input, first, Math.min(batch, value.size - first))].flatMap((rows) => rows ?? []),
    );
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const [only] = parts;
  return parts.length === 1 ? only : tf.concat(parts, 0);
}
