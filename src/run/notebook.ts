/** Notebooks as files: nbformat 4 is read, 4.5 is written. */
import { HandgradError } from '../formula/index.js';
import type { NotebookOutput } from '../kernel/index.js';

export interface NotebookCell {
  readonly id: string;
  readonly type: 'code' | 'markdown' | 'raw';
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly attachments?: unknown;
  readonly executionCount: number | null;
  readonly outputs: readonly NotebookOutput[];
}

export interface Notebook {
  readonly cells: readonly NotebookCell[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A file that is no notebook, or one that this kernel cannot run. */
export class NotebookError extends HandgradError {
  override readonly name = 'NotebookError';
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the text of a notebook. Cells without a valid id of their own (before nbformat 4.5) get `cell-1`, `cell-2`, … by
 * position. Throws NotebookError, which names the file, the place and the remedy.
 */
export function readNotebook(text: string, path: string): Notebook {
  const notebook = asObject(parse(text, path), path, 'a notebook');
  if (notebook.nbformat !== 4) {
    throw new NotebookError(
      `${path}: nbformat is ${JSON.stringify(notebook.nbformat)}, expected 4. Convert it: jupyter nbconvert --to notebook --nbformat 4.`,
    );
  }
  if (!Array.isArray(notebook.cells))
    throw new NotebookError(`${path}: “cells” is missing: this is no notebook.`);
  const used = new Set<string>();
  const cells = notebook.cells.map((cell: unknown, index) => {
    const where = `${path}, cell ${index + 1}`;
    return readCell(asObject(cell, where, 'a cell'), where, (wanted) => uniqueId(wanted, index, used));
  });
  return { cells, metadata: isObject(notebook.metadata) ? notebook.metadata : {} };
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NotebookError(`${path}: this is no JSON, and so no notebook (${(error as Error).message}).`);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: unknown, where: string, what: string): Json {
  if (isObject(value)) return value;
  throw new NotebookError(
    `${where}: expected ${what} (a JSON object), found ${JSON.stringify(value)?.slice(0, 40)}.`,
  );
}

/** The id a cell asks for if it is valid and free, or one made of its position. */
function uniqueId(wanted: unknown, index: number, used: Set<string>): string {
  const valid = typeof wanted === 'string' && /^[a-zA-Z0-9-_]{1,64}$/.test(wanted);
  let id = valid ? wanted : `cell-${index + 1}`;
  while (used.has(id)) id = `${id.slice(0, 58)}-again`;
  used.add(id);
  return id;
}

function readCell(cell: Json, where: string, idFor: (wanted: unknown) => string): NotebookCell {
  const { cell_type: type } = cell;
  if (type !== 'code' && type !== 'markdown' && type !== 'raw') {
    throw new NotebookError(
      `${where}: cell_type is ${JSON.stringify(type)}, expected code, markdown or raw.`,
    );
  }
  return {
    id: idFor(cell.id),
    type,
    source: joined(cell.source),
    metadata: isObject(cell.metadata) ? cell.metadata : {},
    ...(cell.attachments === undefined ? {} : { attachments: cell.attachments }),
    executionCount: typeof cell.execution_count === 'number' ? cell.execution_count : null,
    outputs: Array.isArray(cell.outputs) ? cell.outputs.filter(isObject).flatMap(readOutput) : [],
  };
}

/** nbformat writes long texts as lists of lines. */
function joined(text: unknown): string {
  if (Array.isArray(text)) return text.join('');
  return typeof text === 'string' ? text : '';
}

function readOutput(output: Json): NotebookOutput[] {
  const metadata = isObject(output.metadata) ? output.metadata : {};
  switch (output.output_type) {
    case 'stream':
      return [
        {
          output_type: 'stream',
          name: output.name === 'stderr' ? 'stderr' : 'stdout',
          text: joined(output.text),
        },
      ];
    case 'display_data':
      return [{ output_type: 'display_data', data: readData(output.data), metadata }];
    case 'execute_result': {
      const count = typeof output.execution_count === 'number' ? output.execution_count : 0;
      return [
        { output_type: 'execute_result', execution_count: count, data: readData(output.data), metadata },
      ];
    }
    case 'error': {
      const traceback = Array.isArray(output.traceback) ? output.traceback.map(String) : [];
      return [
        { output_type: 'error', ename: String(output.ename), evalue: String(output.evalue), traceback },
      ];
    }
    default:
      return [];
  }
}

function readData(data: unknown): Json {
  if (!isObject(data)) return {};
  return Object.fromEntries(
    Object.entries(data).map(([mime, content]) => [mime, isJsonMime(mime) ? content : joined(content)]),
  );
}

function isJsonMime(mime: string): boolean {
  return mime === 'application/json' || mime.endsWith('+json');
}

/** Writes a notebook as nbformat 4.5: lists of lines, one-space indentation, as Jupyter does. */
export function writeNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    cell_type: cell.type,
    ...(cell.type === 'code' ? { execution_count: cell.executionCount } : {}),
    id: cell.id,
    metadata: cell.metadata,
    ...(cell.attachments === undefined || cell.type === 'code' ? {} : { attachments: cell.attachments }),
    ...(cell.type === 'code' ? { outputs: cell.outputs.map(writeOutput) } : {}),
    source: lines(cell.source),
  }));
  return `${JSON.stringify({ cells, metadata: notebook.metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

function lines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function writeOutput(output: NotebookOutput): unknown {
  if (output.output_type === 'stream') return { ...output, text: lines(output.text) };
  if (output.output_type === 'error') return output;
  const data = Object.entries(output.data).map(([mime, content]) => {
    return [mime, typeof content === 'string' && !isJsonMime(mime) ? lines(content) : content];
  });
  return { ...output, data: Object.fromEntries(data) };
}

/** The tags of a cell: `parameters`, `raises-exception`, `skip-execution`, … */
export function tagsOf(cell: NotebookCell): readonly string[] {
  const { tags } = cell.metadata;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}

/** Refuses a notebook that says it is written for a kernel of another language. */
export function assertLanguage(notebook: Notebook, path: string): void {
  if (isOurs(notebook)) return;
  const { name, language } = languageOf(notebook);
  throw new NotebookError(
    `${path}: written for the kernel “${name}” (${language}); handgrad runs TypeScript and JavaScript.`,
  );
}

/** Whether the notebook says no other language than ours. */
export function isOurs(notebook: Notebook): boolean {
  const { language } = languageOf(notebook);
  return language === undefined || /^(handgrad|tslab|jslab|deno|typescript|javascript)$/i.test(language);
}

/** Of the kernel that the notebook names; where it names no language, the kernel's name speaks for it. */
function languageOf({ metadata }: Notebook): { readonly name?: string; readonly language?: string } {
  const { kernelspec } = metadata;
  if (!isObject(kernelspec)) return {};
  const language = kernelspec.language ?? kernelspec.name;
  return typeof language === 'string' ? { name: String(kernelspec.name), language } : {};
}
