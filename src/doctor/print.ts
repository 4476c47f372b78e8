/** The findings, for a person. */
import type { Finding, State } from './finding.js';

/** The sign of a state, and the number of its colour on a terminal: green, yellow, red. */
const marks = { ok: ['✓', 32], missing: ['–', 33], broken: ['✗', 31] } as const;

/** One line for each finding, and under it what to do; colours only on a terminal. */
export function printed(findings: readonly Finding[], inColour: boolean): string {
  const width = Math.max(...findings.map(({ about }) => about.length));
  const lines = findings.flatMap(({ about, state, says, remedy }) => {
    const line = `${mark(state, inColour)} ${about.padEnd(width)}  ${says}`;
    return remedy === undefined ? [line] : [line, `  ${' '.repeat(width)}  → ${remedy}`];
  });
  return `${lines.join('\n')}\n\n${conclusion(findings)}\n`;
}

function mark(state: State, inColour: boolean): string {
  const [sign, colour] = marks[state];
  return inColour ? `\u001b[${colour}m${sign}\u001b[0m` : sign;
}

function conclusion(findings: readonly Finding[]): string {
  if (findings.some(({ state }) => state === 'broken'))
    return 'Something that handgrad needs is broken: see ✗.';
  if (findings.some(({ state }) => state === 'missing'))
    return 'handgrad works; what is marked – would add to it.';
  return 'All is well.';
}
