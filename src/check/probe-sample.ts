/** A mistake that is everywhere: a part of the Jacobian is looked at as a small one. */
import { numbersOf } from '../autograd/index.js';
import { type Diagnosis, diagnosePart } from '../mistakes/index.js';
import { randomProbe, sizeOf } from './linear.js';
import { numbersOfLine } from './locate.js';
import { named, partOf, type Suspect, words } from './suspect.js';

/** Rows and columns of the part that is looked at where the mistake is everywhere. */
const partSize = 40;

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
export function sampled(suspect: Suspect): Diagnosis[] {
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
