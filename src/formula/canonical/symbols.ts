/** The atoms that stand for entries, index numbers and δ. */
import type { Context } from './context.js';
import {
  type Atom,
  atomPoly,
  constantPoly,
  type Id,
  idSet,
  isComponent,
  onePoly,
  type Poly,
  rational,
  zeroPoly,
} from './terms.js';

/** An entry of a tensor. Where a symmetry was assumed, the smallest of the equal index orders is taken, and the use noted. */
export function symbol(context: Context, name: string, indices: readonly Id[]): Poly {
  let best = indices;
  for (const rule of context.rules) {
    if (rule.kind !== 'symmetry' || rule.name !== name) continue;
    const moved = rule.permutation.map((at) => indices[at] as Id);
    if (moved.join() < best.join()) best = moved;
    if (moved.join() !== indices.join()) context.used.add(rule.text);
  }
  return atomPoly(symbolAtom(name, best));
}

export function symbolAtom(name: string, indices: readonly Id[]): Atom {
  return {
    kind: 'symbol',
    name,
    indices,
    key: indices.length === 0 ? name : `${name}_${indices.join(',')}`,
    ids: idSet(indices),
    height: 0,
  };
}

export function derivativeAtom(
  name: string,
  indices: readonly Id[],
  by: readonly { name: string; indices: readonly Id[] }[],
): Atom {
  const all = [...indices, ...by.flatMap((b) => b.indices)];
  const key = `∂${name}_${indices.join(',')}/${by.map((b) => `∂${b.name}_${b.indices.join(',')}`).join('')}`;
  return { kind: 'derivative', name, indices, by, key, ids: idSet(all), height: 0 };
}

/** The number of an index, from 0; of a component, that number. */
export function position(id: Id): Poly {
  if (isComponent(id)) return constantPoly(rational(BigInt(id)));
  return atomPoly({ kind: 'position', id, key: `@${id}`, ids: idSet([id]), height: 0 });
}

/** δ: 1 where Σ coefficient·id + offset = 0. Components are numbers; a form without ids is decided. */
export function delta(
  parts: readonly { readonly coefficient: number; readonly id: Id }[],
  offset: number,
): Poly {
  const sums = new Map<Id, number>();
  let constant = offset;
  for (const { coefficient, id } of parts) {
    if (isComponent(id)) constant += coefficient * Number(id);
    else sums.set(id, (sums.get(id) ?? 0) + coefficient);
  }
  let sorted = [...sums].filter(([, c]) => c !== 0).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const [first] = sorted;
  if (first === undefined) return constant === 0 ? onePoly : zeroPoly;
  if (first[1] < 0) {
    sorted = sorted.map(([id, c]) => [id, -c]);
    constant = -constant;
  }
  const affine = { parts: sorted.map(([id, coefficient]) => ({ coefficient, id })), offset: constant };
  const key = `δ{${affine.parts.map((p) => `${p.coefficient}${p.id}`).join(',')},${constant}}`;
  return atomPoly({ kind: 'delta', affine, key, ids: idSet(sums.keys()), height: 0 });
}
