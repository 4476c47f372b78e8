/** Functions from outside the language: one store that the reader, the rules, the evaluators and the checker all consult. */
import type { Expr } from './nodes.js';

/** A derivative rule for a function that is not part of the language: ∂f(args)/∂args[at]. */
export type CustomRule = (args: readonly Expr[], at: number) => Expr;

/** An elementwise function with all that handgrad must know of it. */
export interface RegisteredFunction {
  readonly name: string;
  /** How many arguments it takes. */
  readonly count: number;
  readonly value: (...numbers: number[]) => number;
  readonly derivative: CustomRule;
}

const functions = new Map<string, RegisteredFunction>();

/** Makes a function known; one of the same name is replaced. */
export function registerFunction(registered: RegisteredFunction): void {
  functions.set(registered.name, registered);
}

/** What was registered under a name; undefined where nothing was. */
export function registeredFunction(name: string): RegisteredFunction | undefined {
  return functions.get(name);
}

export function registeredNames(): readonly string[] {
  return [...functions.keys()];
}

/** Forgets one function, or all of them. */
export function forgetFunctions(...names: readonly string[]): void {
  if (names.length === 0) functions.clear();
  for (const name of names) functions.delete(name);
}
