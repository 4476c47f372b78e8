// Whether what a notebook was committed with is what it would show today.
import { briefVerdicts, codeMark, joined } from './committed.mjs';

/** Two backends, and two machines, differ in the last digits of float32. */
const relative = 1e-4;
const absolute = 1e-6;
/** A number, as JavaScript and people write it; not the digits within a name. */
const number = /(?<![\p{L}\d_.])[-−+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\p{L}\d_])/gu;
/** What depends on the backend: the words of the witnesses, and which of several entries deviates most. */
const dependent = /^\s*(?:[✓✗–] (?:symbolic|float64|autograd): |entry \[).*$/gm;

/** @typedef {{ kind: 'code' | 'verdict' | 'output' | 'words', said: string }} Difference */

/**
 * What a committed notebook and a fresh run of it differ in. `code`: the code was changed and the outputs were not made
 * again; `verdict`: a verdict, or the first mistake named; `output`: another kind of output, or another number; `words`: the
 * same, said differently. Numbers are compared as float32 carries them, what the witnesses say not at all.
 * @param {string} committedText @param {string} freshText @returns {Difference[]}
 */
export function differences(committedText, freshText) {
  /** @type {import('./committed.mjs').Notebook} */
  const committed = JSON.parse(committedText);
  /** @type {import('./committed.mjs').Notebook} */
  const fresh = JSON.parse(freshText);
  const mark = /** @type {{ code?: string } | undefined} */ (committed.metadata.handgrad)?.code;
  if (mark === undefined) return [{ kind: 'code', said: 'it has no outputs yet' }];
  if (mark !== codeMark(committed))
    return [{ kind: 'code', said: 'its code was changed after its outputs were made' }];
  const ran = new Map(fresh.cells.map((cell) => [cell.id, cell]));
  return committed.cells
    .filter((cell) => cell.cell_type === 'code')
    .flatMap((cell) => cellDifferences(cell, ran.get(cell.id)));
}

/** @param {import('./committed.mjs').Cell} before @param {import('./committed.mjs').Cell | undefined} now @returns {Difference[]} */
function cellDifferences(before, now) {
  const [was, is] = [briefVerdicts(before).map(essence), briefVerdicts(now).map(essence)];
  if (was.join() !== is.join())
    return [{ kind: 'verdict', said: `${before.id}: ${was.join('; ')} → ${is.join('; ')}` }];
  const outputs = [before.outputs ?? [], now?.outputs ?? []];
  const kinds = outputs.map((list) =>
    list.map(({ output_type, name, ename }) => [output_type, name, ename].join(' ')),
  );
  if (kinds[0]?.join() !== kinds[1]?.join()) {
    return [
      { kind: 'output', said: `${before.id}: shows ${kinds[0]?.join(', ')} → ${kinds[1]?.join(', ')}` },
    ];
  }
  const texts = outputs.map((list) => list.map(shownText).join('\n'));
  return textDifferences(before.id, texts[0] ?? '', texts[1] ?? '');
}

/** @param {import('./committed.mjs').BriefVerdict} verdict */
function essence({ claim, status, expected, diagnoses }) {
  return [claim, status, expected ?? '', diagnoses[0]?.mistake ?? ''].join(' ').trim();
}

/** @param {import('./committed.mjs').Output} output */
function shownText({ text, data, traceback }) {
  return joined(text) + joined(data?.['text/plain']) + (traceback ?? []).join('\n');
}

/** @param {string} id @param {string} before @param {string} now @returns {Difference[]} */
function textDifferences(id, before, now) {
  const [was, is] = [before, now].map((text) => text.replaceAll(dependent, ''));
  const numbers = [was, is].map((text) =>
    (text?.match(number) ?? []).map((given) => Number(given.replace('−', '-'))),
  );
  const words = [was, is].map((text) => text?.replaceAll(number, '#').replaceAll(/\s+/g, ' '));
  if (words[0] !== words[1])
    return [{ kind: 'words', said: `${id}: ${firstChange(words[0] ?? '', words[1] ?? '')}` }];
  const changed = (numbers[0] ?? []).findIndex(
    (value, place) => !isClose(value, numbers[1]?.[place] ?? Number.NaN),
  );
  if (changed < 0) return [];
  return [{ kind: 'output', said: `${id}: ${numbers[0]?.[changed]} → ${numbers[1]?.[changed]}` }];
}

/** @param {number} a @param {number} b */
function isClose(a, b) {
  return Math.abs(a - b) <= absolute + relative * Math.max(Math.abs(a), Math.abs(b));
}

/** @param {string} before @param {string} now */
function firstChange(before, now) {
  let place = 0;
  while (before[place] === now[place]) place += 1;
  const from = Math.max(0, place - 20);
  return `“…${before.slice(from, place + 40)}” → “…${now.slice(from, place + 40)}”`;
}
