/**
 * How far float32 rounding can carry a result, found by rounding otherwise: the same computation with every operation's
 * result off by a unit or two in the last place, up or down at random (Monte Carlo arithmetic). The derivation is in
 * docs/decisions/0301-error-model.md.
 */
import type { KernelFunc, Tensor, TensorInfo } from '@tensorflow/tfjs';
import { engine } from './engine.js';
import type { Storage } from './plain-kernels.js';
import { errorOfSum, type KernelError, kernelError, roundsNothing, sums } from './rounding-kernels.js';
import { scrambledBits } from './scrambled.js';
import { whileChanged } from './taken-back.js';

/** One unit in the last place of 1 in float32: twice the largest relative error of one rounding. */
export const unitInLastPlace = 2 ** -23;

/** The smallest number that float32 holds with all its digits. */
const smallestNormal = 2 ** -126;

/**
 * Random multiples of `unit` about `centre`, for each entry −2, −1, 1 or 2 of them. (Two sizes, so that a move cannot by
 * chance undo one deviation in every repetition.)
 */
function scattered(size: number, centre: number, unit: number, bits: () => number): Float32Array {
  const steps = [centre - 2 * unit, centre - unit, centre + unit, centre + 2 * unit];
  const values = new Float32Array(size);
  let word = 0;
  for (let k = 0; k < size; k += 1) {
    if (k % 16 === 0) word = bits();
    values[k] = steps[word & 3] ?? centre;
    word >>>= 2;
  }
  return values;
}

function sizeOf(info: TensorInfo): number {
  return info.shape.reduce((product, length) => product * length, 1);
}

/** Everything needed to move a tensor's entries by some units in the last place, beneath the tape. */
class Jitter {
  constructor(
    private readonly kernels: {
      readonly multiply: KernelFunc;
      readonly add: KernelFunc;
      readonly sign: KernelFunc;
    },
    private readonly backend: Storage,
    private readonly bits: () => number,
    private readonly tiny: boolean,
  ) {}

  private combined(info: TensorInfo, values: Float32Array, kernel: KernelFunc): TensorInfo {
    const shape = [...info.shape];
    const b: TensorInfo = { dataId: this.backend.write(values, shape, 'float32'), shape, dtype: 'float32' };
    try {
      return kernel({ inputs: { a: info, b }, backend: this.backend }) as TensorInfo;
    } finally {
      this.backend.disposeData(b.dataId);
    }
  }

  /** A copy with each entry moved by about `units` units in its last place; 0 stays 0. */
  moved(info: TensorInfo, units: number): TensorInfo {
    const factors = scattered(sizeOf(info), 1, units * unitInLastPlace, this.bits);
    return this.combined(info, factors, this.kernels.multiply);
  }

  /** A copy with each entry moved by about `units` units in the last place of 1, however small it is. */
  shifted(info: TensorInfo, units: number): TensorInfo {
    const shifts = scattered(sizeOf(info), 0, units * unitInLastPlace, this.bits);
    return this.combined(info, shifts, this.kernels.add);
  }

  /** A copy with entries within some units of a whole number set to it. */
  whole(info: TensorInfo): TensorInfo {
    const shape = [...info.shape];
    const values = Float32Array.from(this.backend.readSync(info.dataId) as Float32Array, (value) => {
      const nearest = Math.round(value);
      return Math.abs(value - nearest) <= 1e-5 * Math.max(1, Math.abs(nearest)) ? nearest : value;
    });
    const written = { dataId: this.backend.write(values, shape, info.dtype), shape, dtype: info.dtype };
    // Multiplied by 1, since native kernels want the tensors that native kernels make.
    const result = this.combined(written, new Float32Array(values.length).fill(1), this.kernels.multiply);
    this.backend.disposeData(written.dataId);
    return result;
  }

  /** Numbers below float32's smallest normal one lose digits, or become 0: each that is not 0 moved by about that much. */
  private underflowed(info: TensorInfo): TensorInfo {
    const signs = this.kernels.sign({ inputs: { x: info }, backend: this.backend }) as TensorInfo;
    const shifts = this.combined(
      signs,
      scattered(sizeOf(info), 0, smallestNormal, this.bits),
      this.kernels.multiply,
    );
    try {
      return this.kernels.add({ inputs: { a: info, b: shifts }, backend: this.backend }) as TensorInfo;
    } finally {
      this.dispose(signs);
      this.dispose(shifts);
    }
  }

  /** A float32 result moved, the one before given back; others as they are. */
  replaced(info: TensorInfo, units: number, absolute = 0): TensorInfo {
    if (info.dtype !== 'float32') return info;
    let moved = this.moved(info, units);
    this.dispose(info);
    if (this.tiny) {
      const shifted = this.underflowed(moved);
      this.dispose(moved);
      moved = shifted;
    }
    if (absolute === 0) return moved;
    const shifted = this.shifted(moved, absolute);
    this.dispose(moved);
    return shifted;
  }

