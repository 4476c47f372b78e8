/** A function that a derivation leaves open, with numbers: some smooth f, and its derivatives of every order. */
import { Random } from './random.js';

/** One wave amplitude · sin(rate · x + phase). */
export interface Wave {
  readonly amplitude: number;
  readonly rate: number;
  readonly phase: number;
}

/** The waves that stand for an open function; the name alone decides them, so that f and f′ belong together. */
export function wavesOf(name: string): readonly Wave[] {
  const seed = [...name].reduce((sum, letter) => Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0), 7);
  const random = new Random(seed);
  return Array.from({ length: 3 }, () => ({
    amplitude: 0.5 + random.uniform(),
    rate: 0.5 + random.uniform(),
    phase: 6 * random.uniform(),
  }));
}

/**
 * The derivative of the given order of an open function: dᵏ/dxᵏ Σ a sin(b x + c) = Σ a bᵏ sin(b x + c + k π/2). A line that
 * holds for every f holds for this one; one that does not is refuted by it.
 * @example evaluate(line, values, declarations, { functions: new Map([['f', openFunction('f')], ['df', openFunction('f', 1)]]) })
 */
export function openFunction(name: string, order = 0): (x: number) => number {
  const waves = wavesOf(name);
  return (x) =>
    waves.reduce(
      (sum, { amplitude, rate, phase }) =>
        sum + amplitude * rate ** order * Math.sin(rate * x + phase + (order * Math.PI) / 2),
      0,
    );
}
