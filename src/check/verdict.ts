/** What a claim is judged to be, and by whom. Notebooks, the kernel and reports rely on these shapes. */
import type { Diagnosis } from '../mistakes/index.js';

/** What became of a claim: proved for all sizes, in agreement with every witness, refuted by an entry, or not decided. */
export type Status = 'proved' | 'agrees' | 'refuted' | 'undecided';

/** One independent judge of a claim, and what it said. */
export interface Witness {
  readonly name: 'symbolic' | 'float64' | 'autograd';
  /** One short sentence: "agrees at 3 points, sizes n=3 … 5"; "no verdict: NaN in the truth". */
  readonly says: string;
  /** Whether this witness is for the claim, against it, or has nothing to say. */
  readonly finds: 'for' | 'against' | 'nothing';
  /** The largest deviation seen, and what rounding can explain; both absolute, at the same entry. */
  readonly error?: number;
  readonly tolerance?: number;
}

/** The entry and the point that give a wrong claim away. */
export interface Counterexample {
  /** The entry's position in the result, output axes first; empty for a scalar. */
  readonly indices: readonly number[];
  readonly yours: number;
  readonly right: number;
  /** The inputs at that point, by name, as nested arrays. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What was claimed, what became of it, what each witness said, and which mistake it is. */
export interface Verdict {
  /** What was judged, as text. */
  readonly claim: string;
  readonly status: Status;
  /** What the person said it should be. */
  readonly expected?: Status;
  readonly witnesses: readonly Witness[];
  readonly counterexample?: Counterexample;
  /** Likeliest first; empty unless refuted. */
  readonly diagnoses: readonly Diagnosis[];
  /** Of a line that is right: `unstable`, an assumption used, an index used twice. */
  readonly warnings: readonly Diagnosis[];
}
