/** Which dimension each index runs over, found from where it stands: a union-find over index ids and unknown sizes. */
import type { Place } from './errors.js';

interface Fixed {
  readonly dimension: string;
  readonly place: Place;
}

/** Two dimensions that met at one index or one side of a product. */
export interface RangeConflict {
  readonly first: Fixed;
  readonly second: Fixed;
}

export class Ranges {
  private readonly parent = new Map<string, string>();
  private readonly fixed = new Map<string, Fixed>();
  private readonly weak: (readonly [string, string])[] = [];
  private unknowns = 0;

  /** A key for a size that is not known yet, such as that of 𝟏. */
  unknown(): string {
    return `?${++this.unknowns}`;
  }

  /** A key for a dimension that is known. */
  known(dimension: string, place: Place): string {
    const key = this.unknown();
    this.fixed.set(key, { dimension, place });
    return key;
  }

  /** States that a key runs over a dimension. */
  fix(key: string, dimension: string, place: Place): RangeConflict | undefined {
    const root = this.find(key);
    const had = this.fixed.get(root);
    if (!had) this.fixed.set(root, { dimension, place });
    return had && had.dimension !== dimension ? { first: had, second: { dimension, place } } : undefined;
  }

  /** States that two keys run over the same dimension. */
  same(left: string, right: string): RangeConflict | undefined {
    const a = this.find(left);
    const b = this.find(right);
    if (a === b) return undefined;
    const first = this.fixed.get(a);
    const second = this.fixed.get(b);
    if (first && second && first.dimension !== second.dimension) return { first, second };
    this.parent.set(b, a);
    if (!first && second) this.fixed.set(a, second);
    return undefined;
  }

  /** States that a key without a range of its own takes that of the other: `[k ≤ i + 1]`, `δ_{i,j+1}`. */
  alike(left: string, right: string): void {
    this.weak.push([left, right]);
  }

  /** Lets keys without range take it from those they are compared with. */
  settleWeak(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const [left, right] of this.weak) {
        if ((this.of(left) === undefined) === (this.of(right) === undefined)) continue;
        this.same(left, right);
        changed = true;
      }
    }
  }

  /** The dimension of a key, when it is known. */
  of(key: string): string | undefined {
    return this.fixed.get(this.find(key))?.dimension;
  }

  private find(key: string): string {
    let root = key;
    for (let up = this.parent.get(root); up !== undefined; up = this.parent.get(root)) root = up;
    for (let at = key; at !== root; ) {
      const up = this.parent.get(at) ?? root;
      this.parent.set(at, root);
      at = up;
    }
    return root;
  }
}
