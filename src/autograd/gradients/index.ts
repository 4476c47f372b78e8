/** Gradients that TensorFlow.js 4.22.0 lacks or has wrong, each with its rule in its own file. */
import type { Engine } from '../engine.js';
import { comparisonGradients } from './comparisons.js';
import { cumprodGradient } from './cumprod.js';
import { cumsumGradient } from './cumsum.js';
import { diagGradient } from './diag.js';
import { einsumGradient } from './einsum.js';
import { matMulGradient } from './mat-mul.js';
import { mirrorPadGradient } from './mirror-pad.js';
import { resizeNearestGradient } from './resize-nearest.js';

/** Registers what is missing (what the person has registered stays) and replaces what is wrong. */
export function addMissingGradients(tf: Engine): void {
  const missing = [...comparisonGradients(tf), cumprodGradient(tf), diagGradient(tf), einsumGradient(tf)];
  for (const config of missing) {
    if (tf.getGradient(config.kernelName) === undefined) tf.registerGradient(config);
  }
  const wrong = [
    cumsumGradient(tf),
    mirrorPadGradient(tf),
    resizeNearestGradient(tf),
    ...matMulGradient(tf, tf.getGradient('BatchMatMul')),
  ];
  for (const config of wrong) tf.registerGradient(config);
}
