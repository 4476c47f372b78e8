export { type FormulaClaim, InternalContradictionError, judge } from './judge.js';
