/** A mistake in a single line, a block, or some entries of the result: all else is right. */
import { position } from '../autograd/index.js';
import { type Diagnosis, diagnosePart, wrongAcross, wrongLine } from '../mistakes/index.js';
import { handOf, randomProbe, sizeOf, truthOf } from './linear.js';
import { isRightWithout, wrongLines } from './locate.js';
import { blurOf, named, partOf, type Suspect, words } from './suspect.js';

/** Lines that are looked at one by one. */
const mostLines = 24;

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
export function local(suspect: Suspect): Diagnosis[] {
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
