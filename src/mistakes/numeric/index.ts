export { diagnoseNumbers, diagnoseProbe } from './diagnose.js';
export { diagnosePart, type WrongLine, wrongAcross, wrongLine } from './part.js';
export type { NamedTable, NumericContext, NumericProblem, Table } from './problem.js';
