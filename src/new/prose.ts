/** The Markdown around an exercise. */
import { given } from '../derivation/index.js';
import { definitionBundle, escapeMarkdown } from '../display/index.js';
import { derivative, toLatex } from '../formula/index.js';
import type { NewExercise, NewPart } from './statement.js';

/** The title, the author's words, and what is given, typeset. */
export function introduction(statement: NewExercise): string {
  const { title, prose, given: tensors, define, assume } = statement;
  const scope = given(tensors);
  const formulas = define.map((line) => `$${definitionBundle(scope.define(line))['text/latex']}$`);
  const names = Object.entries(tensors).map(([name, dimensions]) =>
    dimensions.length === 0 ? `\`${name}\`` : `\`${name}\` (${dimensions.join(' × ')})`,
  );
  const blocks = [
    `# ${escapeMarkdown(title)}`,
    prose,
    ...(names.length === 0 ? [] : [`Given: ${names.join(', ')}.`]),
    ...formulas,
    ...(assume.length === 0 ? [] : [`Assumed: ${assume.map((line) => `\`${line}\``).join(', ')}.`]),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** What a part asks, typeset, with its points. */
export function question(statement: NewExercise, name: string, part: NewPart): string {
  const scope = given(statement.given);
  const definitions = statement.define.map((line) => scope.define(line));
  const { question: asked } = scope.derive(part.derive);
  const declarations = definitions.at(-1)?.formula.declarations;
  const latex = toLatex({ ...asked.ranged, expr: derivative(asked.of, ...asked.by) }, declarations);
  const assumed = (part.assume ?? []).map((line) => ` Assume \`${line}\`.`).join('');
  const points = `${part.points} ${part.points === 1 ? 'point' : 'points'}`;
  const task = `Derive $${latex}$ line by line; each line is judged as you write it.${assumed}`;
  return [`## ${escapeMarkdown(name)} (${points})`, part.prose ?? '', task]
    .filter((block) => block !== '')
    .join('\n\n');
}
