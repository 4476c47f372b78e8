/** Indices: what they are made of, which are free, and putting one for another without capture. */
import type { Binder, Expr, Index, TensorRef } from './nodes.js';
import { children, mapChildren } from './walk.js';

/** The index that is one id alone: `i`. */
export function simpleIndex(id: string): Index {
  return { parts: [{ sign: 1, id }], offset: 0 };
}

/** The index that is one component, counted from 0: the 0 of `x_0`. */
export function component(n: number): Index {
  return { parts: [], offset: n };
}

/** The id of an index that is one id alone, otherwise undefined (`i+1`, `0`). */
export function simpleId(index: Index): string | undefined {
  const [part, more] = index.parts;
  return part && !more && part.sign === 1 && index.offset === 0 ? part.id : undefined;
}

/** Whether two indices are the same number for all values of their ids: `i+k` and `k+i` are. */
export function indicesEqual(left: Index, right: Index): boolean {
  if (left.offset !== right.offset || left.parts.length !== right.parts.length) return false;
  const difference = combine(left, right, -1);
  return difference.parts.length === 0 && difference.offset === 0;
}

/** `left + sign · right`, in which `+i` and `−i` cancel. */
export function combine(left: Index, right: Index, sign: 1 | -1 = 1): Index {
  const parts = [...left.parts];
  for (const part of right.parts) {
    const wanted = part.sign * sign;
    const opposite = parts.findIndex((p) => p.id === part.id && p.sign === -wanted);
    if (opposite >= 0) parts.splice(opposite, 1);
    else parts.push({ sign: wanted === 1 ? 1 : -1, id: part.id });
  }
  // −0 and 0 are one offset
  return { parts, offset: left.offset + sign * right.offset + 0 };
}

/** The index with other indices put for ids, all at once. */
export function replaceInIndex(index: Index, replacements: ReadonlyMap<string, Index>): Index {
  if (!index.parts.some((part) => replacements.has(part.id))) return index;
  return index.parts.reduce<Index>(
    (sum, part) => combine(sum, replacements.get(part.id) ?? simpleIndex(part.id), part.sign),
    { parts: [], offset: index.offset },
  );
}

/** The binders a node introduces, in order. */
export function bindersOf(expr: Expr): readonly Binder[] {
  if (expr.kind === 'total') return [expr.binder];
  if (expr.kind === 'matrix') return [expr.row, expr.column];
  return expr.kind === 'field' ? expr.binders : [];
}

/** The indices that stand at a node itself, outside what its binders bind. */
export function indicesAt(expr: Expr): readonly Index[] {
  switch (expr.kind) {
    case 'position':
      return [expr.index];
    case 'tensor':
      return expr.indices;
    case 'delta':
      return [expr.left, expr.right];
    case 'derivative':
      return [expr.of, ...expr.by].flatMap((ref) => ref.indices);
    case 'matrix':
      return expr.at ?? [];
    case 'field':
      return expr.at ? [expr.at] : [];
    default:
      return [];
  }
}

const freeOf = new WeakMap<Expr, readonly string[]>();
const idsOf = new WeakMap<Expr, ReadonlySet<string>>();

/** The free index ids of an expression, in order of first appearance. */
export function freeIndices(expr: Expr): readonly string[] {
  const known = freeOf.get(expr);
  if (known) return known;
  const free = new Set<string>();
  const bound = new Set(bindersOf(expr).map((b) => b.id));
  for (const child of children(expr)) for (const id of freeIndices(child)) if (!bound.has(id)) free.add(id);
  for (const index of indicesAt(expr)) for (const part of index.parts) free.add(part.id);
  const list = [...free];
  freeOf.set(expr, list);
  return list;
}

/** Every index id in an expression, free, bound or only introduced. */
export function allIndices(expr: Expr): ReadonlySet<string> {
  const known = idsOf.get(expr);
  if (known) return known;
  const ids = new Set(bindersOf(expr).map((b) => b.id));
  for (const index of indicesAt(expr)) for (const part of index.parts) ids.add(part.id);
  for (const child of children(expr)) for (const id of allIndices(child)) ids.add(id);
  idsOf.set(expr, ids);
  return ids;
}

/** The letter of an id, without the mark that keeps it apart: `k` of `k#2`. */
export function letterOf(id: string): string {
  const mark = id.indexOf('#');
  return mark < 0 ? id : id.slice(0, mark);
}

/** An id with the letter of `base` that is not taken: `k`, else `k#2`, `k#3` … */
export function freshId(base: string, taken: ReadonlySet<string>): string {
  const letter = letterOf(base);
  if (!taken.has(letter)) return letter;
  for (let mark = 2; ; mark++) {
    const id = `${letter}#${mark}`;
    if (!taken.has(id)) return id;
  }
}

/** The expression with an index put for every free occurrence of an id; binders step aside, nothing is captured. */
export function substituteIndex(expr: Expr, id: string, index: Index): Expr {
  return substituteIndices(expr, new Map([[id, index]]));
}

