/** Inverses and determinants of square matrices given entry by entry. */
import type { Binder } from '../nodes.js';
import { type Context, freshId } from './context.js';
import { add, multiply, multiplyAll, ofFactors } from './poly.js';
import { power, powerPoly, splitContent } from './power.js';
import { simpleDelta } from './product.js';
import { substituteAll } from './substitute.js';
import { sizeAtom, sumAtom, sumOver } from './sums.js';
import { delta } from './symbols.js';
import {
  type Atom,
  type AtomOf,
  atomPoly,
  type Factor,
  factorHas,
  type Id,
  idSet,
  isUnit,
  MINUS_ONE,
  ONE,
  type Poly,
  polyHeight,
  polyIds,
  polyKey,
  singleAtom,
} from './terms.js';
import { productOver } from './totals.js';

/** The entry (i, j) of the inverse of the matrix with entries `body` at (row, column). */
export function inverse(context: Context, row: Binder, column: Binder, body: Poly, i: Id, j: Id): Poly {
  const scaled = scalarOut(context, row, column, body);
  if (scaled !== undefined) {
    const inner = inverse(context, row, column, scaled.rest, i, j);
    return multiply(context, power(context, scaled.scalar, MINUS_ONE), inner);
  }
  const diagonal = diagonalOf(context, row, column, body);
  if (diagonal !== undefined) {
    const entry = substituteAll(context, diagonal, new Map([[row.id, i]]));
    return multiply(
      context,
      delta(
        [
          { coefficient: 1, id: i },
          { coefficient: -1, id: j },
        ],
        0,
      ),
      power(context, entry, MINUS_ONE),
    );
  }
  const atom = singleAtom(body);
  if (atom?.kind === 'inverse' && atom.at[0] === row.id && atom.at[1] === column.id)
    return entryOf(context, atom, i, j);
  if (atom?.kind === 'inverse' && atom.at[0] === column.id && atom.at[1] === row.id)
    return entryOf(context, atom, j, i);
  const chain = squareChain(context, row, column, body);
  if (chain !== undefined) return inverseOfChain(context, row, column, chain, i, j);
  return atomPoly(inverseAtom(context, row, column, body, i, j));
}

/** M_ij of the matrix that an inverse is of. */
function entryOf(context: Context, atom: AtomOf<'inverse' | 'det'>, i: Id, j: Id): Poly {
  return substituteAll(
    context,
    atom.body,
    new Map([
      [atom.row.id, i],
      [atom.column.id, j],
    ]),
  );
}

/** (A B C)⁻¹ = C⁻¹ B⁻¹ A⁻¹ for square factors. */
function inverseOfChain(
  context: Context,
  row: Binder,
  column: Binder,
  chain: readonly Poly[],
  i: Id,
  j: Id,
): Poly {
  const inner = chain.slice(1).map(() => ({ id: freshId(context, row.dimension), dimension: row.dimension }));
  const path = [i, ...inner.map((b) => b.id), j];
  const factors = [...chain]
    .reverse()
    .map((matrix, at) => inverse(context, row, column, matrix, path[at] as Id, path[at + 1] as Id));
  return sumOver(context, inner, multiplyAll(context, factors));
}

/** c·M with c free of the row and the column, or undefined. */
function scalarOut(
  context: Context,
  row: Binder,
  column: Binder,
  body: Poly,
): { scalar: Poly; rest: Poly } | undefined {
  const { content } = splitContent(context, body, true);
  const factors = content.monomial.factors.filter((f) => !factorHas(f, row.id) && !factorHas(f, column.id));
  if (factors.length === 0 && content.coefficient.equals(ONE)) return undefined;
  const scalar = ofFactors(context, factors, content.coefficient);
  return { scalar, rest: multiply(context, body, power(context, scalar, MINUS_ONE)) };
}

