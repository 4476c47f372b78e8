/**
 * How far float32 rounding can carry a result, found by rounding otherwise: the same computation with every operation's
 * result off by one unit in the last place, up or down at random (Monte Carlo arithmetic). The derivation is in
 * docs/decisions/0301-error-model.md.
 */
import type { KernelFunc, Tensor, TensorInfo } from '@tensorflow/tfjs';
import { scrambledBits } from './batched.js';
import { engine } from './engine.js';
import type { Storage } from './plain-kernels.js';
import { rounding as kinds } from './rounding-kernels.js';

/** One unit in the last place of 1 in float32: twice the largest relative error of one rounding. */
export const unitInLastPlace = 2 ** -23;

/** 1 ± amplitude·2⁻²³, a random sign for each entry. */
function factors(size: number, amplitude: number, bits: () => number): Float32Array {
  const [up, down] = [1 + amplitude * unitInLastPlace, 1 - amplitude * unitInLastPlace];
  const values = new Float32Array(size);
  let word = 0;
  for (let k = 0; k < size; k += 1) {
    if (k % 32 === 0) word = bits();
    values[k] = word & 1 ? up : down;
    word >>>= 1;
  }
  return values;
}

function sizeOf(info: TensorInfo): number {
  return info.shape.reduce((product, length) => product * length, 1);
}

/** Everything needed to move a tensor's entries by some units in the last place, beneath the tape. */
class Jitter {
  constructor(
    private readonly multiply: KernelFunc,
    private readonly backend: Storage,
    private readonly bits: () => number,
  ) {}

  /** A copy with each entry moved by `amplitude` units; 0 stays 0. */
  moved(info: TensorInfo, amplitude: number): TensorInfo {
    const shape = [...info.shape];
    const values = factors(sizeOf(info), amplitude, this.bits);
    const factor: TensorInfo = {
      dataId: this.backend.write(values, shape, 'float32'),
      shape,
      dtype: 'float32',
    };
    try {
      return this.multiply({ inputs: { a: info, b: factor }, backend: this.backend }) as TensorInfo;
    } finally {
      this.backend.disposeData(factor.dataId);
    }
  }

  /** A float32 result moved, the one before given back; others as they are. */
  replaced(info: TensorInfo, amplitude: number): TensorInfo {
    if (info.dtype !== 'float32') return info;
    const moved = this.moved(info, amplitude);
    this.dispose(info);
    return moved;
  }

  /** Gives a result back: native kernels make tensors, the others only their data. */
  dispose(info: TensorInfo): void {
    if ('dispose' in info) (info as Tensor).dispose();
    else this.backend.disposeData(info.dataId);
  }
}

/**
 * How much longer than one rounding a sum's error is: √n/4 for n summands (a running sum's error grows like √n; the
 * backends sum in 4 or more strands, the plain one in float64). n is read off the sizes: of one input to the output's,
 * of two inputs √(a·b/output) (the inner length of a matrix product), else the longest axis.
 */
function growthOfSum(inputs: readonly TensorInfo[], output: TensorInfo): number {
  const product = inputs.reduce((sizes, info) => sizes * sizeOf(info), 1);
  const summands = (product / Math.max(1, sizeOf(output))) ** (1 / Math.max(1, inputs.length));
  const length = summands > 1 ? summands : Math.max(1, ...output.shape);
  return Math.max(1, Math.sqrt(length) / 4);
}

/** A kernel whose result is moved by one unit in the last place. */
function jittered(exact: KernelFunc, jitter: Jitter, amplitude: number): KernelFunc {
  const result = (info: TensorInfo): TensorInfo => jitter.replaced(info, amplitude);
  return (call) => {
    const output = exact(call);
    return Array.isArray(output) ? output.map(result) : result(output);
  };
}

/** A kernel that sums: its inputs moved by one unit each, its result by the growth of a sum's error. */
function jitteredSum(exact: KernelFunc, jitter: Jitter, amplitude: number): KernelFunc {
  return (call) => {
    const inputs = (Array.isArray(call.inputs) ? [] : {}) as Record<string, TensorInfo>;
    const moved: TensorInfo[] = [];
    for (const [name, info] of Object.entries(call.inputs)) {
      if (info?.dtype === 'float32') moved.push(jitter.moved(info, amplitude));
      const input = info?.dtype === 'float32' ? moved.at(-1) : info;
      if (input !== undefined) inputs[name] = input;
    }
    const output = exact({ ...call, inputs });
    const result = (info: TensorInfo): TensorInfo =>
      jitter.replaced(info, amplitude * growthOfSum(moved, info));
    const outputs = Array.isArray(output) ? output.map(result) : result(output);
    for (const info of moved) jitter.dispose(info);
    return outputs;
  };
}

/**
 * Runs `compute` with every operation of the backend in use rounding otherwise. `seed` chooses the signs (the same seed
 * gives the same result), `amplitude` the size, in units in the last place. Nothing of it stays, whatever throws.
 */
export function withOtherRounding<Result>(seed: number, amplitude: number, compute: () => Result): Result {
  const tf = engine();
  const name = tf.getBackend();
  const kernels = tf.getKernelsForBackend(name);
  const multiply = tf.getKernel('Multiply', name).kernelFunc;
  const jitter = new Jitter(multiply, tf.backend() as unknown as Storage, scrambledBits(seed));
  const exact = new Map(kernels.map((kernel) => [kernel, kernel.kernelFunc]));
  try {
    for (const [kernel, kernelFunc] of exact) {
      if (kinds.exact.has(kernel.kernelName)) continue;
      const change = kinds.reduces.has(kernel.kernelName) ? jitteredSum : jittered;
      kernel.kernelFunc = change(kernelFunc, jitter, amplitude);
    }
    return compute();
  } finally {
    for (const [kernel, kernelFunc] of exact) kernel.kernelFunc = kernelFunc;
  }
}

/** A copy of a float32 tensor with each entry moved by `amplitude` units in the last place; others as they are. */
export function nearby(tensor: Tensor, seed: number, amplitude: number): Tensor {
  if (tensor.dtype !== 'float32') return tensor.clone();
  const values = factors(tensor.size, amplitude, scrambledBits(seed));
  const tf = engine();
  return tf.mul(tensor, tf.tensor(values, tensor.shape));
}
