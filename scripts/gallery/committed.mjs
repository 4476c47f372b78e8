// What of an executed notebook is committed: what a reader sees, and nothing that changes from run to run.
import { createHash } from 'node:crypto';
import { pictureOf } from './picture.mjs';

/** A figure's data larger than this is left out; its pictures stay. */
const largestFigure = 40 * 1024;
const plotly = 'application/vnd.plotly.v1+json';

/**
 * @typedef {{ output_type: string, name?: string, ename?: string, text?: string | string[], data?: Record<string, unknown>,
 *   metadata?: Record<string, unknown>, traceback?: string[] }} Output
 * @typedef {{ cell_type: string, id: string, source: string | string[], metadata: Record<string, unknown>,
 *   outputs?: Output[], execution_count?: number | null }} Cell
 * @typedef {{ cells: Cell[], metadata: Record<string, unknown>, nbformat: number, nbformat_minor: number }} Notebook
 */

/**
 * The text of the notebook as it is committed: the cells and the metadata of `source`, the outputs of `executed` without the data that only
 * programs read, each figure also as PNG, and a mark by which it is seen when the code has changed since.
 * @param {string} source @param {string} executed
 */
export async function committed(source, executed) {
  /** @type {Notebook} */
  const notebook = JSON.parse(source);
  /** @type {Notebook} */
  const run = JSON.parse(executed);
  const ran = new Map(run.cells.map((cell) => [cell.id, cell]));
  for (const cell of notebook.cells) {
    if (cell.cell_type !== 'code') continue;
    const { handgrad: _, ...metadata } = cell.metadata;
    const verdicts = briefVerdicts(ran.get(cell.id));
    cell.metadata = verdicts.length === 0 ? metadata : { ...metadata, handgrad: { verdicts } };
    cell.execution_count = ran.get(cell.id)?.execution_count ?? null;
    cell.outputs = await Promise.all((ran.get(cell.id)?.outputs ?? []).map(committedOutput));
  }
  notebook.metadata = { ...notebook.metadata, handgrad: { code: codeMark(notebook) } };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** Changes when the code does, and not when the prose does. @param {Notebook} notebook */
export function codeMark(notebook) {
  const code = notebook.cells
    .filter((cell) => cell.cell_type === 'code')
    .map((cell) => [cell.id, joined(cell.source), cell.metadata.tags ?? []]);
  return createHash('sha256').update(JSON.stringify(code)).digest('hex').slice(0, 16);
}

/** @typedef {{ claim: string, status: string, expected?: string, diagnoses: { mistake: string, message: string }[] }} BriefVerdict */

/** What was judged, how, and which mistakes were named. @param {Cell | undefined} cell @returns {BriefVerdict[]} */
export function briefVerdicts(cell) {
  const own = /** @type {{ verdicts?: BriefVerdict[] } | undefined} */ (cell?.metadata.handgrad);
  return (own?.verdicts ?? []).map(({ claim, status, expected, diagnoses }) => ({
    claim,
    status,
    ...(expected === undefined ? {} : { expected }),
    diagnoses: diagnoses.map(({ mistake, message }) => ({ mistake, message })),
  }));
}

/** @param {Output} output @returns {Promise<Output>} */
async function committedOutput(output) {
  if (output.data === undefined) return output;
  const kept = Object.entries(output.data).filter(
    ([mime, content]) =>
      !mime.startsWith('application/vnd.handgrad.') &&
      !(mime === plotly && JSON.stringify(content).length > largestFigure),
  );
  const data = Object.fromEntries(kept);
  const svg = joined(data['image/svg+xml']);
  if (svg === '') return { ...output, data };
  const { png, width, height } = await pictureOf(svg);
  return {
    ...output,
    data: { ...data, 'image/png': png },
    metadata: { ...output.metadata, 'image/png': { width, height } },
  };
}

/** nbformat writes long texts as lists of lines. @param {unknown} text */
export function joined(text) {
  return Array.isArray(text) ? text.join('') : typeof text === 'string' ? text : '';
}
