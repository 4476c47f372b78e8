/** What a diagnosis may look at besides the numbers: inputs, output, and what lies between them. */
import type { Tensor } from '@tensorflow/tfjs';
import { heldTogether, intermediates, type TensorFunction } from '../autograd/index.js';
import type { NamedTable, NumericContext } from '../mistakes/index.js';
import { argumentNames } from './naming.js';

/** What is looked for inside the function; nothing where that fails, since a diagnosis must not hide a verdict. */
export function attempt<Found>(look: () => readonly Found[]): readonly Found[] {
  try {
    return look();
  } catch {
    return [];
  }
}

/** The inputs and the output by name. */
export function valuesAtHand(f: TensorFunction, inputs: readonly Tensor[], output: Tensor): NamedTable[] {
  const names = argumentNames(f, inputs.length);
  const named = inputs.map((input, k) => ({
    name: names[k] ?? 'x',
    values: input.dataSync(),
    shape: input.shape,
  }));
  return [...named, { name: 'the output', values: output.dataSync(), shape: output.shape }];
}

/** All that is at hand for a derivative of `f` by its argument `wrt`. */
export function contextOf(f: TensorFunction, inputs: readonly Tensor[], wrt: number): NumericContext {
  return {
    values: valuesAtHand(f, inputs, f(...inputs)),
    intermediates: () => attempt(() => intermediates(f, inputs, wrt)),
    heldTogether: () => attempt(() => heldTogether(f, inputs, wrt)),
  };
}