/** The same for several ids at once: `{ i → j, j → i }` exchanges them. */
export function substituteIndices(expr: Expr, replacements: ReadonlyMap<string, Index>): Expr {
  const free = freeIndices(expr);
  const relevant = new Map([...replacements].filter(([id]) => free.includes(id)));
  if (relevant.size === 0) return expr;
  const put = (index: Index): Index => replaceInIndex(index, relevant);
  const putTensor = (ref: TensorRef): TensorRef => ({ ...ref, indices: ref.indices.map(put) });
  switch (expr.kind) {
    case 'position':
      return { ...expr, index: put(expr.index) };
    case 'tensor':
      return putTensor(expr);
    case 'delta':
      return { ...expr, left: put(expr.left), right: put(expr.right) };
    case 'derivative':
      return { ...expr, of: putTensor(expr.of), by: expr.by.map(putTensor) };
    case 'total':
    case 'matrix':
    case 'field':
      return substituteBelowBinders(expr, relevant);
    default:
      return mapChildren(expr, (child) => substituteIndices(child, relevant));
  }
}

/** Binders whose id is replaced from outside keep it (it is another index); those that would capture get a new id. */
function substituteBelowBinders<E extends Expr & { kind: 'total' | 'matrix' | 'field' }>(
  expr: E,
  replacements: ReadonlyMap<string, Index>,
): Expr {
  const coming = new Set([...replacements.values()].flatMap((index) => index.parts.map((part) => part.id)));
  const taken = new Set([...allIndices(expr), ...coming, ...replacements.keys()]);
  const inside = new Map(replacements);
  const renamed = new Map<string, string>();
  for (const { id } of bindersOf(expr)) {
    inside.delete(id);
    if (!coming.has(id)) continue;
    const fresh = freshId(id, taken);
    taken.add(fresh);
    renamed.set(id, fresh);
    inside.set(id, simpleIndex(fresh));
  }
  const put = (index: Index): Index => replaceInIndex(index, replacements);
  const below = mapChildren(withBinders(expr, renamed), (child) => substituteIndices(child, inside));
  if (below.kind === 'matrix' && below.at) return { ...below, at: [put(below.at[0]), put(below.at[1])] };
  if (below.kind === 'field' && below.at) return { ...below, at: put(below.at) };
  return below;
}

/** The node with other ids in its binders; what they bind is left as it is. */
function withBinders(expr: Expr, renamed: ReadonlyMap<string, string>): Expr {
  if (renamed.size === 0) return expr;
  const rename = (b: Binder): Binder => ({ ...b, id: renamed.get(b.id) ?? b.id });
  if (expr.kind === 'total') return { ...expr, binder: rename(expr.binder) };
  if (expr.kind === 'matrix') return { ...expr, row: rename(expr.row), column: rename(expr.column) };
  return expr.kind === 'field' ? { ...expr, binders: expr.binders.map(rename) } : expr;
}

/** The node with other ids in its binders and wherever they are bound; the new ids stand nowhere in it. */
export function rebind<E extends Expr>(expr: E, renamed: ReadonlyMap<string, string>): E {
  const inside = new Map([...renamed].map(([id, fresh]) => [id, simpleIndex(fresh)]));
  return mapChildren(withBinders(expr, renamed), (child) => substituteIndices(child, inside)) as E;
}

/**
 * The expression with every binder given an id that is not in `taken` and that no other binder in it has. The ids it
 * chose are added to `taken`, so that several expressions can be kept apart one after the other.
 */
export function renameBinders(expr: Expr, taken: Set<string>): Expr {
  for (const id of freeIndices(expr)) taken.add(id);
  return renameInside(expr, taken, new Map());
}

function renameInside(expr: Expr, taken: Set<string>, outer: ReadonlyMap<string, Index>): Expr {
  if (outer.size === 0 && !hasBinder(expr)) return expr;
  const binders = bindersOf(expr);
  if (binders.length === 0) {
    const here = outer.size > 0 && indicesAt(expr).length > 0 ? substituteIndices(expr, outer) : expr;
    return mapChildren(here, (child) => renameInside(child, taken, outer));
  }
  const inner = new Map(outer);
  const renamed = new Map<string, string>();
  for (const { id } of binders) {
    const fresh = freshId(id, taken);
    taken.add(fresh);
    renamed.set(id, fresh);
    inner.set(id, simpleIndex(fresh));
  }
  const below = mapChildren(withBinders(expr, renamed), (child) => renameInside(child, taken, inner));
  const put = (index: Index): Index => replaceInIndex(index, outer);
  if (below.kind === 'matrix' && below.at) return { ...below, at: [put(below.at[0]), put(below.at[1])] };
  if (below.kind === 'field' && below.at) return { ...below, at: put(below.at) };
  return below;
}

const withBinder = new WeakMap<Expr, boolean>();

/** Whether a binder stands anywhere in the expression. */
function hasBinder(expr: Expr): boolean {
  const known = withBinder.get(expr);
  if (known !== undefined) return known;
  const found = bindersOf(expr).length > 0 || children(expr).some(hasBinder);
  withBinder.set(expr, found);
  return found;
}
