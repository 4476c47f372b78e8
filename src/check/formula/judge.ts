/** A claim about formulas before every witness that can speak to it: the proof, float64 and autograd. */
import {
  type Agreement,
  type Declarations,
  type Deviation,
  describeCondition,
  HandgradError,
  minimise,
  type NoVerdict,
  type Proof,
  prove,
  type Question,
  type Ranged,
  toNested,
} from '../../formula/index.js';
import type { Diagnosis } from '../../mistakes/index.js';
import type { Counterexample, Status, Verdict, Witness } from '../verdict.js';
import { autogradWitness } from './autograd.js';
import { agreeAtPoints } from './points.js';

/** Two formulas over the same free indices that are claimed to be equal. */
export interface FormulaClaim {
  /** What is judged, as text. */
  readonly claim: string;
  /** What the person wrote. */
  readonly left: Ranged;
  /** What it should be: the worked-out derivative, or the other side. */
  readonly right: Ranged;
  readonly declarations: Declarations;
  /** The derivative that was asked, where it was one: autograd is run on the definition of its output. */
  readonly question?: Question;
  /** Why the two cannot be equal whatever their values: indices that do not fit. */
  readonly misfit?: string;
  readonly diagnose?: () => readonly Diagnosis[];
  readonly warn?: (proof: Proof | undefined) => readonly Diagnosis[];
}

/** Thrown when a proof and the numbers contradict each other: then it is this program that is wrong, and it says so. */
export class InternalContradictionError extends HandgradError {
  override readonly name: string = 'InternalContradictionError';
}

/**
 * The verdict on a claim. A proof gives `proved`; without one, a witness beyond its error bound gives `refuted`, agreement of all
 * that could speak `agrees`, and silence of all `undecided`.
 *
 * @throws InternalContradictionError where a proof stands against float64: never hidden, never the person's fault.
 */
export function judge(claim: FormulaClaim): Verdict {
  if (claim.misfit !== undefined) return misfitVerdict(claim, claim.misfit);
  const proof = proofOf(claim);
  const numbers = agreeAtPoints(claim.left, claim.right, claim.declarations, claim.question);
  const points = 'none' in numbers ? [] : numbers.points;
  const autograd =
    claim.question && autogradWitness(claim.left, claim.right, claim.question, claim.declarations, points);
  const witnesses = [proof.witness, float64Witness(numbers), ...(autograd === undefined ? [] : [autograd])];
  if (proof.proof !== undefined && witnesses[1]?.finds === 'against') throw contradiction(claim, numbers);
  const status = statusOf(proof.proof !== undefined, witnesses);
  const counterexample = status === 'refuted' ? counterexampleOf(claim, numbers) : undefined;
  return {
    claim: claim.claim,
    status,
    witnesses,
    ...(counterexample && { counterexample }),
    diagnoses: status === 'refuted' ? (claim.diagnose?.() ?? []) : [],
    warnings: status === 'proved' || status === 'agrees' ? (claim.warn?.(proof.proof) ?? []) : [],
  };
}

function statusOf(proved: boolean, witnesses: readonly Witness[]): Status {
  if (proved) return 'proved';
  if (witnesses.some((w) => w.finds === 'against')) return 'refuted';
  return witnesses.some((w) => w.finds === 'for') ? 'agrees' : 'undecided';
}

function proofOf(claim: FormulaClaim): { proof?: Proof; witness: Witness } {
  const name = 'symbolic';
  try {
    const proof = prove(claim.declarations, claim.left.expr, claim.right.expr, claim.left.ranges);
    if (proof === undefined)
      return { witness: { name, finds: 'nothing', says: 'not decided: no proof was found' } };
    const parts = [
      'proved for every size: both sides have one canonical form',
      ...proof.assumptions.map((text) => `using ${text}`),
      ...proof.conditions.map((c) => `where ${describeCondition(c)}`),
    ];
    return { proof, witness: { name, finds: 'for', says: parts.join(', ') } };
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    return { witness: { name, finds: 'nothing', says: `not decided: ${error.message}` } };
  }
}

function float64Witness(numbers: Agreement | NoVerdict): Witness {
  const name = 'float64';
  if ('none' in numbers) return { name, finds: 'nothing', says: `no verdict: ${numbers.none}` };
  const { worst } = numbers;
  const measured = worst === undefined ? {} : { error: worst.error, tolerance: worst.tolerance };
  if (numbers.agrees) return { name, finds: 'for', says: `agrees: ${numbers.note}`, ...measured };
  const where = worst === undefined || worst.indices.length === 0 ? '' : ` at [${worst.indices.join(', ')}]`;
  const says =
    worst === undefined
      ? `refuted: ${numbers.note}`
      : `refuted${where}: ${short(worst.left)} where it is ${short(worst.right)}`;
  return { name, finds: 'against', says, ...measured };
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)));
}

/** The smallest numbers that give the claim away. */
function counterexampleOf(claim: FormulaClaim, numbers: Agreement | NoVerdict): Counterexample | undefined {
  if ('none' in numbers || numbers.worst === undefined || numbers.agrees) return undefined;
  return toCounterexample(minimise(numbers.worst, claim.left, claim.right, claim.declarations));
}

function toCounterexample({ indices, left, right, point }: Deviation): Counterexample {
  const values = Object.fromEntries([...point.values].map(([name, array]) => [name, toNested(array)]));
  return { indices, yours: left, right, values };
}

function misfitVerdict(claim: FormulaClaim, misfit: string): Verdict {
  const witnesses: Witness[] = [{ name: 'symbolic', finds: 'against', says: `refuted: ${misfit}` }];
  return {
    claim: claim.claim,
    status: 'refuted',
    witnesses,
    diagnoses: claim.diagnose?.() ?? [],
    warnings: [],
  };
}

function contradiction(claim: FormulaClaim, numbers: Agreement | NoVerdict): InternalContradictionError {
  const worst = 'none' in numbers ? undefined : numbers.worst;
  const at =
    worst === undefined
      ? ''
      : ` (${worst.left} against ${worst.right}, sizes ${JSON.stringify(worst.point.sizes)}, seed ${worst.point.seed})`;
  return new InternalContradictionError(
    `handgrad contradicts itself: it has a proof of ${claim.claim}, and numbers that refute it${at}. This is an error in handgrad, not in your line; please report it with this message.`,
  );
}
