export { diagnoseNumbers } from './diagnose.js';
export type { NamedTable, NumericContext, NumericProblem, Table } from './problem.js';
