export {
  type Differentiated,
  type DifferentiationOptions,
  differentiate,
  resolveDerivatives,
} from './differentiate.js';
export type { RuleId, TraceStep } from './trace.js';
