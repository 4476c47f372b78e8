/** How functions and their arguments are called in a verdict. */
import type { Tensor } from '@tensorflow/tfjs';
import type { TensorFunction } from '../autograd/index.js';

/** The parameter names of a function, read from its text where they are plain: `(x, W) => …` gives x, W. */
function parameterNames(f: TensorFunction): string[] {
  const match = /^(?:async\s+)?(?:function\s*\w*\s*)?\(?([\w$\s,]*?)\)?\s*(?:=>|\{)/u.exec(f.toString());
  return (match?.[1] ?? '').split(',').map((name) => name.trim());
}

/** A name for each argument: the function's own, else x (or x0, x1 …). */
export function argumentNames(f: TensorFunction, count: number): string[] {
  const names = parameterNames(f);
  return Array.from({ length: count }, (_, k) => names[k] || (count === 1 ? 'x' : `x${k}`));
}

/** A function's text in one line, without what a notebook's compiler makes of names: `(0, handgrad_1.tf)`, `tf$.value`. */
function written(f: TensorFunction): string {
  return f
    .toString()
    .replace(/\s+/gu, ' ')
    .replace(/\(0, (?:\w+_\d+\.)?([\w$.]+)\)/gu, '$1')
    .replace(/\b\w+_\d+\.(?=[A-Za-z$_])/gu, '')
    .replace(/([\p{ID_Start}_][\p{ID_Continue}]*)\$\.value\b/gu, '$1');
}

/** The function's own name, or its text where that is short: `x => tf.softmax(x)`. */
export function functionName(f: TensorFunction): string {
  if (f.name !== '' && f.name !== 'of') return f.name;
  const text = written(f);
  return text.length <= 60 ? text : 'the function';
}

/** "Jacobian of softmax by x [3]". */
export function claimText(what: string, f: TensorFunction, inputs: readonly Tensor[], wrt: number): string {
  const name = argumentNames(f, inputs.length)[wrt] ?? '';
  return `${what} of ${functionName(f)} by ${name}, shape [${inputs[wrt]?.shape ?? ''}]`;
}

/** Inputs as nested arrays by name; a large one only by its shape. */
export function inputValues(f: TensorFunction, inputs: readonly Tensor[]): Record<string, unknown> {
  const names = argumentNames(f, inputs.length);
  return Object.fromEntries(
    inputs.map((input, k) => [
      names[k] ?? `x${k}`,
      input.size <= 1000 ? input.arraySync() : `${input.dtype} of shape [${input.shape}]`,
    ]),
  );
}

/** A number as it is shown: up to six digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Whether any number of the point is not one of float32's, so that it was rounded. */
export function wasRounded(at: unknown): boolean {
  if (typeof at === 'number') return Math.fround(at) !== at;
  if (at instanceof Float64Array || Array.isArray(at)) return Array.prototype.some.call(at, wasRounded);
  if (typeof at === 'object' && at !== null && 'data' in at && !('dataSync' in at))
    return wasRounded(at.data);
  return false;
}
