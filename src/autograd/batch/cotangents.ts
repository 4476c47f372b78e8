/** Many backward passes over one recording at once: a batch of cotangents, each operation's rule with one axis in front. */
import type { Tensor } from '@tensorflow/tfjs';
import { engine } from '../engine.js';
import { numbersOf } from '../scope.js';
import type { Link, Recording } from '../tape.js';
import { batchRules, type Recorded } from './rules.js';

/** At most so many numbers in one batch of any value on the way. */
const largestBatch = 4e6;

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

/** Rows `first` … of the identity as cotangents: shape [rows, …output]. */
export function identityRows(first: number, rows: number, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(rows * size);
  for (let row = 0; row < rows; row += 1) values[row * size + first + row] = 1;
  return engine().tensor(values, [rows, ...shape]);
}

/** A Jacobian's values, row by row, and a combination of its rows with given weights. */
export interface Rows {
  readonly values: Float32Array;
  readonly combined: Float64Array;
}

/** Some rows, from a batch of as many cotangents; undefined where an operation on the way has no rule for them. */
function someRows(
  recording: Recording,
  input: Tensor,
  first: number,
  weights: Float32Array,
): { readonly values: Float32Array; readonly combined: ArrayLike<number> } | undefined {
  const tf = engine();
  const { value, links } = recording;
  return numbersOf(() => {
    const cotangents = new Map([[value.id, identityRows(first, weights.length, value.shape)]]);
    const covered = [...links].reverse().every((link) => stepBack(link, recording, cotangents));
    const found = covered ? cotangents.get(input.id)?.reshape([weights.length, input.size]) : undefined;
    if (found === undefined) return undefined;
    const combined = tf.matMul(tf.tensor(weights, [1, weights.length]), found).dataSync();
    return { values: found.dataSync() as Float32Array, combined };
  });
}

/**
 * The Jacobian's values by batches of cotangents; undefined where an operation on the way has no rule for them. With it
 * comes the combination of its rows with `weights`, by which a single backward pass confirms it.
 */
export function jacobianByCotangents(
  recording: Recording,
  input: Tensor,
  weights: Float32Array,
): Rows | undefined {
  const { value, links } = recording;
  if (links.some(({ node }) => !batchRules.has(node.kernelName))) return undefined;
  const widest = Math.max(
    value.size,
    ...links.flatMap(({ inputs }) => inputs.map(([, tensor]) => tensor.size)),
  );
  const rowsAtOnce = Math.max(1, Math.floor(largestBatch / widest));
  const combined = new Float64Array(input.size);
  let values: Float32Array | undefined;
  for (let first = 0; first < value.size; first += rowsAtOnce) {
    const part = someRows(recording, input, first, weights.subarray(first, first + rowsAtOnce));
    if (part === undefined) return undefined;
    for (let k = 0; k < combined.length; k += 1) combined[k] = (combined[k] ?? 0) + (part.combined[k] ?? 0);
    if (rowsAtOnce >= value.size) return { values: part.values, combined };
    values ??= new Float32Array(value.size * input.size);
    values.set(part.values, first * input.size);
  }
  return values === undefined ? undefined : { values, combined };
}
