import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.js';

/** einsum of one or two tensors; of one tensor by sum and transpose, since the plain backend's kernel shares its memory. */
function contract(tf: Engine, terms: readonly string[], output: string, tensors: readonly Tensor[]): Tensor {
  const [term = ''] = terms;
  const [tensor] = tensors;
  if (terms.length !== 1 || tensor === undefined)
    return tf.einsum(`${terms.join(',')}->${output}`, ...tensors);
  const summed = [...term].flatMap((letter, axis) => (output.includes(letter) ? [] : [axis]));
  const kept = [...term].filter((letter) => output.includes(letter));
  const total = summed.length === 0 ? tensor : tf.sum(tensor, summed);
  return tf.transpose(
    total,
    [...output].map((letter) => kept.indexOf(letter)),
  );
}

/**
 * Y = einsum('a,b→o', A, B) is linear in A: Ā = einsum('o,b→a', Ȳ, B), where a letter of `a` that stands neither in `o`
 * nor in `b` was summed alone, so that Ā is constant along it. Likewise for B.
 */
export function einsumGradient(tf: Engine): GradConfig {
  return {
    kernelName: 'Einsum',
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => {
      const [left = '', output = ''] = String(attrs.equation).replaceAll(' ', '').split('->');
      const terms = left.split(',');
      const gradientOf = (position: number) => (): Tensor => {
        const term = terms[position] ?? '';
        const shape = saved[position]?.shape ?? [];
        const others = terms.flatMap((letters, k) => {
          const tensor = saved[k];
          return k === position || tensor === undefined ? [] : [{ letters, tensor }];
        });
        const reached = (letter: string) =>
          output.includes(letter) || others.some(({ letters }) => letters.includes(letter));
        const contracted = contract(
          tf,
          [output, ...others.map(({ letters }) => letters)],
          [...term].filter(reached).join(''),
          [dy as Tensor, ...others.map(({ tensor }) => tensor)],
        );
        const expanded = contracted.reshape(
          [...term].map((letter, axis) => (reached(letter) ? (shape[axis] ?? 1) : 1)),
        );
        return tf.mul(expanded, tf.ones(shape));
      };
      return Object.fromEntries(terms.map((_, k) => [String(k), gradientOf(k)]));
    },
  };
}
