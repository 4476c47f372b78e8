/** Which letter is shown for each index: the person's where it can be, never a free one for a bound one. */
import { bindersOf, freeIndices, letterOf } from '../indices.js';
import type { Binder, Declarations, Expr, Ranged } from '../nodes.js';
import { everyNode } from '../walk.js';

/** The letters of the ids that are in scope, and those that must not be taken. */
export interface Letters {
  readonly of: ReadonlyMap<string, string>;
  readonly reserved: ReadonlySet<string>;
}

const FALLBACK = [...'klmpqrabcghuvwstnoijxyzdfαβγκλμνξρτφχψωABCDEFGHJKLMNOPQRSTUVWXYZ'];

/** The letters of the free indices of a formula, each with its own. */
export function freeLetters(expr: Expr, declarations?: Declarations, ranged?: Ranged): Letters {
  const names = reservedNames(expr, declarations, ranged);
  const free = [...new Set([...(ranged?.free ?? []), ...freeIndices(expr)])];
  const taken = new Set(names);
  const of = new Map<string, string>();
  const plain = free.filter((id) => letterOf(id) === id);
  for (const id of plain) {
    of.set(id, id);
    taken.add(id);
  }
  for (const id of free) if (!of.has(id)) of.set(id, pick(id, taken));
  for (const letter of of.values()) taken.add(letter);
  return { of, reserved: taken };
}

/** The letters inside what binders bind: theirs are new ones. */
export function bindLetters(binders: readonly Binder[], outer: Letters): Letters {
  const of = new Map(outer.of);
  const taken = new Set(outer.reserved);
  for (const { id } of binders) of.set(id, pick(id, taken));
  return { of, reserved: taken };
}

/** The id's own letter, or another that is not taken; it is taken then. */
function pick(id: string, taken: Set<string>): string {
  const own = letterOf(id);
  const letter = taken.has(own) ? (FALLBACK.find((l) => !taken.has(l)) ?? furtherLetter(taken)) : own;
  taken.add(letter);
  return letter;
}

/** Beyond the usual letters, any of Unicode's that have no other meaning in the language. */
function furtherLetter(taken: ReadonlySet<string>): string {
  for (let point = 0x0430; ; point++) {
    const letter = String.fromCodePoint(point);
    if (/\p{Ll}/u.test(letter) && !taken.has(letter)) return letter;
  }
}

/** Names that would be read in place of an index letter: tensors, dimensions, the constants. */
function reservedNames(
  expr: Expr,
  declarations: Declarations | undefined,
  ranged: Ranged | undefined,
): Set<string> {
  const names = new Set<string>(['e', 'π', 'δ', 'σ']);
  for (const node of everyNode(expr)) {
    if (node.kind === 'tensor') names.add(node.name);
    if (node.kind === 'derivative') for (const ref of [node.of, ...node.by]) names.add(ref.name);
    if (node.kind === 'size') names.add(node.dimension);
    for (const { dimension } of bindersOf(node)) names.add(dimension);
  }
  for (const dimension of ranged?.ranges.values() ?? []) names.add(dimension);
  for (const dimension of declarations?.dimensions ?? []) names.add(dimension);
  for (const name of declarations?.tensors.keys() ?? []) names.add(name);
  return names;
}
