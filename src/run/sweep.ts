/** A sweep: notebooks run once for each of several sets of parameters. */
import { readFile } from 'node:fs/promises';
import { oneLine } from '../display/index.js';
import { RunError } from './errors.js';
import { type Notebook, tagsOf } from './notebook.js';
import { isIdentifier } from './parameters.js';

/** A set of parameters: names and values. */
export type ParameterSet = Readonly<Record<string, unknown>>;

/**
 * Reads a sweep: a list of sets, `[{ "rows": 10 }, { "rows": 100 }]`, or an object of lists, which is every combination:
 * `{ "rows": [10, 100], "scale": [0.5, 1] }`.
 *
 * @throws RunError for what is neither.
 */
export async function readSweep(file: string): Promise<readonly ParameterSet[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new RunError(`--parameters-file ${file}: there is no such file.`);
  });
  try {
    return setsOf(JSON.parse(text));
  } catch (error) {
    throw new RunError(
      `--parameters-file ${file}: ${(error as Error).message} Expected a list of sets, [{ "rows": 10 }, { "rows": 100 }], or lists to combine, { "rows": [10, 100] }.`,
    );
  }
}

/** The sets that a sweep's JSON stands for. */
export function setsOf(given: unknown): readonly ParameterSet[] {
  const sets = Array.isArray(given) ? given.map(asSet) : combinations(asSet(given));
  if (sets.length === 0) throw new RunError('There is no set of parameters in it.');
  const names = sets.map((set) => Object.keys(set).sort().join());
  for (const [at, set] of sets.entries()) {
    if (Object.keys(set).length === 0) throw new RunError(`Set ${at + 1} is empty.`);
    if (names[at] !== names[0]) throw new RunError(`Set ${at + 1} has other names than the first.`);
    const wrong = Object.keys(set).find((name) => !isIdentifier(name));
    if (wrong !== undefined) throw new RunError(`“${wrong}” is no name of TypeScript.`);
  }
  return sets;
}

function asSet(given: unknown): ParameterSet {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return { ...given };
  throw new RunError(`${JSON.stringify(given)?.slice(0, 40)} is no set of parameters.`);
}

/** Every combination; the last name changes fastest. */
function combinations(lists: ParameterSet): readonly ParameterSet[] {
  return Object.entries(lists).reduce<readonly ParameterSet[]>(
    (sets, [name, values]) => {
      if (!Array.isArray(values)) throw new RunError(`“${name}” is no list.`);
      return sets.flatMap((set) => values.map((value: unknown) => ({ ...set, [name]: value })));
    },
    [{}],
  );
}

/** Whether the notebook takes parameters: a cell is tagged `parameters`. */
export function takesParameters({ cells }: Notebook): boolean {
  return cells.some((cell) => tagsOf(cell).includes('parameters'));
}

/** Refuses a set with a name that the parameters cell does not declare: nobody would read it. */
export function assertDeclared({ cells }: Notebook, path: string, set: ParameterSet): void {
  const declaring = cells.filter((cell) => tagsOf(cell).includes('parameters')).map((cell) => cell.source);
  for (const name of Object.keys(set)) {
    const declared = new RegExp(
      `(?<![\\p{ID_Continue}$])${name.replaceAll('$', '\\$')}(?![\\p{ID_Continue}$])`,
      'u',
    );
    if (!declaring.some((source) => declared.test(source))) {
      throw new RunError(
        `${path}: its parameters cell does not declare “${name}”, which the sweep sets. Declare it there: let ${name} = …;`,
      );
    }
  }
}

/** `rows=10, scale=0.5`: how a set is named to a person. */
export function setLabel(set: ParameterSet): string {
  return Object.entries(set)
    .map(([name, value]) => `${name}=${oneLine(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join(', ');
}

/** The name of an executed copy: `study.ipynb` of set 2 is `study.2.rows=10,scale=0.5.ipynb`. */
export function setFile(target: string, number: number, set: ParameterSet): string {
  const label = setLabel(set)
    .replace(/, /g, ',')
    .replace(/[^\p{L}\p{N}=,.+_-]/gu, '_')
    .slice(0, 60);
  return target.replace(/(\.ipynb)?$/, `.${number}.${label}$1`);
}
