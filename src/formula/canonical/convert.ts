/** From a formula to its canonical form: one short function per node. */
import Fraction from 'fraction.js';
import { HandgradError, NoRuleError } from '../errors.js';
import { bindersOf, rebind, simpleIndex, substituteIndices } from '../indices.js';
import type {
  Binder,
  Bracket,
  Cases,
  Expr,
  FieldFunction,
  Index,
  MatrixFunction,
  Position,
  Relation,
  TensorRef,
  Total,
} from '../nodes.js';
import { type Context, freshId } from './context.js';
import { absolute, call, exponential, logarithm, positive, zero } from './functions.js';
import { determinant, inverse } from './matrix.js';
import { add, multiply, multiplyAll, negate, scale, subtract } from './poly.js';
import { power, powerPoly } from './power.js';
import { substituteAll } from './substitute.js';
import { sizeAtom, sumOver } from './sums.js';
import { delta, derivativeAtom, position, symbol } from './symbols.js';
import {
  atomPoly,
  constantPoly,
  HALF,
  type Id,
  MINUS_ONE,
  ONE,
  onePoly,
  type Poly,
  rational,
  zeroPoly,
} from './terms.js';
import { maximumOver, productOver } from './totals.js';

/** How deep a formula may be nested. */
const deepest = 500;

export function convert(context: Context, expr: Expr, depth = 0): Poly {
  if (depth > deepest) throw new HandgradError(`The formula is nested more than ${deepest} deep.`);
  const before = context.converted.get(expr);
  if (before !== undefined) return before;
  const form = convertNode(context, expr, depth);
  if (expr.kind !== 'number') context.converted.set(expr, form);
  return form;
}

function convertNode(context: Context, expr: Expr, depth: number): Poly {
  const of = (e: Expr): Poly => convert(context, e, depth + 1);
  switch (expr.kind) {
    case 'number':
      return constantPoly(new Fraction(expr.value));
    case 'constant':
      return expr.name === 'e'
        ? exponential(context, onePoly)
        : atomPoly({ kind: 'pi', key: 'π', ids: new Set(), height: 0 });
    case 'size':
      return atomPoly(sizeAtom(expr.dimension));
    case 'position':
      return convertPosition(expr);
    case 'tensor':
      return convertTensor(context, expr, depth);
    case 'delta':
      return delta(
        [...affineParts(expr.left, 1), ...affineParts(expr.right, -1)],
        expr.left.offset - expr.right.offset,
      );
    case 'bracket':
      return convertBracket(context, expr, depth);
    case 'add':
      return add(...expr.terms.map(of));
    case 'multiply':
      return multiplyAll(context, expr.factors.map(of));
    case 'divide':
      return multiply(context, of(expr.numerator), inverseOf(context, expr.denominator, depth + 1));
    case 'negate':
      return negate(of(expr.operand));
    case 'power':
      return convertPower(context, of(expr.base), of(expr.exponent));
    case 'call':
      return call(context, expr.name, expr.args.map(of));
    case 'total':
      return convertTotal(context, expr, depth);
    case 'cases':
      return convertCases(context, expr, depth);
    case 'derivative':
      return atomPoly(
        derivativeAtom(
          expr.of.name,
          expr.of.indices.map(simpleId),
          expr.by.map((by) => ({ name: by.name, indices: by.indices.map(simpleId) })),
        ),
      );
    case 'matrix':
      return convertMatrix(context, expr, depth);
    case 'field':
      return convertField(context, expr, depth);
  }
}

