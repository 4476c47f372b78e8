import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.js';
import { gatheredBack } from './gathered-back.js';

/** Which pixel of an axis of `length` each of the `resized` pixels shows, as the operation chooses it. */
function sources(
  length: number,
  resized: number,
  alignCorners: boolean,
  halfPixelCenters: boolean,
): number[] {
  const scale = alignCorners && resized > 1 ? (length - 1) / (resized - 1) : length / resized;
  return Array.from({ length: resized }, (_, k) => {
    const at = halfPixelCenters ? (k + 0.5) * scale : k * scale;
    return Math.min(length - 1, alignCorners ? Math.round(at) : Math.floor(at));
  });
}

/**
 * A pixel shown several times has their cotangents added up. Replaces the gradient of TensorFlow.js 4.22.0, whose plain
 * kernel reads the wrong image of a batch.
 */
export function resizeNearestGradient(tf: Engine): GradConfig {
  return {
    kernelName: 'ResizeNearestNeighbor',
    inputsToSave: ['images'],
    gradFunc: (dy, [images], attrs) => ({
      images: () =>
        [1, 2].reduce((cotangent: Tensor, axis) => {
          const length = images?.shape[axis] ?? 1;
          const resized = (dy as Tensor).shape[axis] ?? 1;
          const shown = sources(
            length,
            resized,
            attrs.alignCorners === true,
            attrs.halfPixelCenters === true,
          );
          return gatheredBack(tf, cotangent, axis, shown, length);
        }, dy as Tensor),
    }),
  };
}
