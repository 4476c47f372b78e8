import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.js';
import { gatheredBack } from './gathered-back.js';

/** Which entry of an axis of `length` stands at each place of the padded axis. */
function sources(length: number, [before, after]: readonly [number, number], edge: 0 | 1): number[] {
  return Array.from({ length: before + length + after }, (_, k) => {
    const at = k - before;
    if (at < 0) return -at - 1 + edge;
    return at < length ? at : 2 * length - 1 - at - edge;
  });
}

/**
 * A mirrored entry is seen more than once; its cotangents add up, axis by axis. Replaces the gradient of TensorFlow.js
 * 4.22.0, which forgets the mirrored ones.
 */
export function mirrorPadGradient(tf: Engine): GradConfig {
  return {
    kernelName: 'MirrorPad',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () =>
        (attrs.paddings as [number, number][]).reduce((cotangent: Tensor, padding, axis) => {
          const length = x?.shape[axis] ?? 1;
          const shown = sources(length, padding, attrs.mode === 'reflect' ? 1 : 0);
          return gatheredBack(tf, cotangent, axis, shown, length);
        }, dy as Tensor),
    }),
  };
}
