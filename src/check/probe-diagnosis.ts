/** From a probe that was refuted to where the Jacobian is wrong and what was done, without the Jacobian. */
import { numbersOf, type ProbedInside, probedInside } from '../autograd/index.js';
import { type Diagnosis, diagnoseNumbers, diagnoseProbe, type NumericProblem } from '../mistakes/index.js';
import { attempt, contextOf, valuesAtHand } from './at-hand.js';
import { sizeOf } from './linear.js';
import { numbersOfLine } from './locate.js';
import { local } from './probe-local.js';
import { sampled } from './probe-sample.js';
import { blurOf, type Suspect } from './suspect.js';

/** Tables up to this size are built for a diagnosis. */
const smallTable = 4096;

/** What was handed in for one probe, and what is right. */
function problemOfProbe({ kind, map, probed, of }: Suspect): NumericProblem {
  const shape = [...map.resultShape];
  return {
    kind,
    hand: { values: probed.hand.values, shape: probed.hand.shape },
    truth: { values: probed.truth, shape },
    outputShape: [],
    inputShape: shape,
    blur: blurOf(probed),
    context: { values: valuesAtHand(of, map.inputs, of(...map.inputs)) },
  };
}

/** The whole tables, where they are small. */
function problemOfTable({ kind, map, probed, of, wrt }: Suspect): NumericProblem {
  const [outputShape, inputShape] =
    kind === 'vjp' ? [map.probeShape, map.resultShape] : [map.resultShape, map.probeShape];
  const [rows, columns] = [sizeOf(outputShape), sizeOf(inputShape)];
  const lines = Array.from({ length: sizeOf(map.probeShape) }, (_, k) => numbersOfLine(map, k));
  const table = (side: 'hand' | 'truth'): Float64Array =>
    Float64Array.from({ length: rows * columns }, (_, k) => {
      const [i, j] = [Math.floor(k / columns), k % columns];
      return (kind === 'vjp' ? lines[i]?.[side][j] : lines[j]?.[side][i]) ?? 0;
    });
  const shape = [...outputShape, ...inputShape];
  return {
    kind: 'jacobian',
    hand: { values: table('hand'), shape },
    truth: { values: table('truth'), shape },
    outputShape,
    inputShape,
    blur: blurOf(probed),
    context: contextOf(of, map.inputs, wrt),
  };
}

/** Where a Jacobian is square: whether the other product was taken, J u in place of uᵀJ. */
function otherProduct({ other, map, probed }: Suspect): Diagnosis[] {
  if (other === undefined || sizeOf(map.probeShape) !== sizeOf(map.resultShape)) return [];
  const turned = numbersOf(() => attempt(() => Array.from(other(probed.probe))));
  const bound = 8 * probed.finding.largestBound;
  const within = (left: ArrayLike<number>): boolean =>
    left.length === turned.length &&
    Array.from(left).every((value, k) => Math.abs(value - (turned[k] ?? 0)) <= bound);
  if (!within(probed.hand.values) || within(probed.truth)) return [];
  return [
    {
      mistake: 'transposed',
      message:
        'The Jacobian was used where its transpose belongs: this is J u, and uᵀJ was asked (or the other way round).',
      wrong: 'Σ_j J_ij u_j',
      right: 'Σ_i u_i J_ij',
      hint: 'Pulling a gradient g back through y = A x gives Aᵀ g: write the indices and see which are summed.',
    },
  ];
}

/** What the function's own steps explain of a cotangent. */
function inside(
  { kind, of, wrt, map, probed }: Suspect,
  look: (inside: ProbedInside) => readonly Diagnosis[],
): readonly Diagnosis[] {
  if (kind !== 'vjp') return [];
  return attempt(() => probedInside(of, map.inputs, wrt, probed.probe, look));
}

/**
 * The mistakes that explain a product which a probe refuted, likeliest first. Small Jacobians are written out; of large ones
 * single lines, a part, and the function's own steps are looked at.
 */
export function diagnoseProduct(suspect: Suspect): readonly Diagnosis[] {
  const turned = otherProduct(suspect);
  if (turned.length > 0) return turned;
  const { map } = suspect;
  if (sizeOf(map.probeShape) * sizeOf(map.resultShape) <= smallTable) {
    const found = diagnoseNumbers(problemOfTable(suspect));
    if (found[0]?.mistake !== 'unrelated') return found;
    const lines = local(suspect);
    return lines.length > 0 ? lines : found;
  }
  return diagnoseProbe(
    problemOfProbe(suspect),
    () => local(suspect),
    () => attempt(() => sampled(suspect)),
    (look) => inside(suspect, look),
  );
}

/** The shape is not that of the product: what was handed in is still held against what is right. */
export function diagnoseShape(suspect: Suspect): readonly Diagnosis[] {
  return diagnoseNumbers(problemOfProbe(suspect));
}
