/** Derivations, their lines and hints as a person sees them. */
import type { Derivation, Hint, Step } from '../derivation/index.js';
import { derivative, toLatex } from '../formula/index.js';
import type { MimeBundle } from './bundle.js';
import { escapeHtml, escapeMarkdown, oneLine } from './escape.js';
import { inlineLatex } from './formula.js';
import { jsonSafe } from './numbers.js';
import {
  detailsHtml,
  expectationNote,
  findingsText,
  framed,
  statusSign,
  statusWords,
  verdictJson,
} from './verdict.js';

export const derivationMime = 'application/vnd.handgrad.derivation+json';

/**
 * A line that was just written: how it was read, its verdict, the rule that leads to it, and whether it follows from the
 * line before where that differs from being right.
 */
export function stepBundle(step: Step): MimeBundle {
  const { verdict } = step;
  const status = `${statusWords(verdict)}${reasonText(step)}`;
  const remarks = [followsText(step), ...step.notes].filter((text) => text !== '');
  const text = [`${stepLine(step)}`, `${status}`, ...remarks.map((remark) => `  ${remark}`)];
  const html = [
    `<div>${stepHtml(step)}</div>`,
    `<div><strong>${statusSign[verdict.status]} ${verdict.status}</strong>${expectationNote(verdict)}${escapeHtml(reasonText(step))}</div>`,
    ...remarks.map((remark) => `<div>${escapeHtml(remark)}</div>`),
    detailsHtml(verdict),
  ];
  return {
    'text/plain': [...text, ...findingsText(verdict)].join('\n'),
    'text/html': framed(verdict.status, html.join('')),
    'text/latex': `$\\displaystyle ${step.kind === 'line' ? '= ' : ''}${step.line.latex}$`,
    ...verdictJson(verdict),
  };
}

function stepLine({ kind, line, text }: Step): string {
  return kind === 'line' ? `= ${line}` : oneLine(text);
}

/** ` – chain rule`: the person's own reason, or the rule that was recognised; both where they say different things. */
function reasonText({ because, rule }: Step): string {
  const reasons = [...new Set([because, rule].filter((reason) => reason !== undefined))];
  return reasons.length === 0 ? '' : ` – ${reasons.map(oneLine).join(', ')}`;
}

/** A line can be right without following from the one before, and can follow from a line that is wrong. */
function followsText({ kind, verdict, follows }: Step): string {
  const [right, consequent] = [verdict.status !== 'refuted', follows.status !== 'refuted'];
  if (kind !== 'line' || right === consequent) return '';
  return right
    ? 'Right, but it does not follow from the line before.'
    : 'It follows from the line before; the mistake was made earlier.';
}

/** A derivation as a table: line, reason, verdict, the likeliest mistake under a wrong line; as data, and for a paper. */
export function derivationBundle(derivation: Derivation): MimeBundle {
  return {
    'text/plain': derivationText(derivation),
    'text/html': derivationHtml(derivation),
    'text/markdown': derivationMarkdown(derivation),
    'text/latex': `$$${derivation.latex()}$$`,
    [derivationMime]: jsonSafe(derivationJson(derivation)),
  };
}

/** The derivation as data; its schema is docs/schema/derivation.json. */
export function derivationJson(derivation: Derivation): unknown {
  const { steps, verdict, firstWrong } = derivation;
  return {
    question: verdict.claim,
    verdict,
    ...(firstWrong !== undefined && { firstWrong }),
    steps: steps.map(({ kind, text, line, because, rule, follows, verdict: own, notes }) => ({
      kind,
      text,
      line: String(line),
      latex: line.latex,
      ...(because !== undefined && { because }),
      ...(rule !== undefined && { rule }),
      follows,
      verdict: own,
      notes,
    })),
    latex: derivation.latex(),
  };
}

/** What is out of date since a cell was run again: the whole derivation, or a line of it. */
function staleText(derivation: Derivation, step?: Step): string {
  if (step !== undefined) return derivation.isStale(step) ? 'Stale: a line before it was replaced.' : '';
  return derivation.stale === undefined ? '' : `Stale: ${derivation.stale}.`;
}

