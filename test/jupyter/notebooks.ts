/** Notebooks for tests: written, and what came of them read. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Cell {
  readonly source: string;
  readonly tags?: readonly string[];
}

/** Writes a notebook for this kernel; returns the file. */
export function writeNotebookTo(file: string, cells: readonly Cell[]): string {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'handgrad', display_name: 'TypeScript (handgrad)', language: 'typescript' },
      language_info: { name: 'typescript' },
    },
    cells: cells.map(({ source, tags }, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      execution_count: null,
      metadata: tags ? { tags } : {},
      outputs: [],
      source,
    })),
  };
  writeFileSync(file, JSON.stringify(notebook));
  return file;
}

interface ReadCell {
  readonly source: string | readonly string[];
  readonly outputs: readonly Readonly<Record<string, unknown>>[];
}

/** Outputs of each cell; text in one piece, as nbformat may split it into lines. */
export function readOutputs(file: string): unknown[][] {
  const { cells } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cells: readonly ReadCell[] };
  return cells.map(({ outputs }) => outputs.map(normal));
}

/** What matters of an output, whoever wrote it. */
export function normal(output: Readonly<Record<string, unknown>>): unknown {
  const join = (value: unknown): unknown =>
    Array.isArray(value) && value.every((part) => typeof part === 'string') ? value.join('') : value;
  const data = (output.data ?? {}) as Record<string, unknown>;
  return {
    type: output.output_type,
    name: output.name,
    text: join(output.text),
    data: Object.fromEntries(Object.entries(data).map(([type, value]) => [type, join(value)])),
  };
}

/** A notebook that everything runs, with a bit of everything. */
export const sharedCells: readonly Cell[] = [
  { source: 'let n = 3; // how many', tags: ['parameters'] },
  { source: "console.log('one');\nconsole.error('two');\nArray.from({ length: n }, (_, i) => i)" },
  {
    source:
      "display({ 'text/html': '<b>b</b>', 'text/plain': 'b' }, { raw: true });\nawait Promise.resolve('late')",
  },
  { source: "const shown = display('before', { id: 'x' });" },
  { source: "shown.update('after');" },
];