  /** Gives a result back: native kernels make tensors, the others only their data. */
  dispose(info: TensorInfo): void {
    if ('dispose' in info) (info as Tensor).dispose();
    else this.backend.disposeData(info.dataId);
  }
}

/**
 * How many numbers a sum adds up, read off the sizes: of one input to the output's, of two inputs √(a·b/output) (the
 * inner length of a matrix product), else the longest axis.
 */
function summands(inputs: readonly TensorInfo[], output: TensorInfo): number {
  const product = inputs.reduce((sizes, info) => sizes * sizeOf(info), 1);
  const count = (product / Math.max(1, sizeOf(output))) ** (1 / Math.max(1, inputs.length));
  return count > 1 ? count : Math.max(1, ...output.shape);
}

/** A kernel whose result is moved by as many units as it may err. */
function jittered(exact: KernelFunc, jitter: Jitter, amplitude: number, error: KernelError): KernelFunc {
  const result = (info: TensorInfo): TensorInfo =>
    jitter.replaced(info, amplitude * error.units, amplitude * error.absolute);
  return (call) => {
    const output = exact(call);
    return Array.isArray(output) ? output.map(result) : result(output);
  };
}

/**
 * A power whose exponent is held at a whole number where it was one: moved a little it would give NaN for a negative base,
 * which is no rounding.
 */
function jitteredPower(exact: KernelFunc, jitter: Jitter, amplitude: number): KernelFunc {
  return (call) => {
    const { b } = call.inputs;
    if (b === undefined || b.dtype !== 'float32') return exact(call);
    const whole = jitter.whole(b);
    const output = exact({ ...call, inputs: { ...call.inputs, b: whole } });
    jitter.dispose(whole);
    return Array.isArray(output) ? output : jitter.replaced(output, amplitude);
  };
}

/** A kernel that sums: its inputs moved by one unit each, its result by the growth of a sum's error. */
function jitteredSum(exact: KernelFunc, jitter: Jitter, amplitude: number, backend: string): KernelFunc {
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
      jitter.replaced(info, amplitude * errorOfSum(backend, summands(moved, info)));
    const outputs = Array.isArray(output) ? output.map(result) : result(output);
    for (const info of moved) jitter.dispose(info);
    return outputs;
  };
}

/**
 * Runs `compute` with every operation of the backend in use rounding otherwise. `seed` chooses the signs (the same seed
 * gives the same result), `amplitude` the size, in units in the last place. `tiny` also moves what is lost below float32's
 * smallest numbers, for points with entries so small that products of them get there. Nothing of it stays, whatever
 * throws.
 */
export function withOtherRounding<Result>(
  seed: number,
  amplitude: number,
  compute: () => Result,
  tiny = false,
): Result {
  const tf = engine();
  const name = tf.getBackend();
  const kernels = tf.getKernelsForBackend(name);
  const kernelOf = (kernel: string): KernelFunc => tf.getKernel(kernel, name).kernelFunc;
  const needed = { multiply: kernelOf('Multiply'), add: kernelOf('Add'), sign: kernelOf('Sign') };
  const jitter = new Jitter(needed, tf.backend() as unknown as Storage, scrambledBits(seed), tiny);
  const exact = new Map(kernels.map((kernel) => [kernel, kernel.kernelFunc]));
  const restore = (): void => {
    for (const [kernel, kernelFunc] of exact) kernel.kernelFunc = kernelFunc;
  };
  return whileChanged(restore, () => {
    for (const [kernel, kernelFunc] of exact) {
      const { kernelName } = kernel;
      if (roundsNothing.has(kernelName)) continue;
      if (kernelName === 'Pow') kernel.kernelFunc = jitteredPower(kernelFunc, jitter, amplitude);
      else
        kernel.kernelFunc = sums.has(kernelName)
          ? jitteredSum(kernelFunc, jitter, amplitude, name)
          : jittered(kernelFunc, jitter, amplitude, kernelError(name, kernelName));
    }
    return compute();
  });
}

/** A copy of a float32 tensor with each entry moved by `amplitude` units in the last place; others as they are. */
export function nearby(tensor: Tensor, seed: number, amplitude: number): Tensor {
  if (tensor.dtype !== 'float32') return tensor.clone();
  const factors = scattered(tensor.size, 1, amplitude * unitInLastPlace, scrambledBits(seed));
  const tf = engine();
  return tf.mul(tensor, tf.tensor(factors, tensor.shape));
}
