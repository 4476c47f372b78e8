/** What an exercise asks, as its author states it. */
import type { Inputs, TensorFunction } from '../autograd/index.js';
import { ExerciseError } from './errors.js';

/** A derivative to be derived line by line. */
export interface DerivePart {
  /** What is asked: `∂s_i/∂x_j`. */
  readonly derive: string;
  readonly points: number;
  /** What is taken to be true in this part, beside what the whole exercise assumes. */
  readonly assume?: readonly string[];
}

/** A derivative to be built as numbers or as code, and held against autograd. */
export interface CheckPart {
  readonly check: {
    /** The function of TensorFlow.js whose derivative is asked. */
    readonly of: TensorFunction;
    /** Where: one tensor or nested array; for several arguments an array of tf.Tensors. */
    readonly at: Inputs;
    /** The argument it is the derivative by, counted from 0; 0 unless given. */
    readonly wrt?: number;
    /** What is to be built; `jacobian` unless given. */
    readonly kind?: 'jacobian' | 'gradient' | 'vjp' | 'jvp';
    /** Of a Jacobian: output axes first (`numerator`, unless given) or input axes first. */
    readonly layout?: 'numerator' | 'denominator';
  };
  readonly points: number;
}

/** A part of an exercise: a derivative to be derived, or numbers to be held against autograd. */
export type Part = DerivePart | CheckPart;

/** An exercise: what is given, and its parts with their points. */
export interface Statement<Parts extends Readonly<Record<string, Part>> = Readonly<Record<string, Part>>> {
  readonly name: string;
  /** The tensors with the dimensions of their axes; `{}` unless given. */
  readonly given?: Readonly<Record<string, readonly string[]>>;
  readonly define?: readonly string[];
  readonly assume?: readonly string[];
  readonly parts: Parts;
  /**
   * The highest level of `hint` that derivations of this exercise give: 1 the next rule, 2 where it applies, 3 the line itself;
   * 0 none. 2 unless given.
   */
  readonly hints?: 0 | 1 | 2 | 3;
}

export function isDerivePart(part: Part): part is DerivePart {
  return 'derive' in part;
}

/**
 * Refuses a statement that could not be graded.
 *
 * @throws ExerciseError for an exercise without parts, for points that are no number above 0.
 */
export function confirmStatement({ name, parts }: Statement): void {
  if (Object.keys(parts).length === 0)
    throw new ExerciseError(
      `The exercise ${name} has no parts. Give it one: parts: { jacobian: { derive: '∂s_i/∂x_j', points: 2 } }.`,
    );
  for (const [part, { points }] of Object.entries(parts)) {
    if (Number.isFinite(points) && points > 0) continue;
    throw new ExerciseError(
      `The part ${part} of the exercise ${name} is given ${points} points; expected a number above 0.`,
    );
  }
}
