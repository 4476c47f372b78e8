/** From a probe that was refuted to where the Jacobian is wrong and what was done, without the Jacobian. */
import {
  numbersOf,
  type ProbedInside,
  position,
  probedInside,
  type TensorFunction,
} from '../autograd/index.js';
import {
  type Diagnosis,
  diagnoseNumbers,
  diagnosePart,
  diagnoseProbe,
  type NumericProblem,
  wrongAcross,
  wrongLine,
} from '../mistakes/index.js';
import { attempt, contextOf, valuesAtHand } from './at-hand.js';
import { handOf, type LinearMap, type Probed, randomProbe, sizeOf, truthOf } from './linear.js';
import type { Located } from './locate.js';
import { isRightWithout, numbersOfLine, wrongLines } from './locate.js';

/** What a diagnosis of a product needs to know. */
export interface Suspect {
  readonly kind: 'vjp' | 'jvp';
  readonly map: LinearMap;
  readonly probed: Probed;
  readonly located: Located | undefined;
  /** The function whose Jacobian it is, and the argument. */
  readonly of: TensorFunction;
  readonly wrt: number;
  /** The product with the transposed Jacobian, where it can be taken. */
  readonly other?: ((probe: Float32Array) => ArrayLike<number>) | undefined;
}

/** Tables up to this size are built for a diagnosis. */
export const smallTable = 4096;
/** Lines that are looked at one by one. */
const mostLines = 24;
/** Rows and columns of the part that is looked at where the mistake is everywhere. */
const partSize = 40;

function blurOf({ finding, hand }: Probed): number {
  return Math.max(2e-6, Math.min(hand.stored === undefined ? 1e-3 : 1e-2, finding.blur));
}

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

/** Entries as a person names them: "5 … 12", "[0, 3], [0, 7], …". */
function named(entries: readonly number[], shape: readonly number[]): string {
  const first = entries[0] ?? 0;
  const run = shape.length <= 1 && entries.length > 2 && entries.every((entry, k) => entry === first + k);
  if (run) return `${first} … ${first + entries.length - 1}`;
  const places = entries.slice(0, 4).map((entry) => {
    const place = position(entry, shape).join(', ');
    return shape.length === 1 ? place : `[${place}]`;
  });
  return places.join(', ') + (entries.length > 4 ? ', …' : '');
}

/** What the probe's entries select, and what the result's are. */
const words = {
  vjp: { line: 'row', across: 'column' },
  jvp: { line: 'column', across: 'row' },
} as const;

/** The rows `lines` and the columns `across` (or the other way round) as a table, hand and truth. */
function partOf(
  { kind, map, probed }: Suspect,
  lines: readonly number[],
  across: readonly number[],
): NumericProblem {
  const rows = lines.map((line) => numbersOfLine(map, line));
  const pick = (side: 'hand' | 'truth'): number[] =>
    kind === 'vjp'
      ? rows.flatMap((row) => across.map((entry) => row[side][entry] ?? 0))
      : across.flatMap((entry) => rows.map((row) => row[side][entry] ?? 0));
  const [m, n] = kind === 'vjp' ? [lines.length, across.length] : [across.length, lines.length];
  return {
    kind: 'jacobian',
    hand: { values: pick('hand'), shape: [m, n] },
    truth: { values: pick('truth'), shape: [m, n] },
    outputShape: [m],
    inputShape: [n],
    blur: Math.max(1e-4, blurOf(probed)),
  };
}

/** All that deviates is in a few entries of the result, whatever the probe: lines across, as a whole. */
function wholeAcross({ kind, map, probed }: Suspect): Diagnosis[] {
  const { against } = probed.finding;
  if (against.length > mostLines) return [];
  const products = [11, 12, 13].map((seed) => {
    const probe = randomProbe(sizeOf(map.probeShape), seed);
    return { hand: handOf(map, probe).values, truth: truthOf(map, probe) };
  });
  const pick = (side: 'hand' | 'truth'): number[] =>
    products.flatMap((product) => against.map((entry) => product[side][entry] ?? 0));
  const { across } = words[kind];
  const name = `${against.length === 1 ? across : `${across}s`} ${named(against, map.resultShape)}`;
  const found = wrongAcross(name, pick('hand'), pick('truth'), Math.max(1e-4, blurOf(probed)));
  return found === undefined ? [] : [found];
}

