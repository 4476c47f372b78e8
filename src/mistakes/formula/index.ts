export {
  addDetector,
  addWrongRule,
  type Candidate,
  forgetAdditions,
  type Look,
  type OwnSays,
  registeredAdditions,
  type Seen,
  wrongDerivative,
} from './additions.js';
export type { Additions } from './catalogue.js';
export { diagnose } from './diagnose.js';
export type { Detector, Finding } from './finding.js';
export type { Asked, Problem, ProblemInput, Surroundings } from './problem.js';
export { type WarningsInput, warnings } from './warnings.js';
export type { WrongRule, WrongStep } from './wrong-rules.js';
