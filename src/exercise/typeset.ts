/** The formulas of a statement in LaTeX. */
import { given } from '../derivation/index.js';
import { derivative, tensor, toLatex } from '../formula/index.js';
import { isDerivePart, type Statement } from './statement.js';

export interface Typeset {
  /** Each definition, both sides, in order. */
  readonly definitions: readonly string[];
  /** What each part with a derivation asks, by the part's name. */
  readonly questions: ReadonlyMap<string, string>;
}

/** @throws FormulaError for a line that cannot be read. */
export function typeset({ given: tensors, define, parts }: Statement): Typeset {
  const scope = given(tensors ?? {});
  const definitions = (define ?? []).map((line) => scope.define(line));
  const declarations = definitions.at(-1)?.formula.declarations;
  const questions = Object.entries(parts).flatMap(([name, part]): [string, string][] => {
    if (!isDerivePart(part)) return [];
    const { of, by, ranged } = scope.derive(part.derive).question;
    return [[name, toLatex({ ...ranged, expr: derivative(of, ...by) }, declarations)]];
  });
  return {
    definitions: definitions.map(({ name, formula }) => {
      const left = { ...formula.ranged, expr: tensor(name, ...formula.indices) };
      return `${toLatex(left, formula.declarations)} = ${formula.latex}`;
    }),
    questions: new Map(questions),
  };
}
