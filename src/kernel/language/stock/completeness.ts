/** Whether a person who pressed Enter is done. */
import type TypeScript from 'typescript';
import type { Completeness } from '../interpreter.js';
import type { Environment } from './environment.js';

/** Text that is unterminated, whatever comes after: a comment, a template literal. */
const unterminated: ReadonlySet<number> = new Set([1010, 1160]);

/** Text that ends with its line, so that no further line could close it: a string, a regular expression. */
const oneLine: ReadonlySet<number> = new Set([1002, 1161]);

/**
 * Code is incomplete when all that is wrong with it is that it ends too early: every error is at its very end, or is about
 * a comment or template that never closes. An error before that is one that no more text can mend.
 */
export function completenessOf(environment: Environment, code: string): Completeness {
  const file = environment.parse('[complete].ts', code);
  const errors = file.parseDiagnostics;
  if (errors.length === 0) return { status: 'complete' };
  const end = code.trimEnd().length;
  const isOpen = (error: TypeScript.Diagnostic): boolean =>
    unterminated.has(error.code) || (!oneLine.has(error.code) && (error.start ?? 0) >= end);
  return errors.every(isOpen) ? { status: 'incomplete', indent: indentation(code) } : { status: 'invalid' };
}

/** The indentation of the next line: that of the last one, and more after an opening bracket. */
function indentation(code: string): string {
  const line = code.trimEnd().split('\n').at(-1) ?? '';
  const current = /^\s*/.exec(line)?.[0] ?? '';
  return /[([{]\s*(?:\/\/.*)?$/.test(line) || /=>\s*$/.test(line) ? `${current}  ` : current;
}
