export type { Diagnosis, MistakeId } from './diagnosis.js';
export { type Asked, diagnose, type ProblemInput } from './formula/index.js';
export {
  diagnoseNumbers,
  type NamedTable,
  type NumericContext,
  type NumericProblem,
  type Table,
} from './numeric/index.js';
