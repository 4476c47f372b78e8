/** Parameters given on the command line, put into a notebook as papermill does it. */
import { type Notebook, type NotebookCell, NotebookError, tagsOf } from './notebook.js';

/** A parameter's name and its value as the text given on the command line. */
export type Parameters = ReadonlyMap<string, string>;

/**
 * The notebook with a cell behind the one tagged `parameters` (before the first code cell where none is) that sets the
 * parameters, tagged `injected-parameters`; one that an earlier run put in is replaced.
 */
export function injectParameters(notebook: Notebook, parameters: Parameters): Notebook {
  if (parameters.size === 0) return notebook;
  const cells = notebook.cells.filter((cell) => !tagsOf(cell).includes('injected-parameters'));
  const tagged = cells.findIndex((cell) => tagsOf(cell).includes('parameters'));
  const firstCode = cells.findIndex((cell) => cell.type === 'code');
  const at = tagged >= 0 ? tagged + 1 : Math.max(0, firstCode);
  const injected: NotebookCell = {
    id: 'injected-parameters',
    type: 'code',
    source: [...parameters].map(([name, value]) => assignment(name, value, cells[tagged])).join('\n'),
    metadata: { tags: ['injected-parameters'] },
    executionCount: null,
    outputs: [],
  };
  return { ...notebook, cells: [...cells.slice(0, at), injected, ...cells.slice(at)] };
}

/**
 * `let name = value;`, with the keyword of the parameters cell where it declares the name. A value that is JSON (a
 * number, true, null, a list) is that value, all else is a string.
 */
function assignment(name: string, value: string, declaring: NotebookCell | undefined): string {
  if (!isIdentifier(name)) {
    throw new NotebookError(
      `The parameter name “${name}” is no name of TypeScript: use letters, digits, _ and $.`,
    );
  }
  const declared = declaring?.source.match(
    new RegExp(`\\b(const|let|var)\\s+${name.replaceAll('$', '\\$')}\\b`),
  );
  return `${declared?.[1] ?? 'const'} ${name} = ${literal(value)};`;
}

/** Whether a text can be a variable's name. */
export function isIdentifier(text: string): boolean {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(text);
}

function literal(value: string): string {
  try {
    return JSON.stringify(JSON.parse(value));
  } catch {
    return JSON.stringify(value);
  }
}