/** The d_row of a matrix δ_{row,column} d_row, or undefined. */
function diagonalOf(context: Context, row: Binder, column: Binder, body: Poly): Poly | undefined {
  const entries: Poly[] = [];
  for (const term of body.terms.values()) {
    const found = term.monomial.factors.find((f) => {
      const pair = simpleDelta(f.atom);
      return pair?.includes(row.id) && pair.includes(column.id);
    });
    if (found === undefined) return undefined;
    const rest = ofFactors(
      context,
      term.monomial.factors.filter((f) => f !== found),
      term.coefficient,
    );
    entries.push(substituteAll(context, rest, new Map([[column.id, row.id]])));
  }
  return entries.length === 0 ? undefined : add(...entries);
}

/** The factors of a product of square matrices, each as a matrix over (row, column); undefined where the sum is no such chain. */
function squareChain(context: Context, row: Binder, column: Binder, body: Poly): Poly[] | undefined {
  const atom = singleAtom(body);
  if (atom?.kind !== 'sum' || atom.binders.some((b) => b.dimension !== row.dimension)) return undefined;
  if (atom.body.factors.length !== atom.binders.length + 1) return undefined;
  const left = new Set(atom.body.factors);
  const ends = new Set([row.id, column.id, ...atom.binders.map((b) => b.id)]);
  const chain: Poly[] = [];
  let here = row.id;
  while (left.size > 0) {
    const factor = [...left].find((f) => isUnit(f.exponent) && factorHas(f, here));
    const there = factor && [...factor.atom.ids].filter((id) => ends.has(id) && id !== here);
    if (factor === undefined || there === undefined || there.length !== 1 || factor.atom.ids.size !== 2)
      return undefined;
    left.delete(factor);
    const next = there[0] as Id;
    chain.push(overRowAndColumn(context, factor, here, next, row.id, column.id));
    here = next;
  }
  return here === column.id ? chain : undefined;
}

function overRowAndColumn(context: Context, factor: Factor, from: Id, to: Id, row: Id, column: Id): Poly {
  const apart = new Map([
    [from, '%row'],
    [to, '%column'],
  ]);
  const moved = substituteAll(context, ofFactors(context, [factor]), apart);
  return substituteAll(
    context,
    moved,
    new Map([
      ['%row', row],
      ['%column', column],
    ]),
  );
}

/** inv(M)_ij and inv(Mᵀ)_ji are one atom: of the two the one with the smaller key. */
function inverseAtom(context: Context, row: Binder, column: Binder, body: Poly, i: Id, j: Id): Atom {
  const readings = [
    labelledMatrix(context, row, column, body),
    labelledMatrix(context, column, row, body),
  ] as const;
  const keys = readings.map((r) => polyKey(r.body));
  const symmetric = keys[0] === keys[1];
  const straight = (keys[0] as string) <= (keys[1] as string);
  const matrix = straight ? readings[0] : readings[1];
  let at: readonly [Id, Id] = straight ? [i, j] : [j, i];
  if (symmetric && at[1] < at[0]) at = [at[1], at[0]];
  const free = [...polyIds(matrix.body)].filter((id) => id !== matrix.row.id && id !== matrix.column.id);
  const key = `inv{${matrix.row.id},${matrix.column.id}:${row.dimension}|${polyKey(matrix.body)}}_${at.join(',')}`;
  return { kind: 'inverse', ...matrix, at, key, ids: idSet([...free, ...at]), height: matrix.height };
}

function labelledMatrix(context: Context, row: Binder, column: Binder, body: Poly) {
  const height = 1 + polyHeight(body);
  const labels = { row: `$${height}.r`, column: `$${height}.s` };
  return {
    row: { id: labels.row, dimension: row.dimension },
    column: { id: labels.column, dimension: column.dimension },
    body: substituteAll(
      context,
      body,
      new Map([
        [row.id, labels.row],
        [column.id, labels.column],
      ]),
    ),
    height,
  };
}

