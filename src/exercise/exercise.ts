/** Exercises: a statement, a learner's attempts, and what they are worth. */
import {
  checkGradient,
  checkJacobian,
  checkJvp,
  checkVjp,
  type Hand,
  type HandProduct,
  type Verdict,
} from '../check/index.js';
import { type Derivation, given, type Scope } from '../derivation/index.js';
import { Credit, type PartCredit, worthOfDerivation, worthOfVerdict } from './credit.js';
import { ExerciseError } from './errors.js';
import {
  type CheckPart,
  confirmStatement,
  type DerivePart,
  isDerivePart,
  type Part,
  type Statement,
} from './statement.js';

type Parts = Readonly<Record<string, Part>>;
/** The names of the parts that are, or may be, of a kind. */
type NamesOf<P extends Parts, Kind extends Part> = {
  [Name in keyof P]: [Extract<P[Name], Kind>] extends [never] ? never : Name;
}[keyof P] &
  string;

/**
 * States an exercise. Each part is a derivation to be filled line by line (`derive`), or a derivative to be built as numbers or code
 * (`check`); `credit` says what the attempts are worth. A right derivation that ends free of ∂ earns all its points; a right
 * beginning a quarter; a right answer spoilt by later lines half; repeating the question in other words nothing.
 *
 * The library can solve what it can judge: whoever asks `given(…).worked(…)` gets the lines. Credit says that a line is right, not who found it.
 *
 * @throws ExerciseError for a statement that cannot be graded; FormulaError for a line of it that cannot be read.
 * @example
 * const task = exercise({
 *   name: 'softmax', given: { x: ['n'] }, define: ['s_i = exp(x_i) / Σ_k exp(x_k)'],
 *   parts: { jacobian: { derive: '∂s_i/∂x_j', points: 2 } },
 * });
 * task.part('jacobian').step('s_i (δ_ij − s_j)');
 * task.credit().earned; // 2
 */
export function exercise<const P extends Parts>(statement: Statement<P>): Exercise<P> {
  return new Exercise(statement);
}

/** An exercise: its parts, the answers so far, and what they are worth. Made by `exercise`. */
export class Exercise<P extends Parts = Parts> {
  private readonly derivations: ReadonlyMap<string, Derivation>;
  private readonly answers = new Map<string, Verdict>();

  constructor(readonly statement: Statement<P>) {
    confirmStatement(statement);
    const derived = Object.entries<Part>(statement.parts).filter((entry): entry is [string, DerivePart] =>
      isDerivePart(entry[1]),
    );
    this.derivations = new Map(derived.map(([name, part]) => [name, asked(statement, name, part)]));
  }

  /**
   * The derivation of a part, to be filled with `step`.
   *
   * @throws ExerciseError for a name that is no part, or a part that asks for numbers.
   */
  part(name: NamesOf<P, DerivePart>): Derivation {
    const derivation = this.derivations.get(name);
    if (derivation !== undefined) return derivation;
    this.known(name);
    throw new ExerciseError(`The part ${name} asks for numbers or code: task.answer('${name}', [[…]]).`);
  }

  /**
   * Answers a part that asks for numbers or code, and judges it against autograd: a Jacobian or gradient as nested arrays, a
   * tensor, an operator or a function of the inputs; of a product the function of the cotangent (tangent). Answering again replaces the answer.
   *
   * @throws ExerciseError for a name that is no part, or a part that asks for a derivation; else as `checkJacobian`.
   */
  answer(name: NamesOf<P, CheckPart>, hand: Hand | HandProduct): Verdict {
    const part = this.known(name);
    if (isDerivePart(part))
      throw new ExerciseError(`The part ${name} asks for a derivation: task.part('${name}').step('…').`);
    this.answers.delete(name);
    const verdict = judged(part.check, hand);
    this.answers.set(name, verdict);
    return verdict;
  }

  /** What the attempts are worth so far; of one part where it is named. Nothing is judged again. */
  credit(name?: keyof P & string): Credit {
    const names = name === undefined ? Object.keys(this.statement.parts) : [name];
    return new Credit(
      this.statement.name,
      names.map((each) => this.worth(each)),
    );
  }

  /**
   * For the cells of tests: passes where the part (or every part) earned all its points.
   *
   * @throws ExerciseError that says what each other part earned, and names its mistake.
   */
  require(name?: keyof P & string): void {
    const short = this.credit(name).parts.filter(({ earned, points }) => earned < points);
    if (short.length === 0) return;
    const rows = short.map(
      ({ name, earned, points, says }) => `${name}: ${earned} of ${points} points. ${says}`,
    );
    throw new ExerciseError(rows.join('\n'));
  }

  /** The same exercise with nothing answered yet: a solution shown beside a learner's own attempt does not mix with it. */
  fresh(): Exercise<P> {
    return new Exercise(this.statement);
  }

  private worth(name: string): PartCredit {
    const part = this.known(name);
    const { points } = part;
    const derivation = this.derivations.get(name);
    const worth =
      derivation === undefined
        ? worthOfVerdict(this.answers.get(name), points)
        : worthOfDerivation(derivation, points);
    return { name, points, ...worth };
  }

  private known(name: string): Part {
    const { parts, name: exercise } = this.statement;
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (part !== undefined) return part;
    throw new ExerciseError(
      `The exercise ${exercise} has no part ${name}. Its parts are ${Object.keys(parts).join(', ')}.`,
    );
  }
}

/** The empty derivation of a part, in a scope of its own. */
function asked(
  { given: tensors, define, assume, hints }: Statement,
  name: string,
  part: DerivePart,
): Derivation {
  const scope: Scope = given(tensors ?? {});
  for (const line of define ?? []) scope.define(line);
  for (const line of [...(assume ?? []), ...(part.assume ?? [])]) scope.assume(line);
  return limited(scope.derive(part.derive), hints ?? 2, name);
}

/** The derivation with hints up to a level only. */
function limited(derivation: Derivation, most: number, name: string): Derivation {
  const hint = derivation.hint.bind(derivation);
  const value: Derivation['hint'] = (level = 1) => {
    if (level <= most) return hint(level);
    const upTo = most === 0 ? 'no hints' : `hints up to level ${most}`;
    throw new ExerciseError(
      `The part ${name} gives ${upTo}; ${level} was asked. This line is for you to find.`,
    );
  };
  Object.defineProperty(derivation, 'hint', { value, enumerable: false });
  return derivation;
}

function judged({ kind, layout, ...options }: CheckPart['check'], hand: Hand | HandProduct): Verdict {
  switch (kind ?? 'jacobian') {
    case 'jacobian':
      return checkJacobian(hand as Hand, { ...options, ...(layout !== undefined && { layout }) });
    case 'gradient':
      return checkGradient(hand as Hand, options);
    case 'vjp':
      return checkVjp(hand as HandProduct, options);
    case 'jvp':
      return checkJvp(hand as HandProduct, options);
  }
}