/** Only one line deviates, or all that deviates is in a few lines and entries across: what is wrong there. */
function local(suspect: Suspect): Diagnosis[] {
  const { kind, map, probed, located } = suspect;
  if (located === undefined) return [];
  const { line, across } = words[kind];
  const { probeEntry, probed: alone } = located.line;
  if (isRightWithout(map, probed, [probeEntry])) {
    const place = (entry: number): string => {
      const [a, b] = [position(probeEntry, map.probeShape), position(entry, map.resultShape)];
      return (kind === 'vjp' ? [...a, ...b] : [...b, ...a]).join(', ');
    };
    const name = `${line} ${named([probeEntry], map.probeShape)}`;
    const { against } = alone.finding;
    const values = { hand: alone.hand.values, truth: alone.truth };
    return [wrongLine({ name, ...values, wrong: against, place, blur: Math.max(1e-4, blurOf(alone)) })];
  }
  const { against } = probed.finding;
  if (against.length > 8 * mostLines) return [];
  const lines = wrongLines(map, probed, mostLines);
  if (lines === undefined || !isRightWithout(map, probed, lines)) return wholeAcross(suspect);
  const where =
    `Only ${line}s ${named(lines, map.probeShape)} deviate, in ${across}s ${named(against, map.resultShape)}; ` +
    'all else agrees within rounding. There';
  const problem = partOf(suspect, lines, against);
  return [
    diagnosePart(problem, where) ?? {
      mistake: 'unrelated',
      message: `${where}: no known mistake explains it.`,
      wrong: String(located.yours),
      right: String(located.right),
      hint: 'What is special about these: a block, a tile, a padded edge?',
    },
  ];
}

/** Up to `partSize` indices that a line couples with each other: its own, its largest entries, and others at random. */
function coupled({ map, located }: Suspect): number[] {
  const size = sizeOf(map.probeShape);
  const start = located?.line.probeEntry ?? Math.floor(size / 2);
  const { hand, truth } = numbersOfLine(map, start);
  const weight = (k: number): number => Math.max(Math.abs(hand[k] ?? 0), Math.abs(truth[k] ?? 0));
  const support = Array.from(truth, (_, k) => k).filter((k) => weight(k) > 0);
  const order = randomProbe(support.length, 5);
  const shuffled = support
    .map((index, k) => ({ index, key: order[k] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ index }) => index);
  const largest = [...support].sort((a, b) => weight(b) - weight(a)).slice(0, partSize / 4);
  const chosen = [start, ...(located === undefined ? [] : [located.resultEntry]), ...largest, ...shuffled];
  return [...new Set(chosen)].slice(0, partSize).sort((a, b) => a - b);
}

/** What of the result deviates, some of it: the located entry and others at random. */
function someAcross({ probed, located }: Suspect): number[] {
  const { against } = probed.finding;
  const order = randomProbe(against.length, 3);
  const shuffled = against
    .map((entry, k) => ({ entry, key: order[k] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ entry }) => entry);
  const chosen = new Set([...(located === undefined ? [] : [located.resultEntry]), ...shuffled]);
  return [...chosen].slice(0, 8).sort((a, b) => a - b);
}

/** The lines on which some entries of the result depend in truth, as the other product shows. */
function linesBehind({ map, other, located }: Suspect, across: readonly number[]): number[] {
  if (other === undefined) return [];
  const weights = new Map<number, number>();
  for (const entry of across) {
    const unit = new Float32Array(sizeOf(map.resultShape));
    unit[entry] = 1;
    numbersOf(() => {
      Array.from(other(unit)).forEach((value, line) => {
        if (value !== 0) weights.set(line, Math.max(weights.get(line) ?? 0, Math.abs(value)));
      });
    });
  }
  const heaviest = [...weights].sort((a, b) => b[1] - a[1]).map(([line]) => line);
  const chosen = new Set([...(located === undefined ? [] : [located.line.probeEntry]), ...heaviest]);
  return [...chosen].slice(0, partSize).sort((a, b) => a - b);
}

/** The mistake is in many places: some rows and columns looked at as a small Jacobian; the same of both, where it is square. */
function sampled(suspect: Suspect): Diagnosis[] {
  const { kind, map } = suspect;
  const look = (lines: readonly number[], across: readonly number[], where: string): Diagnosis[] => {
    if (lines.length < 3 || across.length === 0) return [];
    const found = diagnosePart(partOf(suspect, lines, across), where);
    return found === undefined ? [] : [found];
  };
  if (sizeOf(map.probeShape) === sizeOf(map.resultShape)) {
    const same = coupled(suspect);
    const where = `Seen in ${same.length} of its ${sizeOf(map.probeShape)} rows and columns`;
    const found = look(same, same, where);
    if (found.length > 0) return found;
  }
  const across = someAcross(suspect);
  const lines = linesBehind(suspect, across);
  const { line, across: name } = words[kind];
  const count = `${lines.length} ${line}s that reach ${name}s ${named(across, map.resultShape)}`;
  return look(lines, across, `Seen in ${count}`);
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
