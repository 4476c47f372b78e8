/** The functions of the language by name, and how many arguments each takes. */
import type { FieldName, MatrixName } from '../nodes.js';
import { registeredFunction, registeredNames } from '../registry.js';
import { DeclarationError } from './errors.js';

const elementwise = new Map<string, number>([
  ...['exp', 'log', 'sqrt', 'tanh', 'sigmoid', 'relu', 'softplus', 'erf', 'sin', 'cos', 'abs', 'sign'].map(
    (name): [string, number] => [name, 1],
  ),
  ['max', 2],
  ['min', 2],
]);

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['ln', 'log'],
  ['σ', 'sigmoid'],
  ['sigma', 'sigmoid'],
]);

const FIELD: readonly string[] = ['softmax', 'logsumexp', 'mean', 'var', 'norm'] satisfies FieldName[];
const MATRIX: readonly string[] = ['inv', 'det', 'logdet'] satisfies MatrixName[];
/** Functions that only matrix notation has; they leave no node of their own. */
const NOTATION: readonly string[] = ['tr', 'diag', 'vec'];

export function isFieldName(name: string): name is FieldName {
  return FIELD.includes(name);
}

export function isMatrixName(name: string): name is MatrixName {
  return MATRIX.includes(name);
}

/** Whether a function takes a whole vector or matrix: its arguments are in a notation of their own. */
export function takesWhole(name: string): boolean {
  return isFieldName(name) || isMatrixName(name) || NOTATION.includes(name);
}

/** Whether a function of whole tensors gives a whole tensor: softmax, inv, diag, vec. */
export function givesWhole(name: string): boolean {
  return name === 'softmax' || name === 'inv' || name === 'diag' || name === 'vec';
}

/** The function's own name for a name as typed (`ln` → `log`); undefined when it is no function. */
export function functionName(typed: string): string | undefined {
  const name = ALIASES.get(typed) ?? typed;
  return ofLanguage(name) || registeredFunction(name) !== undefined ? name : undefined;
}

function ofLanguage(name: string): boolean {
  return elementwise.has(name) || takesWhole(name);
}

/** Refuses a name that calls a function of the language already. */
export function refuseFunctionOfLanguage(name: string): void {
  if (ofLanguage(ALIASES.get(name) ?? name))
    throw new DeclarationError(`${name} is a function of the language already: choose another name.`);
}

/** The number of arguments of a function. */
export function argumentCount(name: string): number {
  return elementwise.get(name) ?? registeredFunction(name)?.count ?? 1;
}

/** Every name that calls a function, for suggestions. */
export function functionNames(): readonly string[] {
  return [...elementwise.keys(), ...registeredNames(), ...FIELD, ...MATRIX, ...NOTATION, ...ALIASES.keys()];
}

/**
 * Makes an elementwise function of one's own known to the reader: `registerFunctionName('swish', 1)` and
 * `swish(x_i)` is read as a call. A name that the language already has is refused.
 */
export function registerFunctionName(name: string, count: number): void {
  if (!/^\p{L}[\p{L}\p{M}0-9]*$/u.test(name)) {
    throw new DeclarationError(
      `\`${name}\` cannot name a function: a name is a letter followed by letters and digits, such as swish.`,
    );
  }
  if (!Number.isInteger(count) || count < 1) {
    throw new DeclarationError(
      `the function ${name} was given ${count} arguments; expected a whole number, 1 or more.`,
    );
  }
  const known = functionName(name);
  if (known !== undefined && elementwise.get(name) !== count) {
    throw new DeclarationError(`${name} is a function of the language already: choose another name.`);
  }
  elementwise.set(name, count);
}
