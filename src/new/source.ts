/** TypeScript as it is written into cells. */

import type { SolutionLine } from './solution.js';
import type { NewExercise, NewPart } from './statement.js';

/** A text as a literal in single quotes. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}

function key(name: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : quoted(name);
}

function list(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(', ')}]`;
}

function partLiteral({ derive, points, assume }: NewPart): string {
  const assumed = assume === undefined ? '' : `, assume: ${list(assume)}`;
  return `{ derive: ${quoted(derive)}, points: ${points}${assumed} }`;
}

/** The cell that states the exercise as `task` and shows it. */
export function statementSource({ name, given, define, assume, hints, parts }: NewExercise): string {
  const tensors = Object.entries(given).map(([tensor, dimensions]) => `${key(tensor)}: ${list(dimensions)}`);
  const lines = (what: string, texts: readonly string[]): readonly string[] =>
    texts.length === 0 ? [] : [`  ${what}: [`, ...texts.map((text) => `    ${quoted(text)},`), '  ],'];
  return [
    "import { exercise } from 'handgrad';",
    '',
    'const task = exercise({',
    `  name: ${quoted(name)},`,
    `  given: { ${tensors.join(', ')} },`,
    ...lines('define', define),
    ...lines('assume', assume),
    ...(hints === undefined ? [] : [`  hints: ${hints},`]),
    '  parts: {',
    ...Object.entries(parts).map(([part, asked]) => `    ${key(part)}: ${partLiteral(asked)},`),
    '  },',
    '});',
    'task',
  ].join('\n');
}

/** The lines of a solution as calls of `step` on an exercise called `task`. */
export function stepsSource(task: string, part: string, lines: readonly SolutionLine[]): string {
  return lines
    .map(({ text, because }) => {
      const reason = because === undefined ? '' : `, { because: ${quoted(because)} }`;
      return `${task}.part(${quoted(part)}).step(${quoted(text)}${reason});`;
    })
    .join('\n');
}
