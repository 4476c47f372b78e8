export {
  type Agreement,
  type AgreeOptions,
  agree,
  type Deviation,
  type NoVerdict,
} from './agree.js';
export {
  agreeWithDifferences,
  type Differences,
  differences,
  type Question,
  reachedBy,
} from './differences.js';
export { minimise } from './minimise.js';
export { openFunction, type Wave, wavesOf } from './open-function.js';
export { ownFunctionPoints, type Untrue, untrueDerivative } from './own-function.js';
export type { Point, ProbeSurroundings } from './point.js';
export { type ProbeOptions, type Probes, probePoints } from './probe.js';
export { Prober } from './prober.js';
export { Random } from './random.js';
