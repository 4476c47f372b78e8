/** A verdict as a person sees it: text, HTML that needs no style to be understood, Markdown, and the data itself. */
import type { Counterexample, Status, Verdict, Witness } from '../check/index.js';
import type { Diagnosis } from '../mistakes/index.js';
import { type MimeBundle, verdictMime } from './bundle.js';
import { escapeHtml, escapeMarkdown, oneLine } from './escape.js';
import { formatNumber, jsonSafe } from './numbers.js';

/** The sign before a status: never the only bearer of the meaning, the word follows it. */
export const statusSign: Readonly<Record<Status, string>> = {
  proved: '✓',
  agrees: '✓',
  refuted: '✗',
  undecided: '?',
};

/** Border colours that stand out on a light and on a dark page; the text keeps the page's own colour. */
const statusColour: Readonly<Record<Status, string>> = {
  proved: '#2e8b57',
  agrees: '#3a87c8',
  refuted: '#d0452f',
  undecided: '#b8860b',
};

/**
 * A verdict as a MIME bundle: text/plain, text/html, text/markdown and `application/vnd.handgrad.verdict+json` (the
 * verdict itself, with NaN and infinities as their names).
 *
 * @example
 * verdictBundle(verdict)['text/plain'] // '✗ refuted: s(1−s)\n  autograd …'
 */
export function verdictBundle(verdict: Verdict): MimeBundle {
  return {
    'text/plain': verdictText(verdict),
    'text/html': verdictHtml(verdict),
    'text/markdown': verdictMarkdown(verdict),
    ...verdictJson(verdict),
  };
}

/** Whether a verdict is what it should be: what was expected, or, with nothing expected, proved or agreeing. */
export function meetsExpectation(verdict: Verdict): boolean {
  if (verdict.expected !== undefined) return verdict.status === verdict.expected;
  return verdict.status === 'proved' || verdict.status === 'agrees';
}

/** What the status is beside the expectation: ' (as expected)', ' (expected refuted)', or nothing. */
export function expectationNote(verdict: Verdict): string {
  if (verdict.expected === undefined) return '';
  return verdict.expected === verdict.status ? ' (as expected)' : ` (expected ${verdict.expected})`;
}

/** The entry that gives a wrong claim away: `entry [0, 1]: yours 0, right -0.0113437`. */
export function counterexampleText({ indices, yours, right }: Counterexample): string {
  const where = indices.length === 0 ? 'value' : `entry [${indices.join(', ')}]`;
  return `${where}: yours ${formatNumber(yours)}, right ${formatNumber(right)}`;
}

/** What a witness said, with the deviation and what rounding can explain where it is for the claim: `✓ autograd: agrees …`. */
export function witnessText(witness: Witness): string {
  const deviation = witness.finds === 'for' ? deviationText(witness) : '';
  return `${findsSign[witness.finds]} ${witness.name}: ${oneLine(witness.says)}${deviation && `; ${deviation}`}`;
}

/** The sign before a witness; what it says follows in words. */
export const findsSign: Readonly<Record<Witness['finds'], string>> = { for: '✓', against: '✗', nothing: '–' };

function deviationText({ error, tolerance }: Witness): string {
  if (error === undefined) return '';
  const allowed = tolerance === undefined ? '' : `, rounding explains up to ${formatNumber(tolerance, 2)}`;
  return `largest deviation ${formatNumber(error, 2)}${allowed}`;
}

/** `✗ refuted (as expected)`: sign, word, and what was expected. */
export function statusWords(verdict: Verdict): string {
  return `${statusSign[verdict.status]} ${verdict.status}${expectationNote(verdict)}`;
}

/** A verdict in plain lines. */
export function verdictText(verdict: Verdict): string {
  return [`${statusWords(verdict)}: ${oneLine(verdict.claim)}`, ...findingsText(verdict)].join('\n');
}

/** What the witnesses said, the entry that gives a mistake away, likely mistakes, notes: a line each. */
export function findingsText(verdict: Verdict): readonly string[] {
  return [
    ...verdict.witnesses.map((witness) => `  ${witnessText(witness)}`),
    ...(verdict.counterexample ? [`  ${counterexampleText(verdict.counterexample)}`] : []),
    ...verdict.diagnoses.flatMap((diagnosis, index) =>
      diagnosisText(index === 0 ? 'likely mistake' : 'or', diagnosis),
    ),
    ...verdict.warnings.flatMap((warning) => diagnosisText('note', warning)),
  ];
}

function diagnosisText(kind: string, { mistake, message, hint }: Diagnosis): string[] {
  const lines = [`  ${kind} (${mistake}): ${oneLine(message)}`];
  if (hint !== '') lines.push(`    ${oneLine(hint)}`);
  return lines;
}

