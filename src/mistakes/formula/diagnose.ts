/** From a wrong line to the likeliest mistakes. */
import { HandgradError } from '../../formula/index.js';
import type { Diagnosis } from '../diagnosis.js';
import { registeredAdditions } from './additions.js';
import { type Additions, inNames, stages } from './catalogue.js';
import { shape, unrelated } from './detectors/last.js';
import { twoMistakes } from './detectors/two.js';
import { type Detector, type Finding, finding, isMinusOne, withoutSign } from './finding.js';
import { type NotComparable, Problem, type ProblemInput } from './problem.js';

/** What a detector finds; where a candidate cannot be computed it finds nothing more. */
function tried(detector: Detector, problem: Problem): readonly Finding[] {
  const found: Finding[] = [];
  try {
    for (const each of detector(problem)) found.push(each);
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
  }
  return found;
}

/** The problem, or why its two formulas cannot be computed. */
function problemOf(input: ProblemInput): Problem | NotComparable {
  try {
    return Problem.of(input);
  } catch (error) {
    if (error instanceof HandgradError) return { none: error.message };
    throw error;
  }
}

/** How many diagnoses are given at most. */
const MOST = 4;

/**
 * The mistakes that explain a wrong line, likeliest first: the most specific one that explains it exactly, then others that
 * give the same formula; two mistakes at once where no single one does; `unrelated` with the nearest formula where nothing
 * fits. None for a line that is right. Wrong rules and detectors of one's own are looked for beside those of the catalogue.
 *
 * @example diagnose({ declarations, asked, right, line }).diagnoses[0].mistake // 'lost-delta'
 */
export function diagnose(
  input: ProblemInput,
  also: Additions = registeredAdditions(),
): { readonly diagnoses: readonly Diagnosis[] } {
  const problem = problemOf(input);
  if ('none' in problem) return { diagnoses: [notCompared(problem)] };
  if (problem.isRight) return { diagnoses: [] };
  const found: Finding[] = [];
  for (const { detectors, enough } of stages(problem, also)) {
    for (const detector of detectors) found.push(...tried(detector, problem));
    if (found.some(({ factor, rank }) => factor === undefined && rank < enough)) break;
  }
  const exact = found.filter(({ factor }) => factor === undefined);
  const [likeliest] = ranked(exact);
  if (likeliest !== undefined) {
    const named = inNames(problem, likeliest).flatMap((detector) => tried(detector, problem));
    const better = named.filter(({ factor }) => factor === undefined);
    return { diagnoses: ranked([...exact, ...better]).slice(0, MOST) };
  }
  const [double] = found.toSorted((a, b) => a.rank - b.rank);
  if (double?.factor !== undefined)
    return { diagnoses: [double.diagnosis, secondOf(problem, double.factor)] };
  const two = twoMistakes(problem);
  if (two !== undefined) return { diagnoses: two.map(({ diagnosis }) => diagnosis) };
  const shapes = [...shape(problem)].map(({ diagnosis }) => diagnosis);
  return {
    diagnoses: shapes.length > 0 ? shapes : [...unrelated(problem)].map(({ diagnosis }) => diagnosis),
  };
}

/** The findings in order, each mistake once. */
function ranked(findings: readonly Finding[]): Diagnosis[] {
  const seen = new Set<string>();
  return findings
    .toSorted((a, b) => a.rank - b.rank)
    .filter(({ diagnosis: { mistake } }) => !seen.has(mistake) && seen.add(mistake))
    .map(({ diagnosis }) => diagnosis);
}

/** The number that the line is off by besides another mistake. */
function secondOf(problem: Problem, factor: NonNullable<Finding['factor']>): Diagnosis {
  if (isMinusOne(factor)) {
    const says = {
      mistake: 'sign',
      message: 'Besides, the whole result has the opposite sign.',
      hint: 'Where was a minus lost or added?',
    } as const;
    return finding(problem, says).diagnosis;
  }
  const also = withoutSign(factor).negative ? ', sign included' : '';
  const says = {
    mistake: 'constant-factor',
    message: `Besides, the line is off by the factor ${problem.text(factor)}${also}.`,
    hint: 'Which number does a rule bring down here, and was it used once?',
  } as const;
  return finding(problem, says).diagnosis;
}

function notCompared({ none, misfit }: NotComparable): Diagnosis {
  if (misfit === true) {
    return {
      mistake: 'shape',
      message: `The indices of the line do not fit: ${none}.`,
      wrong: '',
      right: '',
      hint: 'Write the dimension of every index under it: which ones are summed, which are left?',
    };
  }
  return {
    mistake: 'unrelated',
    message: `The line could not be held against the right result at any point: ${none}.`,
    wrong: '',
    right: '',
    hint: 'Which values does your formula allow: is something divided by zero, or the logarithm of a negative number taken?',
  };
}
