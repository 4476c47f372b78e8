export { publish } from './publish.js';
export type { Counterexample, Status, Verdict, Witness } from './verdict.js';
