/** What a notebook imports, and nothing else. */
import { showAnnouncedVerdicts } from './display/index.js';

export type { Counterexample, Status, Verdict, Witness } from './check/index.js';
export { type CompareOptions, compare, Figure, type HeatmapOptions, heatmap } from './display/index.js';
export type { Diagnosis, MistakeId } from './mistakes/index.js';

showAnnouncedVerdicts();