/** What stands under a line of a derivation: the diagnosis and the numbers open, the witnesses folded under their signs. */
export function detailsHtml({ witnesses, counterexample, diagnoses, warnings }: Verdict): string {
  const signs = witnesses.map(({ name, finds }) => `${findsSign[finds]} ${name}`).join(', ');
  const said = witnesses.map((witness) => `<div>${escapeHtml(witnessText(witness))}</div>`).join('');
  return [
    diagnosesHtml(diagnoses),
    counterexample ? counterexampleHtml(counterexample) : '',
    ...warnings.map((warning) => diagnosisHtml('Note', warning)),
    said && `<details><summary style="opacity:0.8">${signs}</summary>${said}</details>`,
  ].join('');
}

/** A verdict as HTML: inline styles only, and the words alone say it all. */
export function verdictHtml(verdict: Verdict): string {
  const claim =
    `<div><strong>${statusSign[verdict.status]} ${verdict.status}</strong>${expectationNote(verdict)}: ` +
    `<code style="background:none">${escapeHtml(verdict.claim)}</code></div>`;
  return framed(verdict.status, `${claim}${findingsHtml(verdict)}`);
}

/** The findings below a claim as HTML: see `findingsText`. */
export function findingsHtml({ witnesses, counterexample, diagnoses, warnings }: Verdict): string {
  return [
    ...witnesses.map((witness) => `<div style="opacity:0.8">${escapeHtml(witnessText(witness))}</div>`),
    counterexample ? counterexampleHtml(counterexample) : '',
    diagnosesHtml(diagnoses),
    ...warnings.map((warning) => diagnosisHtml('Note', warning)),
  ].join('');
}

/** HTML with a bar at its left in the colour of the status. */
export function framed(status: Status, html: string): string {
  const style = `border-left:4px solid ${statusColour[status]};padding:2px 0 2px 12px;margin:4px 0;line-height:1.5`;
  return `<div style="${style}">${html}</div>`;
}

/** The verdict itself, for other programs. */
export function verdictJson(verdict: Verdict): MimeBundle {
  return { [verdictMime]: jsonSafe(verdict) };
}

function counterexampleHtml(counterexample: Counterexample): string {
  const entries = Object.entries(counterexample.values);
  const rows = entries
    .map(([name, value]) => `${escapeHtml(name)} = ${escapeHtml(valueText(value))}`)
    .join('\n');
  const values =
    rows && `<details><summary>at the point</summary><pre style="margin:0">${rows}</pre></details>`;
  return `<div>${escapeHtml(counterexampleText(counterexample))}</div>${values}`;
}

/** The longest text of one input's values that is shown; the data are in the JSON whole. */
const longestValue = 400;

function valueText(value: unknown): string {
  const numbers = (_key: string, member: unknown) => (typeof member === 'number' ? rounded(member) : member);
  const text = JSON.stringify(jsonSafe(value), numbers) ?? String(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)} …` : text;
}

function rounded(value: number): number {
  return Number(value.toPrecision(8));
}

/** The likeliest mistake in full, what else would explain the numbers folded. */
function diagnosesHtml([likeliest, ...others]: readonly Diagnosis[]): string {
  if (likeliest === undefined) return '';
  const rest = others.map((diagnosis) => diagnosisHtml('Or', diagnosis)).join('');
  const folded =
    rest && `<details><summary style="opacity:0.8">what else would explain it</summary>${rest}</details>`;
  return diagnosisHtml('Likely mistake', likeliest) + folded;
}

function diagnosisHtml(kind: string, { mistake, message, wrong, right, hint }: Diagnosis): string {
  const pieces =
    wrong !== '' && right !== '' ? `<div>yours: ${escapeHtml(wrong)}; right: ${escapeHtml(right)}</div>` : '';
  const question = hint === '' ? '' : `<div><em>${escapeHtml(hint)}</em></div>`;
  return `<div>${kind} (<strong>${mistake}</strong>): ${escapeHtml(message)}</div>${pieces}${question}`;
}

/** A verdict as Markdown. */
export function verdictMarkdown(verdict: Verdict): string {
  const { status, claim, witnesses, counterexample, diagnoses, warnings } = verdict;
  const lines = [
    `**${statusSign[status]} ${status}**${expectationNote(verdict)}: ${escapeMarkdown(claim)}`,
    '',
  ];
  for (const witness of witnesses) lines.push(`- ${escapeMarkdown(witnessText(witness))}`);
  if (counterexample) lines.push(`- ${escapeMarkdown(counterexampleText(counterexample))}`);
  for (const { mistake, message, hint } of diagnoses) {
    lines.push(`- likely mistake (**${mistake}**): ${escapeMarkdown(`${message} ${hint}`.trim())}`);
  }
  for (const { mistake, message } of warnings)
    lines.push(`- note (**${mistake}**): ${escapeMarkdown(message)}`);
  return lines.join('\n');
}
