/** The Markdown around an exercise. */
import { escapeMarkdown } from '../display/index.js';
import { typeset } from '../exercise/index.js';
import type { NewExercise, NewPart } from './statement.js';

/** The title, the author's words, and what is given, typeset. */
export function introduction(statement: NewExercise): string {
  const { title, prose, given: tensors, assume } = statement;
  const names = Object.entries(tensors).map(([name, dimensions]) =>
    dimensions.length === 0 ? `\`${name}\`` : `\`${name}\` (${dimensions.join(' × ')})`,
  );
  const blocks = [
    `# ${escapeMarkdown(title)}`,
    prose,
    ...(names.length === 0 ? [] : [`Given: ${names.join(', ')}.`]),
    ...typeset(statement).definitions.map((latex) => `$$${latex}$$`),
    ...(assume.length === 0 ? [] : [`Assumed: ${assume.map((line) => `\`${line}\``).join(', ')}.`]),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** What a part asks, typeset, with its points. */
export function question(statement: NewExercise, name: string, part: NewPart): string {
  const latex = typeset(statement).questions.get(name) ?? '';
  const assumed = (part.assume ?? []).map((line) => ` Assume \`${line}\`.`).join('');
  const points = `${part.points} ${part.points === 1 ? 'point' : 'points'}`;
  const task = `Derive $${latex}$ line by line; each line is judged as you write it.${assumed}`;
  return [`## ${escapeMarkdown(name)} (${points})`, part.prose ?? '', task]
    .filter((block) => block !== '')
    .join('\n\n');
}
