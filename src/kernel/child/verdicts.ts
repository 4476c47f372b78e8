/** Verdicts that handgrad (or any library) announces while cells run, collected for the reply. */

/** The set of listeners by which the library announces verdicts, without knowing who listens. */
const channel = Symbol.for('handgrad.verdicts');

export class Verdicts {
  readonly #byOrigin = new Map<number, unknown[]>();
  readonly #origin: () => number;

  constructor(origin: () => number) {
    this.#origin = origin;
    const host = globalThis as { [channel]?: Set<(verdict: unknown) => void> };
    host[channel] ??= new Set();
    host[channel].add((verdict) => this.#add(verdict));
  }

  /** The verdicts of one request since the last call, in order. */
  take(origin: number): readonly unknown[] {
    const verdicts = this.#byOrigin.get(origin) ?? [];
    this.#byOrigin.delete(origin);
    return verdicts;
  }

  #add(verdict: unknown): void {
    const origin = this.#origin();
    const verdicts = this.#byOrigin.get(origin) ?? [];
    verdicts.push(toPlainJson(verdict));
    this.#byOrigin.set(origin, verdicts);
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
