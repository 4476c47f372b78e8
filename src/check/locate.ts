/** Where a Jacobian that is never built is wrong, found by halving a probe: a logarithmic number of passes. */
import { position } from '../autograd/index.js';
import { handOf, judgeProbe, type LinearMap, type Probed, sizeOf, truthOf } from './linear.js';

/** A line of the Jacobian (a row for cotangents, a column for tangents), by the probe's entry that selects it. */
export interface Line {
  readonly probeEntry: number;
  readonly probed: Probed;
}

/** A wrong entry of the Jacobian: which entry of the probe meets which of the result, and both values. */
export interface Located {
  readonly line: Line;
  readonly resultEntry: number;
  readonly yours: number;
  readonly right: number;
}

/** The probe with only its entries from `first` up to `end`. */
function part(probe: Float32Array, first: number, end: number): Float32Array {
  const kept = new Float32Array(probe.length);
  kept.set(probe.subarray(first, end), first);
  return kept;
}

/** 1 at one entry, 0 elsewhere: it selects a line. */
function unit(size: number, entry: number): Float32Array {
  const probe = new Float32Array(size);
  probe[entry] = 1;
  return probe;
}

/** One line of the Jacobian, judged. */
export function lineOf(map: LinearMap, probeEntry: number): Line {
  const probe = unit(sizeOf(map.probeShape), probeEntry);
  return { probeEntry, probed: judgeProbe(map, probe, handOf(map, probe)) };
}

/** One line of the Jacobian as numbers, by hand and in truth. */
export function numbersOfLine(
  map: LinearMap,
  probeEntry: number,
): { readonly hand: Float64Array; readonly truth: Float32Array } {
  const probe = unit(sizeOf(map.probeShape), probeEntry);
  return { hand: handOf(map, probe).values, truth: truthOf(map, probe) };
}

/**
 * Finds the line that brings in most of the deviation at one entry of the result: the product is linear in the probe, so of
 * the deviations of two halves that of one is seen and that of the other is the rest; the larger half is halved again.
 */
function heaviestLine(map: LinearMap, { probe, truth, hand }: Probed, at: number): number {
  const deviation = (kept: Float32Array): number => {
    const difference = (handOf(map, kept).values[at] ?? 0) - (truthOf(map, kept)[at] ?? 0);
    return Number.isFinite(difference) ? difference : Number.MAX_VALUE;
  };
  let [first, end] = [0, probe.length];
  let whole = (hand.values[at] ?? 0) - (truth[at] ?? 0);
  while (end - first > 1) {
    const middle = Math.floor((first + end) / 2);
    const left = deviation(part(probe, first, middle));
    const right = whole - left;
    if (Math.abs(left) >= Math.abs(right)) [end, whole] = [middle, left];
    else [first, whole] = [middle, right];
  }
  return first;
}

/**
 * The wrong entry that weighs most at the entry of the result that deviates most. Undefined where the line found does not
 * deviate by itself beyond its own rounding (a product that is not linear, or a deviation spread over very many lines).
 */
export function locate(map: LinearMap, probed: Probed): Located | undefined {
  const at = probed.finding.worst?.entry;
  if (at === undefined) return undefined;
  const line = lineOf(map, heaviestLine(map, probed, at));
  const { finding, hand, truth } = line.probed;
  const resultEntry = finding.against.includes(at) ? at : finding.worst?.entry;
  if (finding.against.length === 0 || resultEntry === undefined) return undefined;
  return {
    line,
    resultEntry,
    yours: hand.values[resultEntry] ?? Number.NaN,
    right: truth[resultEntry] ?? Number.NaN,
  };
}

/** The indices of a located entry in the Jacobian, output axes first. */
export function indicesOf(
  map: LinearMap,
  kind: 'vjp' | 'jvp',
  probeEntry: number,
  resultEntry: number,
): number[] {
  const [probe, result] = [position(probeEntry, map.probeShape), position(resultEntry, map.resultShape)];
  return kind === 'vjp' ? [...probe, ...result] : [...result, ...probe];
}

/** Whether all is right but for the lines given. */
export function isRightWithout(map: LinearMap, { probe }: Probed, lines: readonly number[]): boolean {
  const others = Float32Array.from(probe);
  for (const line of lines) others[line] = 0;
  const { finding } = judgeProbe(map, others, handOf(map, others));
  return finding.against.length === 0;
}

/**
 * All lines that deviate at the entries of the result where the probe's product does, by halving; undefined if they are more
 * than `most`. About 2 log₂(size) passes for each.
 */
export function wrongLines(map: LinearMap, { probe, finding }: Probed, most: number): number[] | undefined {
  const deviates = (first: number, end: number): boolean => {
    const kept = part(probe, first, end);
    const [hand, truth] = [handOf(map, kept).values, truthOf(map, kept)];
    return finding.against.some(
      (k) => !(Math.abs((hand[k] ?? 0) - (truth[k] ?? 0)) <= (finding.bounds[k] ?? 0)),
    );
  };
  let parts: (readonly [number, number])[] = [[0, probe.length]];
  while (parts.some(([first, end]) => end - first > 1)) {
    parts = parts.flatMap(([first, end]) => {
      if (end - first === 1) return [[first, end] as const];
      const middle = Math.floor((first + end) / 2);
      // What deviates as a whole deviates in one half at least.
      if (!deviates(first, middle)) return [[middle, end] as const];
      return deviates(middle, end)
        ? [[first, middle] as const, [middle, end] as const]
        : [[first, middle] as const];
    });
    if (parts.length > most) return undefined;
  }
  return parts.map(([first]) => first);
}