/** 1 / expr, factor by factor: a power in a denominator keeps its base, where multiplied out it would be lost. */
function inverseOf(context: Context, expr: Expr, depth: number): Poly {
  if (depth > deepest) throw new HandgradError(`The formula is nested more than ${deepest} deep.`);
  switch (expr.kind) {
    case 'multiply':
      return multiplyAll(
        context,
        expr.factors.map((f) => inverseOf(context, f, depth + 1)),
      );
    case 'divide':
      return multiply(
        context,
        inverseOf(context, expr.numerator, depth + 1),
        convert(context, expr.denominator, depth + 1),
      );
    case 'negate':
      return negate(inverseOf(context, expr.operand, depth + 1));
    case 'power':
      return convertPower(
        context,
        inverseOf(context, expr.base, depth + 1),
        convert(context, expr.exponent, depth + 1),
      );
    default:
      return power(context, convert(context, expr, depth + 1), MINUS_ONE);
  }
}

function affineParts(index: Index, sign: 1 | -1): { coefficient: number; id: Id }[] {
  return index.parts.map((p) => ({ coefficient: p.sign * sign, id: p.id }));
}

function convertPosition({ index }: Position): Poly {
  const parts = index.parts.map((p) => scale(position(p.id), rational(p.sign)));
  return add(...parts, constantPoly(rational(index.offset)));
}

/** The letter or component of an index without arithmetic. */
function simpleId(index: Index): Id {
  const id = plainId(index);
  if (id === undefined)
    throw new NoRuleError(
      'An index with arithmetic (x_{i+k}) cannot stand in a derivative that is not worked out.',
    );
  return id;
}

function plainId(index: Index): Id | undefined {
  const [part, second] = index.parts;
  if (part === undefined) return index.offset >= 0 ? String(index.offset) : undefined;
  return second === undefined && part.sign === 1 && index.offset === 0 ? part.id : undefined;
}

/** x_{i+k} = Σ_m δ_{m,i+k} x_m, which is 0 outside the range as it should be. A defined name gives its body. */
function convertTensor(context: Context, expr: TensorRef, depth: number): Poly {
  const tensor = context.declarations.tensors.get(expr.name);
  const ids: Id[] = [];
  const constraints: Poly[] = [];
  const binders: Binder[] = [];
  expr.indices.forEach((index, axis) => {
    const id = plainId(index);
    if (id !== undefined) {
      ids.push(id);
      return;
    }
    const dimension = tensor?.dimensions[axis];
    if (dimension === undefined) throw new HandgradError(`${expr.name} has no axis ${axis}.`);
    const fresh = freshId(context, dimension);
    ids.push(fresh);
    binders.push({ id: fresh, dimension });
    constraints.push(delta([{ coefficient: 1, id: fresh }, ...affineParts(index, -1)], -index.offset));
  });
  const entry =
    tensor?.definition !== undefined && context.unfolds(expr.name)
      ? definedEntry(context, expr.name, ids, depth)
      : symbol(context, expr.name, ids);
  return binders.length === 0
    ? entry
    : sumOver(context, binders, multiplyAll(context, [...constraints, entry]));
}

/** The body of a definition at other indices; the body's canonical form is made once. */
function definedEntry(context: Context, name: string, ids: readonly Id[], depth: number): Poly {
  const tensor = context.declarations.tensors.get(name);
  if (tensor?.definition === undefined) return symbol(context, name, ids);
  const own = tensor.definition.indices;
  const apart = own.map((id) => `%${name}.${id}`);
  const signature = `d|${name}`;
  let body = context.memo.get(signature) as Poly | undefined;
  if (body === undefined) {
    apart.forEach((id, axis) => {
      const dimension = tensor.dimensions[axis];
      if (dimension !== undefined) context.dimensions.set(id, dimension);
    });
    const indices = new Map(own.map((id, at) => [id, simpleIndex(apart[at] as Id)]));
    body = convert(context, substituteIndices(tensor.definition.body, indices), depth + 1);
    context.memo.set(signature, body);
  }
  return substituteAll(context, body, new Map(apart.map((id, at) => [id, ids[at] as Id])));
}

function convertPower(context: Context, base: Poly, exponent: Poly): Poly {
  const term = base.terms.size === 1 ? base.terms.get('e^{}') : undefined;
  if (term?.coefficient.equals(ONE)) return exponential(context, exponent);
  return powerPoly(context, base, exponent);
}