/** ` – here it goes wrong` at the line it is true of. */
function turningPoint({ firstWrong }: Derivation, index: number): string {
  return index === firstWrong ? ': here it goes wrong' : '';
}

function derivationText(derivation: Derivation): string {
  const rows = derivation.steps.flatMap((step, index) => {
    const state = `${statusWords(step.verdict)}${turningPoint(derivation, index)}${reasonText(step)}`;
    const [likeliest] = step.verdict.diagnoses;
    const mistake = likeliest ? [`${likeliest.mistake}: ${oneLine(likeliest.message)}`] : [];
    const below = [state, followsText(step), staleText(derivation, step), ...mistake].filter(
      (text) => text !== '',
    );
    return [`${String(index + 1).padStart(3)}  ${stepLine(step)}`, ...below.map((text) => `       ${text}`)];
  });
  const head = `${derivation.verdict.claim}   ${statusWords(derivation.verdict)}`;
  return [head, ...[staleText(derivation)].filter((text) => text !== ''), ...rows].join('\n');
}

const cellStyle = 'style="text-align:left;vertical-align:middle;padding:4px 10px"';

function row(tag: 'td' | 'th', cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<${tag} ${cellStyle}>${cell}</${tag}>`).join('')}</tr>`;
}

function derivationHtml(derivation: Derivation): string {
  const { steps, verdict, firstWrong } = derivation;
  const rows = steps.map((step, index) => {
    const state = `${statusWords(step.verdict)}<strong>${turningPoint(derivation, index)}</strong>`;
    const [likeliest] = step.verdict.diagnoses;
    const mistake = likeliest
      ? `<div><strong>${likeliest.mistake}</strong>: ${escapeHtml(likeliest.message)}</div>`
      : '';
    const reason = escapeHtml(reasonText(step).replace(/^ – /, ''));
    const stale = staleText(derivation, step);
    return row('td', [
      String(index + 1),
      stepHtml(step),
      reason,
      `${state}${mistake}${stale && `<div>${stale}</div>`}`,
    ]);
  });
  const head = row('th', ['', questionHtml(derivation), 'because', 'verdict']);
  const table = `<table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table>`;
  const outdated = staleText(derivation);
  const summary = `<div><strong>${statusSign[verdict.status]} ${verdict.status}</strong></div>${outdated && `<div><strong>${escapeHtml(outdated)}</strong></div>`}`;
  const wrong = firstWrong === undefined ? undefined : steps[firstWrong];
  return framed(verdict.status, `${table}${summary}${wrong ? detailsHtml(wrong.verdict) : ''}`);
}

/** A line typeset, with what stands at its left: `=`, or the name that it defines. */
function stepHtml({ kind, line, text }: Step): string {
  if (kind === 'line') return inlineLatex(`= ${line.latex}`);
  const left = escapeHtml(text.split('=')[0]?.trim() ?? '');
  return `${left} ${inlineLatex(`= ${line.latex}`)}`;
}

function derivationMarkdown({ steps, verdict }: Derivation): string {
  const rows = steps.map((step, index) => {
    const latex = step.line.latex.replaceAll('|', '\\vert ');
    const reason = escapeMarkdown(reasonText(step).replace(/^ – /, ''));
    return `| ${index + 1} | $\\displaystyle ${latex}$ | ${statusWords(step.verdict)} | ${reason} |`;
  });
  const head = ['| | line | verdict | because |', '| --- | --- | --- | --- |'];
  return [`**${escapeMarkdown(verdict.claim)}**: ${statusWords(verdict)}`, '', ...head, ...rows].join('\n');
}

/** ∂L/∂x_j, typeset where a line tells what its names are. */
function questionHtml({ question, steps, verdict }: Derivation): string {
  const declarations = steps[0]?.line.declarations;
  if (declarations === undefined) return escapeHtml(verdict.claim);
  const asked = derivative(question.of, ...question.by);
  return inlineLatex(toLatex({ ...question.ranged, expr: asked }, declarations));
}

/** A hint: one sentence. */
export function hintBundle({ text }: Hint): MimeBundle {
  return { 'text/plain': oneLine(text), 'text/html': `<div><em>${escapeHtml(text)}</em></div>` };
}
