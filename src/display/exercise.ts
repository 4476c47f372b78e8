/** Exercises and what was earned in them, as plain tables: readable where every style is stripped. */
import type { Credit, Exercise, PartCredit } from '../exercise/index.js';
import type { MimeBundle } from './bundle.js';
import { escapeHtml, escapeMarkdown, oneLine } from './escape.js';
import { formatNumber } from './numbers.js';

/** What was earned: a row a part, with what is right, where it goes wrong and by which mistake. */
export function creditBundle(credit: Credit): MimeBundle {
  const rows = credit.parts.map((part) => [part.name, pointsOf(part), part.says]);
  const total = ['total', pointsOf({ earned: credit.earned, points: credit.possible }), ''];
  const all = credit.parts.length > 1 ? [...rows, total] : rows;
  return {
    'text/plain': textTable(credit.exercise, all),
    'text/html': htmlTable(credit.exercise, ['part', 'points', ''], all),
    'text/markdown': markdownTable(['part', 'points', ''], all),
  };
}

/** What is asked: what is given, and a row a part. */
export function exerciseBundle({ statement }: Exercise): MimeBundle {
  const { name, given, define, assume, parts } = statement;
  const tensors = Object.entries(given ?? {}).map(([tensor, dimensions]) =>
    dimensions.length === 0 ? tensor : `${tensor} (${dimensions.join(' × ')})`,
  );
  const lines = [
    ...(tensors.length === 0 ? [] : [`given ${tensors.join(', ')}`]),
    ...(define ?? []).map((line) => `define ${line}`),
    ...(assume ?? []).map((line) => `assume ${line}`),
  ];
  const rows = Object.entries(parts).map(([part, asked]) => {
    const what =
      'derive' in asked ? asked.derive : `${asked.check.kind ?? 'jacobian'}, held against autograd`;
    const under = 'derive' in asked ? (asked.assume ?? []).map((line) => `, assuming ${line}`) : [];
    return [part, formatNumber(asked.points), `${what}${under.join('')}`];
  });
  const premises = lines.map((line) => `<div><code>${escapeHtml(line)}</code></div>`).join('');
  return {
    'text/plain': [...lines.map(oneLine), textTable(name, rows)].join('\n'),
    'text/html': `${premises}${htmlTable(name, ['part', 'points', 'asked'], rows)}`,
    'text/markdown': [
      ...lines.map((line) => `${escapeMarkdown(line)}\n`),
      markdownTable(['part', 'points', 'asked'], rows),
    ].join('\n'),
  };
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

function htmlTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (tag: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<${tag} style="text-align:left">${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((cells) => row('td', cells)).join('');
  const caption = `<div><strong>${escapeHtml(title)}</strong></div>`;
  return `${caption}<table><thead>${row('th', head)}</thead><tbody>${body}</tbody></table>`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
