/** Names in LaTeX: Greek letters as commands, accents as commands, words upright. */
import { ACCENTS, GREEK, greekWord } from '../read/spelling.js';

const ACCENT_COMMANDS = new Map(
  [...ACCENTS].filter(([word]) => !/^(wide|over)/.test(word)).map(([w, m]) => [m, w]),
);

/** Capital Greek letters that look like Latin ones have no command. */
const NO_COMMAND: readonly string[] = ['omicron'];

/**
 * A name as LaTeX: `x`, `\mu`, `\hat{x}`, `\mathrm{loss}`; letters without a command stand in `\text`.
 *
 * @example latexName('μ') // '\\mu'
 */
export function latexName(name: string): string {
  const accented = /^(\p{L})(\p{M})$/u.exec(name.normalize('NFD'));
  const [, base, mark] = accented ?? [];
  const command = mark === undefined ? undefined : ACCENT_COMMANDS.get(mark);
  if (base !== undefined && command !== undefined) return `\\${command}{${plainName(base)}}`;
  return plainName(name);
}

function plainName(name: string): string {
  const word = greekWord(name) ?? (GREEK.has(name) ? name : undefined);
  if (word !== undefined && !NO_COMMAND.includes(word)) return greekCommand(word);
  if (/^[A-Za-z]$/.test(name)) return name;
  if (name === 'ℓ') return '\\ell';
  const letters = [...name].map((letter) => {
    const greek = greekWord(letter);
    return greek === undefined || NO_COMMAND.includes(greek) ? letter : `${greekCommand(greek)} `;
  });
  const upright = letters.every((letter) => /^[A-Za-z0-9]$/.test(letter) || letter.startsWith('\\'));
  return upright ? `\\mathrm{${letters.join('').trim()}}` : `\\text{${name}}`;
}

/** `\varepsilon` for ε; some capitals (`\Alpha`) are unknown to LaTeX, but none of those is a word of the language. */
function greekCommand(word: string): string {
  return word === 'epsilon' || word === 'eps' ? '\\varepsilon' : `\\${word}`;
}