/** det(c M) = cⁿ det M, det(A B) = det A det B, det(Mᵀ) = det M, det(M⁻¹) = 1 / det M, det(diag d) = Π d. */
export function determinant(context: Context, row: Binder, column: Binder, body: Poly): Poly {
  const scaled = scalarOut(context, row, column, body);
  if (scaled !== undefined) {
    const size = atomPoly(sizeAtom(row.dimension));
    return multiply(
      context,
      powerPoly(context, scaled.scalar, size),
      determinant(context, row, column, scaled.rest),
    );
  }
  const diagonal = diagonalOf(context, row, column, body);
  if (diagonal !== undefined) return productOver(context, row, diagonal);
  const atom = singleAtom(body);
  if (atom?.kind === 'inverse' && atom.at.includes(row.id) && atom.at.includes(column.id)) {
    return power(context, determinant(context, atom.row, atom.column, atom.body), MINUS_ONE);
  }
  const chain = squareChain(context, row, column, body);
  if (chain !== undefined)
    return multiplyAll(
      context,
      chain.map((m) => determinant(context, row, column, m)),
    );
  const readings = [
    labelledMatrix(context, row, column, body),
    labelledMatrix(context, column, row, body),
  ] as const;
  const matrix = polyKey(readings[0].body) <= polyKey(readings[1].body) ? readings[0] : readings[1];
  const free = [...polyIds(matrix.body)].filter((id) => id !== matrix.row.id && id !== matrix.column.id);
  const key = `det{${matrix.row.id},${matrix.column.id}:${row.dimension}|${polyKey(matrix.body)}}`;
  return atomPoly({ kind: 'det', ...matrix, key, ids: idSet(free), height: matrix.height });
}

/** Σ_j inv(M)_ij M_jk = δ_ik, wherever the rest of what j stands in is just an entry of M (which may be a sum itself). */
export function contractInverse(
  context: Context,
  binders: readonly Binder[],
  factors: readonly Factor[],
): Poly | undefined {
  for (const factor of factors) {
    const { atom } = factor;
    if (atom.kind !== 'inverse' || !isUnit(factor.exponent)) continue;
    for (const binder of binders) {
      const [i, j] = atom.at;
      if ((i === binder.id) === (j === binder.id)) continue;
      const kept = i === binder.id ? j : i;
      const rest = factors.filter((f) => f !== factor && factorHas(f, binder.id));
      const match = matrixPart(context, binders, factors, rest, (other) =>
        i === binder.id ? entryOf(context, atom, other, binder.id) : entryOf(context, atom, binder.id, other),
      );
      if (match === undefined) continue;
      const used = new Set([factor, ...match.factors]);
      const one = delta(
        [
          { coefficient: 1, id: kept },
          { coefficient: -1, id: match.other },
        ],
        0,
      );
      const product = multiply(
        context,
        one,
        ofFactors(
          context,
          factors.filter((f) => !used.has(f)),
        ),
      );
      const others = binders.filter((b) => b !== binder && !match.binders.includes(b));
      return others.length === 0 ? product : sumOver(context, others, product);
    }
  }
  return undefined;
}

interface MatrixPart {
  readonly factors: readonly Factor[];
  readonly binders: readonly Binder[];
  readonly other: Id;
}

/** The factors beside the inverse that make up an entry of its matrix, with the entry's other index. */
function matrixPart(
  context: Context,
  binders: readonly Binder[],
  factors: readonly Factor[],
  rest: readonly Factor[],
  entry: (other: Id) => Poly,
): MatrixPart | undefined {
  const direct = matches(ofFactors(context, rest), entry);
  if (direct !== undefined) return { factors: rest, binders: [], other: direct };
  for (const inner of binders) {
    if (!rest.some((f) => factorHas(f, inner.id))) continue;
    const part = factors.filter((f) => factorHas(f, inner.id));
    if (rest.some((f) => !part.includes(f))) continue;
    const other = matches(atomPoly(sumAtom(context, [inner], part)), entry);
    if (other !== undefined) return { factors: part, binders: [inner], other };
  }
  return undefined;
}

function matches(part: Poly, entry: (other: Id) => Poly): Id | undefined {
  const key = polyKey(part);
  for (const id of polyIds(part)) if (polyKey(entry(id)) === key) return id;
  return undefined;
}