function convertBracket(context: Context, expr: Bracket, depth: number): Poly {
  return relationPoly(context, expr.relation, expr.left, expr.right, depth);
}

/** Every relation in terms of > 0 and = 0. Between index numbers, = is δ. */
function relationPoly(context: Context, relation: Relation, left: Expr, right: Expr, depth: number): Poly {
  const difference = subtract(convert(context, left, depth + 1), convert(context, right, depth + 1));
  switch (relation) {
    case '>':
      return positive(context, difference);
    case '<':
      return positive(context, negate(difference));
    case '≥':
      return subtract(onePoly, positive(context, negate(difference)));
    case '≤':
      return subtract(onePoly, positive(context, difference));
    case '=':
      return equalIndices(difference) ?? zero(context, difference);
    case '≠':
      return subtract(onePoly, equalIndices(difference) ?? zero(context, difference));
  }
}

/** [i = j] over index numbers as δ; undefined where something else is compared. */
function equalIndices(difference: Poly): Poly | undefined {
  const parts: { coefficient: number; id: Id }[] = [];
  let offset = 0;
  for (const { coefficient, monomial } of difference.terms.values()) {
    const [factor, second] = monomial.factors;
    if (coefficient.d !== 1n || second !== undefined) return undefined;
    if (factor === undefined) offset = Number(coefficient.valueOf());
    else if (
      factor.atom.kind === 'position' &&
      factor.exponent.rational.equals(ONE) &&
      factor.exponent.symbolic === undefined
    ) {
      parts.push({ coefficient: Number(coefficient.valueOf()), id: factor.atom.id });
    } else return undefined;
  }
  return parts.length === 0 ? undefined : delta(parts, offset);
}

/**
 * The node with binders whose ids name no index of another range: the range of an id holds for the whole of the work, so where
 * a letter is used again for another dimension (or is free outside), the inner one gets a new id.
 */
function ownRanges<E extends Expr>(context: Context, expr: E): E {
  const renamed = new Map<Id, Id>();
  for (const { id, dimension } of bindersOf(expr)) {
    const known = context.dimensions.get(id);
    if (known === undefined) context.dimensions.set(id, dimension);
    else if (known !== dimension) renamed.set(id, freshId(context, dimension));
  }
  return renamed.size === 0 ? expr : rebind(expr, renamed);
}

function convertTotal(context: Context, given: Total, depth: number): Poly {
  if (given.operation === 'sum') return convertSum(context, given, depth);
  const expr = ownRanges(context, given);
  const fresh = { id: freshId(context, expr.binder.dimension), dimension: expr.binder.dimension };
  const rename = new Map([[expr.binder.id, fresh.id]]);
  const body = substituteAll(context, convert(context, expr.body, depth + 1), rename);
  const where = expr.where && substituteAll(context, convert(context, expr.where, depth + 1), rename);
  if (expr.operation === 'product') {
    const factor = where === undefined ? body : add(multiply(context, where, body), subtract(onePoly, where));
    return productOver(context, fresh, factor);
  }
  if (where !== undefined)
    throw new NoRuleError('A maximum over a restricted range (max_{k≠i}) has no rule.');
  return maximumOver(context, fresh, body);
}

/** A sum, and the sums directly in it, taken over all their dummies at once. */
function convertSum(context: Context, expr: Total, depth: number): Poly {
  const binders: Binder[] = [];
  const rename = new Map<Id, Id>();
  const conditions: Expr[] = [];
  let body: Expr = expr;
  while (body.kind === 'total' && body.operation === 'sum') {
    const total: Total = ownRanges(context, body);
    const fresh = { id: freshId(context, total.binder.dimension), dimension: total.binder.dimension };
    binders.push(fresh);
    rename.set(total.binder.id, fresh.id);
    if (total.where !== undefined) conditions.push(total.where);
    body = total.body;
  }
  const factors = [...conditions, body].map((e) =>
    substituteAll(context, convert(context, e, depth + 1), rename),
  );
  return sumOver(context, binders, multiplyAll(context, factors));
}

