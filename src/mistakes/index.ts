export type { Diagnosis, MistakeId } from './diagnosis.js';
export {
  type Additions,
  type Asked,
  type Detector,
  diagnose,
  type Finding,
  type Problem,
  type ProblemInput,
  type Surroundings,
  type WarningsInput,
  type WrongRule,
  type WrongStep,
  warnings,
} from './formula/index.js';
export {
  diagnoseNumbers,
  type NamedTable,
  type NumericContext,
  type NumericProblem,
  type Table,
} from './numeric/index.js';
