/** Formulas, lines and derivations as a person sees them. */
import type { Verdict } from '../check/index.js';
import type { Derivation, ExplicitFormula, Formula, Step } from '../derivation/index.js';
import { type MimeBundle, verdictMime } from './bundle.js';
import { escapeHtml, escapeMarkdown, oneLine } from './escape.js';
import { jsonSafe } from './numbers.js';
import { expectationNote, statusColour, statusSign, verdictDetailsHtml, verdictText } from './verdict.js';

export const derivationMime = 'application/vnd.handgrad.derivation+json';

/** A formula: its text and its LaTeX (typeset by the front end). */
export function formulaBundle(formula: Formula): MimeBundle {
  return { 'text/plain': String(formula), 'text/latex': `$\\displaystyle ${formula.latex}$` };
}

/** Components written out. */
export function explicitBundle(formula: ExplicitFormula): MimeBundle {
  return { 'text/plain': String(formula), 'text/latex': `$\\displaystyle ${formula.latex}$` };
}

/** One line with its verdict. */
export function stepBundle(step: Step): MimeBundle {
  return {
    'text/plain': stepText(step),
    'text/html': `<div style="line-height:1.7">${stepHtml(step, undefined)}</div>`,
    [verdictMime]: jsonSafe(step.verdict),
  };
}

/** All lines, numbered, each with its sign and word, the diagnosis under a wrong one. */
export function derivationBundle(derivation: Derivation): MimeBundle {
  return {
    'text/plain': derivationText(derivation),
    'text/html': derivationHtml(derivation),
    'text/markdown': derivationMarkdown(derivation),
    [derivationMime]: jsonSafe(derivationJson(derivation)),
  };
}

/** The derivation as data; its schema is docs/schema/derivation.json. */
export function derivationJson(derivation: Derivation): unknown {
  return {
    question: derivation.verdict.claim,
    verdict: derivation.verdict,
    ...(derivation.firstWrong !== undefined && { firstWrong: derivation.firstWrong }),
    steps: derivation.steps.map((s) => ({
      kind: s.kind,
      text: s.text,
      line: String(s.line),
      latex: s.line.latex,
      ...(s.because !== undefined && { because: s.because }),
      ...(s.rule !== undefined && { rule: s.rule }),
      follows: s.follows,
      verdict: s.verdict,
      notes: s.notes,
    })),
    latex: derivation.latex(),
  };
}

function word(verdict: Verdict): string {
  return `${statusSign[verdict.status]} ${verdict.status}${expectationNote(verdict)}`;
}

/** "follows", or that it does not, where that is not what the verdict says already. */
function followsNote(step: Step): string {
  if (step.kind !== 'line' || step.follows.status === step.verdict.status) return '';
  if (step.follows.status === 'refuted') return 'right, but it does not follow from the line before';
  if (step.verdict.status === 'refuted') return 'follows from the line before, which is wrong';
  return '';
}

function reason(step: Step): string {
  return step.because ?? step.rule ?? '';
}

function stepText(step: Step): string {
  const lines = [`${word(step.verdict)}: ${oneLine(step.verdict.claim)}`];
  if (reason(step) !== '') lines.push(`  ${oneLine(reason(step))}`);
  if (followsNote(step) !== '') lines.push(`  ${followsNote(step)}`);
  for (const note of step.notes) lines.push(`  ${oneLine(note)}`);
  const [, ...details] = verdictText(step.verdict).split('\n');
  return [...lines, ...details].join('\n');
}

function derivationText(derivation: Derivation): string {
  const rows = derivation.steps.flatMap((step, at) => {
    const head = `${String(at + 1).padStart(3)}  ${oneLine(String(step.line))}`;
    const state = `       ${word(step.verdict)}${reason(step) === '' ? '' : ` (${oneLine(reason(step))})`}`;
    const wrong = step.verdict.diagnoses
      .slice(0, 1)
      .map((d) => `       ${d.mistake}: ${oneLine(d.message)} ${oneLine(d.hint)}`);
    return [head, state, ...(followsNote(step) === '' ? [] : [`       ${followsNote(step)}`]), ...wrong];
  });
  return [`${derivation.verdict.claim}   ${word(derivation.verdict)}`, ...rows].join('\n');
}

function cell(content: string, style = ''): string {
  return `<td style="text-align:left;vertical-align:top;padding:3px 10px;${style}">${content}</td>`;
}

/** LaTeX for the front end to typeset; escaped, so that nothing in it is markup. */
function math(latex: string): string {
  return `$\\displaystyle ${escapeHtml(latex)}$`;
}

function stepHtml(step: Step, left: string | undefined): string {
  const { verdict } = step;
  const colour = statusColour[verdict.status];
  const parts = [
    `<div style="border-left:4px solid ${colour};padding-left:10px">`,
    `<div>${left === undefined ? '' : `${left} `}${math(step.line.latex)}</div>`,
    `<div><strong>${escapeHtml(word(verdict))}</strong>${reason(step) === '' ? '' : ` <em>${escapeHtml(reason(step))}</em>`}</div>`,
    followsNote(step) === '' ? '' : `<div>${escapeHtml(followsNote(step))}</div>`,
    ...step.notes.map((note) => `<div>${escapeHtml(note)}</div>`),
    verdictDetailsHtml(verdict),
    '</div>',
  ];
  return parts.join('');
}

function derivationHtml(derivation: Derivation): string {
  const rows = derivation.steps.map((step, at) => {
    const number = cell(String(at + 1), 'opacity:0.7');
    const first = at === derivation.firstWrong ? '<div><strong>Here it goes wrong.</strong></div>' : '';
    const label =
      step.kind === 'let'
        ? `let ${escapeHtml(step.text.replace(/^\s*let\s+/, '').split('=')[0] ?? '')} =`
        : '=';
    return `<tr>${number}${cell(label)}${cell(first + stepHtml(step, undefined))}</tr>`;
  });
  const head = `<div><code style="background:none">${escapeHtml(derivation.verdict.claim)}</code> <strong>${escapeHtml(word(derivation.verdict))}</strong></div>`;
  return `<div>${head}<table style="border-collapse:collapse;text-align:left">${rows.join('')}</table></div>`;
}

function derivationMarkdown(derivation: Derivation): string {
  const rows = derivation.steps.map(
    (s, at) =>
      `| ${at + 1} | $${s.line.latex.replaceAll('|', '\\vert ')}$ | ${word(s.verdict)} | ${escapeMarkdown(reason(s))} |`,
  );
  return [
    `**${escapeMarkdown(derivation.verdict.claim)}**: ${word(derivation.verdict)}`,
    '',
    '| | line | verdict | rule |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
