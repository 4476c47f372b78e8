/** What a run prints when it is over: the table of claims, what failed and where, one line that says it all. */
import { stripVTControlCharacters } from 'node:util';
import type { Verdict, Witness } from '../check/index.js';
import {
  counterexampleText,
  errorAnnotation,
  expectationNote,
  findsSign,
  layTable,
  meetsExpectation,
  oneLine,
  type Paint,
  statusSign,
  type Yield,
} from '../display/index.js';
import { backendText } from './backend.js';
import { cellName, type Failure, failed, failuresOf, type NotebookOutcome } from './outcome.js';

const titles = ['notebook', 'cell', 'claim', 'verdict', 'witnesses'];

/** The claim is what a reader looks for: it gives way after the names, and before the witnesses only down to a readable width. */
const yields: readonly Yield[] = [
  { column: 0, least: 8 },
  { column: 1, least: 8 },
  { column: 2, least: 36 },
  { column: 4, least: 10 },
  { column: 2, least: 16 },
  { column: 3, least: 10 },
];

interface Row {
  readonly texts: readonly string[];
  readonly good: boolean;
}

/** The table: a row for each claim, and one for each cell that failed. */
export function claimTable(outcomes: readonly NotebookOutcome[], paint: Paint, width?: number): string {
  const rows = outcomes.flatMap(rowsOf);
  if (rows.length === 0) return paint('dim', 'No claim was checked.');
  return layTable(
    titles,
    rows.map(({ texts }) => texts),
    {
      ...(width === undefined ? {} : { width }),
      yields,
      paint: (text, row, column) => {
        if (row < 0) return paint('bold', text);
        if (column === 3) return paint(rows[row]?.good ? 'green' : 'red', text);
        return column === 2 ? text : paint('dim', text);
      },
    },
  );
}

function rowsOf(outcome: NotebookOutcome): readonly Row[] {
  const notebook = shortName(outcome.path);
  const rows = outcome.cells.flatMap((cell) => {
    const where = `${cell.number} ${cell.id}`;
    const claims = cell.verdicts.map((verdict) => ({
      texts: [
        notebook,
        where,
        oneLine(verdict.claim),
        verdictWords(verdict),
        verdict.witnesses.map(witnessWords).join(', '),
      ],
      good: meetsExpectation(verdict),
    }));
    if (!failed(cell)) return claims;
    const said = cell.error ? `${cell.error.ename}: ${cell.error.evalue}` : '';
    return [
      ...claims,
      { texts: [notebook, where, oneLine(said), `✗ cell: ${cell.status}`, ''], good: false },
    ];
  });
  if (outcome.startError === undefined) return rows;
  return [...rows, { texts: [notebook, '', oneLine(outcome.startError), '✗ not started', ''], good: false }];
}

function shortName(path: string): string {
  return oneLine(path.replace(/^.*[\\/]/, '').replace(/\.ipynb$/, ''));
}

function verdictWords(verdict: Verdict): string {
  return `${statusSign[verdict.status]} ${verdict.status}${expectationNote(verdict)}`;
}

function witnessWords({ name, finds }: Witness): string {
  return `${name} ${findsSign[finds]}`;
}

/** What failed, each with its notebook, cell, entry and likeliest mistake. */
export function failureList(failures: readonly Failure[], paint: Paint): string {
  return failures.map((failure) => failureText(failure, paint)).join('\n');
}

function failureText({ path, cell, verdict, reason }: Failure, paint: Paint): string {
  const where = cell ? `${path}, ${cellName(cell)}` : path;
  const lines = [`${paint('red', '✗')} ${paint('bold', oneLine(where))}: ${oneLine(reason)}`];
  if (verdict) lines.push(`    ${oneLine(verdict.claim)}`, ...verdictDetails(verdict));
  else
    for (const line of cell?.error?.traceback.slice(0, 8) ?? [])
      lines.push(`    ${oneLine(withoutAnsi(line))}`);
  return lines.join('\n');
}

function verdictDetails({ counterexample, diagnoses, witnesses }: Verdict): readonly string[] {
  const [likeliest] = diagnoses;
  return [
    ...(counterexample ? [`    ${counterexampleText(counterexample)}`] : []),
    ...(likeliest ? [`    likely mistake (${likeliest.mistake}): ${oneLine(likeliest.message)}`] : []),
    ...(counterexample ? [] : witnesses.map(({ name, says }) => `    ${name}: ${oneLine(says)}`)),
  ];
}

/** An annotation for GitHub of each failure: in the notebook's file, by the name of its cell. */
export function failureAnnotations(failures: readonly Failure[]): string {
  const plain: Paint = (_colour, text) => text;
  return failures
    .map((failure) => {
      const [head = '', ...details] = failureText(failure, plain).split('\n');
      const title = `handgrad: ${failure.verdict?.diagnoses[0]?.mistake ?? failure.verdict?.status ?? 'a cell failed'}`;
      const message = [head.replace(/^✗ /, ''), ...details.map((line) => line.trim())].join('\n');
      // The parameters of a sweep are no part of the file's name.
      return errorAnnotation({ file: failure.path.replace(/ \[[^/]*\]$/, ''), title }, message);
    })
    .join('');
}

/** The colours of a traceback, which are lost where a text is shown without a terminal's help. */
export function withoutAnsi(text: string): string {
  return stripVTControlCharacters(text);
}

/** `12 claims in 1 notebook: 8 agrees, 2 refuted (as expected). Passed.` */
export function summaryLine(outcomes: readonly NotebookOutcome[], paint: Paint): string {
  const verdicts = outcomes.flatMap(({ cells }) => cells.flatMap((cell) => cell.verdicts));
  const counts = new Map<string, number>();
  for (const verdict of verdicts) {
    const words = `${verdict.status}${expectationNote(verdict)}`;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  const counted = [...counts].map(([words, count]) => `${count} ${words}`).join(', ');
  const failures = outcomes.flatMap(failuresOf).length;
  const end =
    failures === 0 ? paint('green', 'Passed.') : paint('red', `Failed: ${plural(failures, 'failure')}.`);
  const heading = `${plural(verdicts.length, 'claim')} in ${plural(outcomes.length, 'notebook')}`;
  return [`${heading}${counted && `: ${counted}`}. ${end}`, ...backendLines(outcomes)].join('\n');
}

/** Which backends judged: one line for each that was in use. */
function backendLines(outcomes: readonly NotebookOutcome[]): readonly string[] {
  const texts = outcomes.flatMap(({ backend }) => (backend ? [backendText(backend)] : []));
  return [...new Set(texts)].map((text) => `Autograd: ${oneLine(text)}.`);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
