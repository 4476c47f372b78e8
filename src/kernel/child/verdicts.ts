/** Verdicts that handgrad (or any library) announces while cells run, collected for the reply. */

/** The set of listeners by which the library announces verdicts, without knowing who listens. */
const channel = Symbol.for('handgrad.verdicts');

export class Verdicts {
  readonly #byOrigin = new Map<number, unknown[]>();
  readonly #origin: () => number;
  readonly #late: (origin: number, verdict: unknown) => void;

  /**
   * @param origin which request runs at the moment
   * @param late what becomes of a verdict whose cell has had its reply
   */
  constructor(origin: () => number, late: (origin: number, verdict: unknown) => void) {
    this.#origin = origin;
    this.#late = late;
    const host = globalThis as { [channel]?: Set<(verdict: unknown) => void> };
    host[channel] ??= new Set();
    host[channel].add((verdict) => this.#add(toPlainJson(verdict)));
  }

  /** From here on the verdicts of this request are kept for its reply. */
  begin(origin: number): void {
    this.#byOrigin.set(origin, []);
  }

  /** The verdicts of a request, in order; what comes after is late. */
  take(origin: number): readonly unknown[] {
    const verdicts = this.#byOrigin.get(origin) ?? [];
    this.#byOrigin.delete(origin);
    return verdicts;
  }

  #add(verdict: unknown): void {
    const origin = this.#origin();
    const verdicts = this.#byOrigin.get(origin);
    if (verdicts) verdicts.push(verdict);
    else this.#late(origin, verdict);
  }
}

/** JSON as it is at this moment; numbers that JSON lacks become their names. */
export function toPlainJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (typeof part === 'number' && !Number.isFinite(part)) return String(part);
    if (ArrayBuffer.isView(part) && !(part instanceof DataView)) return Array.from(part as Float64Array);
    return part;
  }) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as unknown);
}
