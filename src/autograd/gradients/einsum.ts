import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.js';

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
      const cotangent = dy as Tensor;
      const gradientOf = (position: number) => (): Tensor => {
        const term = terms[position] ?? '';
        const shape = saved[position]?.shape ?? [];
        const others = terms.flatMap((letters, k) => {
          const tensor = saved[k];
          return k === position || tensor === undefined ? [] : [{ letters, tensor }];
        });
        const reached = (letter: string) =>
          output.includes(letter) || others.some(({ letters }) => letters.includes(letter));
        const kept = [...term].filter(reached).join('');
        const equation = `${[output, ...others.map(({ letters }) => letters)].join(',')}->${kept}`;
        const contracted = tf.einsum(equation, cotangent, ...others.map(({ tensor }) => tensor));
        const expanded = contracted.reshape(
          [...term].map((letter, axis) => (reached(letter) ? (shape[axis] ?? 1) : 1)),
        );
        return tf.mul(expanded, tf.ones(shape));
      };
      return Object.fromEntries(terms.map((_, k) => [String(k), gradientOf(k)]));
    },
  };
}
