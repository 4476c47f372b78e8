/** Kernels that a backend lacks, run by the plain backend: values over, computed there, values back. */
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import type { Engine } from './engine.js';

/** What moves values in and out of a backend; every backend of TensorFlow.js has these. */
export interface Storage {
  write(values: unknown, shape: number[], dtype: string): object;
  readSync(dataId: object): unknown;
  disposeData(dataId: object, force?: boolean): boolean;
}

function move(info: TensorInfo, from: Storage, to: Storage): TensorInfo {
  const { shape, dtype } = info;
  return { dataId: to.write(from.readSync(info.dataId), shape, dtype), shape, dtype };
}

/** The same kernel, its inputs carried to the plain backend and its outputs back. */
function carried(kernel: KernelConfig, plain: Storage): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const home = backend as Storage;
    // Einsum is given its inputs as an array.
    const moved = (Array.isArray(inputs) ? [] : {}) as Record<string, TensorInfo>;
    for (const [name, info] of Object.entries(inputs)) {
      if (info !== undefined) moved[name] = move(info, home, plain);
    }
    try {
      const result = kernel.kernelFunc({
        inputs: moved,
        backend: plain,
        ...(attrs === undefined ? {} : { attrs }),
      });
      const back = (info: TensorInfo): TensorInfo => {
        const output = move(info, plain, home);
        plain.disposeData(info.dataId);
        return output;
      };
      return Array.isArray(result) ? result.map(back) : back(result);
    } finally {
      for (const info of Object.values(moved)) plain.disposeData(info.dataId);
    }
  };
}

/** Kernels of complex numbers, whose parts cannot be carried one by one; they stay missing, and are named when met. */
const complex = new Set(['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real']);

/**
 * Lends `backendName` every kernel that the plain backend has and it lacks (WebAssembly 4.22.0: UnsortedSegmentSum,
 * which is the gradient of `gather`, Einsum, and backward passes of convolutions).
 */
export function runOnPlainBackend(tf: Engine, backendName: string): void {
  const plain = tf.engine().findBackend('cpu') as unknown as Storage & { firstUse: boolean };
  plain.firstUse = false;
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    const { kernelName } = kernel;
    if (complex.has(kernelName) || tf.getKernel(kernelName, backendName) !== undefined) continue;
    tf.registerKernel({ kernelName, backendName, kernelFunc: carried(kernel, plain) });
  }
}
