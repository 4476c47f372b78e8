/** What a new exercise is made from: a statement in a JSON file, or in the words of the command line. */
import { ExerciseError, exercise } from '../exercise/index.js';
import { HandgradError } from '../formula/index.js';
import { NewError } from './errors.js';

/** A part as the notebook will ask it. */
export interface NewPart {
  readonly derive: string;
  readonly points: number;
  readonly assume?: readonly string[];
  /** What the learner is told, in Markdown. */
  readonly prose?: string;
}

/** A statement for a notebook: that of `exercise`, with prose. */
export interface NewExercise {
  readonly name: string;
  readonly title: string;
  /** What stands above the exercise, in Markdown. */
  readonly prose: string;
  readonly given: Readonly<Record<string, readonly string[]>>;
  readonly define: readonly string[];
  readonly assume: readonly string[];
  readonly hints?: 0 | 1 | 2 | 3;
  readonly parts: Readonly<Record<string, NewPart>>;
}

type Json = Readonly<Record<string, unknown>>;

const example =
  '{ "given": { "x": ["n"] }, "define": ["s_i = exp(x_i) / Σ_k exp(x_k)"], "parts": { "jacobian": { "derive": "∂s_i/∂x_j", "points": 2 } } }';

/**
 * Reads a statement from JSON: `given`, `define`, `assume`, `hints` and `parts` as in `exercise`; `title` and `prose`, also of a part.
 *
 * @throws NewError that names the file and the place.
 */
export function readStatement(text: string, file: string, name: string): NewExercise {
  const fail = (place: string, expected: string): never => {
    throw new NewError(`${file}: ${place}: expected ${expected}. For example: ${example}`);
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return fail('no JSON', `a statement in JSON (${(error as Error).message})`);
  }
  if (!isObject(parsed)) return fail('the whole', 'an object');
  const strings = (value: unknown, place: string): readonly string[] => {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
    return fail(place, 'a list of texts');
  };
  const string = (value: unknown, place: string, otherwise: string): string =>
    value === undefined ? otherwise : typeof value === 'string' ? value : fail(place, 'a text');
  const { hints, parts, given } = parsed;
  if (!isObject(parts)) return fail('parts', 'an object with a part by name');
  if (given !== undefined && !isObject(given)) return fail('given', 'an object: { "x": ["n"] }');
  if (hints !== undefined && hints !== 0 && hints !== 1 && hints !== 2 && hints !== 3)
    return fail('hints', '0, 1, 2 or 3');
  const read = Object.entries(parts).map(([part, value]): [string, NewPart] => {
    const place = `parts.${part}`;
    if (!isObject(value)) return fail(place, 'an object');
    if (typeof value.derive !== 'string') return fail(`${place}.derive`, 'what is asked: "∂s_i/∂x_j"');
    if (typeof value.points !== 'number') return fail(`${place}.points`, 'a number');
    const assume = strings(value.assume, `${place}.assume`);
    const prose = string(value.prose, `${place}.prose`, '');
    return [
      part,
      {
        derive: value.derive,
        points: value.points,
        ...(assume.length > 0 && { assume }),
        ...(prose && { prose }),
      },
    ];
  });
  return confirmed({
    name,
    title: string(parsed.title, 'title', name),
    prose: string(parsed.prose, 'prose', ''),
    given: Object.fromEntries(
      Object.entries(given ?? {}).map(([tensor, dimensions]) => [
        tensor,
        strings(dimensions, `given.${tensor}`),
      ]),
    ),
    define: strings(parsed.define, 'define'),
    assume: strings(parsed.assume, 'assume'),
    ...(hints !== undefined && { hints }),
    parts: Object.fromEntries(read),
  });
}

/** The words of the command line. */
export interface Words {
  readonly given?: readonly string[];
  readonly define?: readonly string[];
  readonly assume?: readonly string[];
  readonly derive?: readonly string[];
  readonly points?: readonly number[];
}

/**
 * A statement from the command line: tensors as `x:n` and `W:m,n` (a scalar as `c:`), questions as `∂s_i/∂x_j` or `jacobian=∂s_i/∂x_j`.
 *
 * @throws NewError for words that are none of these.
 */
export function statementFrom(words: Words, name: string): NewExercise {
  const questions = words.derive ?? [];
  const given = (words.given ?? []).map((word): [string, readonly string[]] => {
    const [, tensor, dimensions] = /^([^:\s]+):(.*)$/u.exec(word) ?? [];
    if (tensor === undefined)
      throw new NewError(
        `--given ${word}: expected a name with its dimensions: x:n, W:m,n, or c: for a scalar.`,
      );
    return [tensor, (dimensions ?? '').split(',').filter((dimension) => dimension !== '')];
  });
  const points = words.points ?? [];
  if (points.length > 1 && points.length !== questions.length)
    throw new NewError(
      `--points was given ${points.length} numbers for ${questions.length} questions: one for all, or one for each.`,
    );
  const parts = questions.map((word, at): [string, NewPart] => {
    const [, part = `part${at + 1}`, derive = word] = /^([\p{L}\p{N}_-]+)=(.*)$/u.exec(word) ?? [];
    return [part, { derive, points: (points.length === 1 ? points[0] : points[at]) ?? 1 }];
  });
  const { define = [], assume = [] } = words;
  const statement = { name, title: name, prose: '', given: Object.fromEntries(given), define, assume };
  return confirmed({ ...statement, parts: Object.fromEntries(parts) });
}

/** Refuses a statement that is no exercise: its lines are read as the notebook will read them. */
function confirmed(statement: NewExercise): NewExercise {
  try {
    exercise(statement);
    return statement;
  } catch (error) {
    if (error instanceof ExerciseError) throw new NewError(error.message);
    if (error instanceof HandgradError) throw new NewError(`The statement cannot be read: ${error.message}`);
    throw error;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
