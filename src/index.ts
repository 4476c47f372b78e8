/** What a notebook imports, and nothing else. */
export type { Counterexample, Status, Verdict, Witness } from './check/index.js';
export type { Diagnosis, MistakeId } from './mistakes/index.js';
