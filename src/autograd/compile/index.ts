export { type CompileOptions, compile } from './compile.js';
export { type AutogradDerivative, autogradDerivative, type NoDerivative } from './derivative.js';
