/**
 * Dummies get their labels from where they stand, never from what they were called: colours are refined until they settle
 * (each dummy by the factors it stands in, each factor by the colours of its dummies), ties are tried in turn and the smallest
 * outcome is kept.
 */
import type { Binder } from '../nodes.js';
import { type Colour, hashAtom, hashExponent, hashText, mix } from './hash.js';
import { type Factor, factorHas, type Id } from './terms.js';

/** How many ways of breaking ties are tried at most. Beyond it the form is still right, but may not be the only one. */
const mostTrials = 48;

/** The orders of the dummies worth trying: one, unless some cannot be told apart by their colours. */
export function orderings(binders: readonly Binder[], factors: readonly Factor[]): Id[][] {
  const [only, second] = binders;
  if (only === undefined) return [[]];
  if (second === undefined) return [[only.id]];
  const places = new Map(binders.map((b) => [b.id, factors.filter((f) => factorHas(f, b.id))]));
  const start = new Map(binders.map((b) => [b.id, hashText(b.dimension)]));
  const found: Id[][] = [];
  search(refine(start, places), places, found);
  return found;
}

type Places = ReadonlyMap<Id, readonly Factor[]>;

function refine(colours: ReadonlyMap<Id, number>, places: Places): Map<Id, number> {
  let now = new Map(colours);
  let classes = new Set(now.values()).size;
  for (let round = 0; round < now.size + 1; round += 1) {
    const next = new Map<Id, number>();
    for (const [id, factors] of places) {
      const seen: Colour = (other) => (other === id ? 0x2545f491 : (now.get(other) ?? hashText(other)));
      let sum = 0;
      for (const f of factors) sum = (sum + mix(hashAtom(f.atom, seen), hashExponent(f.exponent, seen))) | 0;
      next.set(id, mix(now.get(id) as number, sum));
    }
    now = next;
    const count = new Set(now.values()).size;
    if (count === classes || count === now.size) break;
    classes = count;
  }
  return now;
}

function search(colours: Map<Id, number>, places: Places, found: Id[][]): void {
  if (found.length >= mostTrials) return;
  const cells = new Map<number, Id[]>();
  for (const [id, colour] of colours) cells.set(colour, [...(cells.get(colour) ?? []), id]);
  const sorted = [...cells].sort((a, b) => a[0] - b[0]);
  const tied = sorted.find(([, ids]) => ids.length > 1);
  if (tied === undefined) {
    found.push(sorted.map(([, ids]) => ids[0] as Id));
    return;
  }
  for (const id of tied[1]) {
    const marked = new Map(colours);
    marked.set(id, mix(tied[0], 0x3c6ef372));
    search(refine(marked, places), places, found);
  }
}
