export { diagnose } from './diagnose.js';
export type { Asked, ProblemInput } from './problem.js';
