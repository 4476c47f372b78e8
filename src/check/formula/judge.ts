/** A claim about formulas before every witness that can speak to it: the proof, float64 and autograd. */
import {
  type Agreement,
  type Declarations,
  type Deviation,
  describeCondition,
  HandgradError,
  minimise,
  type NoVerdict,
  type Point,
  type Proof,
  type ProofStep,
  prove,
  type Question,
  type Ranged,
  replay,
  toNested,
  toText,
  writeProof,
} from '../../formula/index.js';
import type { Diagnosis } from '../../mistakes/index.js';
import type { Counterexample, Status, Verdict, Witness } from '../verdict.js';
import { autogradWitness } from './autograd.js';
import { agreeAtPoints, truthAgainstDifferences } from './points.js';

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
  const numbers = agreeAtPoints(claim.left, claim.right, claim.declarations, claim.question);
  if (claim.question !== undefined) refuseOwnMistake(claim, claim.question);
  const points = 'none' in numbers ? [] : numbers.points;
  const { proof, witness } = proofOf(claim, points);
  const float64 = float64Witness(numbers);
  if (proof !== undefined && float64.finds === 'against') throw contradiction(claim, numbers);
  const autograd =
    claim.question && autogradWitness(claim.left, claim.right, claim.question, claim.declarations, points);
  const witnesses = [witness, float64, ...(autograd === undefined ? [] : [autograd])];
  const status = statusOf(proof !== undefined, witnesses);
  const counterexample = status === 'refuted' ? counterexampleOf(claim, numbers) : undefined;
  return {
    claim: claim.claim,
    status,
    witnesses,
    ...(counterexample && { counterexample }),
    diagnoses: status === 'refuted' ? (claim.diagnose?.() ?? []) : [],
    warnings: status === 'proved' || status === 'agrees' ? (claim.warn?.(proof) ?? []) : [],
  };
}

/** The derivative that lines are held against must itself agree with differences of the definition. */
function refuseOwnMistake(claim: FormulaClaim, question: Question): void {
  const against = truthAgainstDifferences(claim.right, question, claim.declarations);
  if (against === undefined) return;
  throw new InternalContradictionError(
    `handgrad contradicts itself: it works out ${toText(claim.right, claim.declarations)}, and differences of the definition refute that (${against.left} against ${against.right} at [${against.indices.join(', ')}]). This is an error in handgrad, not in your line; please report it with this message.`,
  );
}

function statusOf(proved: boolean, witnesses: readonly Witness[]): Status {
  if (proved) return 'proved';
  if (witnesses.some((w) => w.finds === 'against')) return 'refuted';
  return witnesses.some((w) => w.finds === 'for') ? 'agrees' : 'undecided';
}

/** A proof counts once the checker has replayed it; where it cannot, the proof is named and decides nothing. */
function proofOf(claim: FormulaClaim, points: readonly Point[]): { proof?: Proof; witness: Witness } {
  const name = 'symbolic';
  const { declarations, left, right } = claim;
  try {
    const proof = prove(declarations, left.expr, right.expr, left.ranges);
    if (proof === undefined)
      return { witness: { name, finds: 'nothing', says: 'not decided: no proof was found' } };
    const point = smallest(points);
    if (point === undefined) {
      return {
        witness: {
          name,
          finds: 'nothing',
          says: 'a proof was found, but there is no point at which its steps could be replayed',
        },
      };
    }
    const steps = writeProof(declarations, left.expr, right.expr, proof.attempt);
    const replayed = replay(steps, declarations, point, declarations.assumptions.length > 0);
    if (replayed.failed !== undefined) throw brokenStep(claim, replayed.failed);
    if (replayed.replayed === 0) {
      return {
        witness: {
          name,
          finds: 'nothing',
          says: `a proof was found, but none of its steps could be replayed: ${replayed.skipped[0]}`,
        },
      };
    }
    return { proof, witness: { name, finds: 'for', says: proofText(proof, steps, replayed.replayed) } };
  } catch (error) {
    if (!(error instanceof HandgradError) || error instanceof InternalContradictionError) throw error;
    return { witness: { name, finds: 'nothing', says: `not decided: ${error.message}` } };
  }
}

/** The point with the fewest entries: there the checker is quick. */
function smallest(points: readonly Point[]): Point | undefined {
  const entries = (p: Point): number => Object.values(p.sizes).reduce((a, b) => a * b, 1);
  return [...points].sort((a, b) => entries(a) - entries(b))[0];
}

function proofText(proof: Proof, steps: readonly ProofStep[], replayed: number): string {
  const rules = [...new Set(steps.map((s) => s.rule))];
  return [
    `proved for every size by ${rules.join(', ')}`,
    ...proof.assumptions.map((text) => `using ${text}`),
    ...proof.conditions.map((c) => `where ${describeCondition(c)}`),
    `${replayed} of ${steps.length} steps replayed by the checker`,
  ].join('; ');
}

function brokenStep(claim: FormulaClaim, { rule, before, after }: ProofStep): InternalContradictionError {
  return new InternalContradictionError(
    `handgrad contradicts itself: in its proof of ${claim.claim} the step "${rule}" takes ${toText(before)} to ${toText(after)}, which the checker refutes. This is an error in handgrad, not in your line; please report it with this message.`,
  );
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
