/** Exercises and what was earned in them, as plain tables: readable where every style is stripped. */
import {
  type Credit,
  type Exercise,
  type Part,
  type PartCredit,
  type Statement,
  typeset,
} from '../exercise/index.js';
import type { MimeBundle } from './bundle.js';
import { escapeHtml, escapeMarkdown, oneLine } from './escape.js';
import { inlineLatex } from './formula.js';
import { formatNumber } from './numbers.js';

/** What was earned: a row a part, with what is right, where it goes wrong and by which mistake. */
export function creditBundle(credit: Credit): MimeBundle {
  const rows = credit.parts.map((part) => [part.name, pointsOf(part), part.says]);
  const total = ['total', pointsOf({ earned: credit.earned, points: credit.possible }), ''];
  const all = credit.parts.length > 1 ? [...rows, total] : rows;
  return {
    'text/plain': textTable(credit.exercise, all),
    'text/html': htmlTable(
      credit.exercise,
      ['part', 'points', ''],
      all.map((row) => row.map(escapeHtml)),
    ),
    'text/markdown': markdownTable(['part', 'points', ''], all),
  };
}

/** What is asked: what is given, and a row a part; formulas typeset where the page can. */
export function exerciseBundle({ statement }: Exercise): MimeBundle {
  const { name, define = [], assume = [], parts } = statement;
  const { definitions, questions } = typeset(statement);
  const given = givenText(statement);
  const rows = Object.entries(parts).map(([part, asked]) => [
    part,
    formatNumber(asked.points),
    askedText(asked),
  ]);
  const typesetRows = Object.entries(parts).map(([part, asked]) => {
    const latex = questions.get(part);
    const what =
      latex === undefined
        ? escapeHtml(askedText(asked))
        : `${inlineLatex(latex)}${escapeHtml(underText(asked))}`;
    return [escapeHtml(part), formatNumber(asked.points), what];
  });
  const assumed = assume.map((line) => `assume ${line}`);
  const premises = [
    ...given.map(escapeHtml),
    ...definitions.map(inlineLatex),
    ...assumed.map((line) => `<code>${escapeHtml(line)}</code>`),
  ].map((line) => `<div>${line}</div>`);
  const lines = [...given, ...define.map((line) => `define ${line}`), ...assumed];
  return {
    'text/plain': [...lines.map(oneLine), textTable(name, rows)].join('\n'),
    'text/html': `${premises.join('')}${htmlTable(name, ['part', 'points', 'asked'], typesetRows)}`,
    'text/markdown': [
      ...lines.map((line) => `${escapeMarkdown(line)}\n`),
      markdownTable(['part', 'points', 'asked'], rows),
    ].join('\n'),
  };
}

function givenText({ given }: Statement): readonly string[] {
  const tensors = Object.entries(given ?? {}).map(([tensor, dimensions]) =>
    dimensions.length === 0 ? tensor : `${tensor} (${dimensions.join(' × ')})`,
  );
  return tensors.length === 0 ? [] : [`given ${tensors.join(', ')}`];
}

function askedText(part: Part): string {
  if ('derive' in part) return `${part.derive}${underText(part)}`;
  return `${part.check.kind ?? 'jacobian'}, held against autograd`;
}

/** What a part assumes beside the whole. */
function underText(part: Part): string {
  return 'derive' in part ? (part.assume ?? []).map((line) => `, assuming ${line}`).join('') : '';
}

function pointsOf({ earned, points }: Pick<PartCredit, 'earned' | 'points'>): string {
  return `${formatNumber(earned)} of ${formatNumber(points)}`;
}

function textTable(title: string, rows: readonly (readonly string[])[]): string {
  const width = (at: number): number => Math.max(...rows.map((row) => (row[at] ?? '').length));
  const lines = rows.map(([name = '', points = '', says = '']) =>
    `  ${oneLine(name).padEnd(width(0))}  ${points.padEnd(width(1))}  ${oneLine(says)}`.trimEnd(),
  );
  return [oneLine(title), ...lines].join('\n');
}

const cellStyle = 'text-align:left;vertical-align:top;min-width:5em';

/** The cells are HTML. */
function htmlTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (tag: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<${tag} style="${cellStyle}">${cell}</${tag}>`).join('')}</tr>`;
  const body = rows.map((cells) => row('td', cells)).join('');
  const caption = `<div><strong>${escapeHtml(title)}</strong></div>`;
  return `${caption}<table><thead>${row('th', head)}</thead><tbody>${body}</tbody></table>`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
