/** Functions from outside the language on tensors: known to every formula that is compiled. */
import type { Tensor } from '@tensorflow/tfjs';
import { wavesOf } from '../../formula/index.js';
import { engine } from '../engine.js';

/** An elementwise function on tensors of one shape, made of operations with gradients. */
export type ElementwiseOnTensors = (...args: readonly Tensor[]) => Tensor;

const functions = new Map<string, ElementwiseOnTensors>();

/** Makes the tensor form of a function known; one of the same name is replaced. */
export function registerTensorFunction(name: string, f: ElementwiseOnTensors): void {
  functions.set(name, f);
}

export function registeredTensorFunction(name: string): ElementwiseOnTensors | undefined {
  return functions.get(name);
}

/** Forgets the tensor form of one function, or of all. */
export function forgetTensorFunctions(...names: readonly string[]): void {
  if (names.length === 0) functions.clear();
  for (const name of names) functions.delete(name);
}

/** The derivative of the given order of an open function on tensors: Σ a bᵏ sin(b x + c + k π/2), as in `openFunction`. */
export function openTensorFunction(name: string, order = 0): ElementwiseOnTensors {
  return (...[x]) => {
    const tf = engine();
    if (x === undefined) throw new TypeError(`${name} takes one tensor, not none.`);
    const waves = wavesOf(name).map(({ amplitude, rate, phase }) => {
      const angle = tf.add(tf.mul(x, rate), phase + (order * Math.PI) / 2);
      return tf.mul(tf.sin(angle), amplitude * rate ** order);
    });
    return waves.reduce((sum, wave) => tf.add(sum, wave));
  };
}