/** Σ value · [condition] · Π (1 − [earlier condition]); without `otherwise` the conditions must cover everything. */
function convertCases(context: Context, expr: Cases, depth: number): Poly {
  let left = onePoly;
  let sum = zeroPoly;
  for (const { value, condition } of expr.branches) {
    const holds = convertBracket(context, condition, depth);
    sum = add(sum, multiply(context, multiply(context, left, holds), convert(context, value, depth + 1)));
    left = multiply(context, left, subtract(onePoly, holds));
  }
  if (expr.otherwise !== undefined)
    return add(sum, multiply(context, left, convert(context, expr.otherwise, depth + 1)));
  if (left.terms.size > 0) {
    throw new NoRuleError(
      'These cases do not say what holds where none of their conditions does: add "; … otherwise".',
    );
  }
  return sum;
}

function matrixBody(
  context: Context,
  given: MatrixFunction,
  depth: number,
): { row: Binder; column: Binder; body: Poly } {
  const expr = ownRanges(context, given);
  const row = { id: freshId(context, expr.row.dimension), dimension: expr.row.dimension };
  const column = { id: freshId(context, expr.column.dimension), dimension: expr.column.dimension };
  const rename = new Map([
    [expr.row.id, row.id],
    [expr.column.id, column.id],
  ]);
  return { row, column, body: substituteAll(context, convert(context, expr.body, depth + 1), rename) };
}

/** logdet is log |det|. */
function convertMatrix(context: Context, expr: MatrixFunction, depth: number): Poly {
  const { row, column, body } = matrixBody(context, expr, depth);
  if (expr.name === 'inv') {
    if (expr.at === undefined) throw new HandgradError('inv(M) needs the two indices of its entry.');
    return inverseAt(context, row, column, body, expr.at);
  }
  const det = determinant(context, row, column, body);
  return expr.name === 'det' ? det : logarithm(context, absolute(context, det));
}

function inverseAt(
  context: Context,
  row: Binder,
  column: Binder,
  body: Poly,
  at: readonly [Index, Index],
): Poly {
  const [i, j] = at.map(plainId);
  if (i === undefined || j === undefined)
    throw new NoRuleError('An entry of an inverse takes plain indices, not i+k.');
  return inverse(context, row, column, body, i, j);
}

/** softmax(v)_i = e^{v_i} / Σ_k e^{v_k}, logsumexp, mean, var (over n, not n − 1), norm: as totals. */
function convertField(context: Context, given: FieldFunction, depth: number): Poly {
  const expr = ownRanges(context, given);
  const binders = expr.binders.map((b) => ({ id: freshId(context, b.dimension), dimension: b.dimension }));
  const rename = new Map(expr.binders.map((b, at) => [b.id, (binders[at] as Binder).id]));
  const body = substituteAll(context, convert(context, expr.body, depth + 1), rename);
  const sum = (poly: Poly): Poly => sumOver(context, binders, poly);
  const count = multiplyAll(
    context,
    binders.map((b) => atomPoly(sizeAtom(b.dimension))),
  );
  const mean = (poly: Poly): Poly => multiply(context, sum(poly), power(context, count, MINUS_ONE));
  switch (expr.name) {
    case 'softmax': {
      const at = expr.at && plainId(expr.at);
      const [binder] = binders;
      if (at === undefined || binder === undefined)
        throw new NoRuleError('softmax(x) needs the index of its entry: softmax(x)_i.');
      const entry = substituteAll(context, exponential(context, body), new Map([[binder.id, at]]));
      return multiply(context, entry, power(context, sum(exponential(context, body)), MINUS_ONE));
    }
    case 'logsumexp':
      return logarithm(context, sum(exponential(context, body)));
    case 'mean':
      return mean(body);
    case 'var':
      return mean(power(context, subtract(body, mean(body)), rational(2)));
    case 'norm':
      return power(context, sum(power(context, body, rational(2))), HALF);
  }
}
