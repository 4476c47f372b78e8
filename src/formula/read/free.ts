/** Which letters are free indices somewhere in a formula, before it is turned into nodes. */
import type { Context } from './context.js';
import { type ConditionSyntax, indicesOf, type Syntax } from './syntax.js';

/** Adds to the context every letter that stands as an index where no total binds it. */
export function collectFree(syntax: Syntax, context: Context): void {
  collect(syntax, new Set(), context);
}

function collect(syntax: Syntax, bound: ReadonlySet<string>, context: Context): void {
  for (const index of indicesOf(syntax)) {
    for (const { letter } of index.parts) meet(letter, bound, context);
  }
  const visit = (inner: Syntax): void => collect(inner, bound, context);
  switch (syntax.kind) {
    case 'number':
    case 'symbol':
    case 'delta':
    case 'ones':
      return;
    case 'total': {
      const inner = new Set([...bound, ...syntax.letters.map(({ letter }) => letter)]);
      if (syntax.where) collectCondition(syntax.where, inner, context);
      collect(syntax.body, inner, context);
      return;
    }
    case 'call': {
      const letters = syntax.over?.list.flatMap((index) => index.parts.map((part) => part.letter)) ?? [];
      const inner = letters.length > 0 ? new Set([...bound, ...letters]) : bound;
      for (const arg of syntax.args) collect(arg, inner, context);
      return;
    }
    case 'bracket':
      collectCondition(syntax.condition, bound, context);
      return;
    case 'cases':
      for (const { value, condition } of syntax.branches) {
        visit(value);
        collectCondition(condition, bound, context);
      }
      if (syntax.otherwise) visit(syntax.otherwise);
      return;
    case 'derivative':
      visit(syntax.of);
      for (const symbol of syntax.by) visit(symbol);
      return;
    case 'group':
      visit(syntax.body);
      return;
    case 'entry':
    case 'negate':
    case 'transpose':
      visit(syntax.operand);
      return;
    case 'sum':
      for (const { term } of syntax.terms) visit(term);
      return;
    case 'product':
      visit(syntax.first);
      for (const { factor } of syntax.rest) visit(factor);
      return;
    case 'power':
      visit(syntax.base);
      visit(syntax.exponent);
  }
}

/** A letter compared with an index is an index itself: the i of `Σ_k [k ≤ i] x_k`. */
function collectCondition(condition: ConditionSyntax, bound: ReadonlySet<string>, context: Context): void {
  const sides = [condition.left, condition.right];
  for (const side of sides) collect(side, bound, context);
  const letters = sides.map((side) => bareLetter(side, bound, context));
  if (letters.some((letter) => letter === undefined)) return;
  for (const letter of letters) if (letter !== undefined) meet(letter, bound, context);
}

/** The letter a side of a condition is, when it stands alone and names nothing. */
function bareLetter(side: Syntax, bound: ReadonlySet<string>, context: Context): string | undefined {
  if (side.kind !== 'symbol' || side.indices) return undefined;
  const { name } = side;
  if (bound.has(name) || context.free.has(name)) return name;
  const named =
    context.tensor(name) !== undefined ||
    context.dimension(name) !== undefined ||
    ['e', 'π', 'pi', 'I', 'ones'].includes(name);
  return !named && /^\p{L}\p{M}*$/u.test(name) ? name : undefined;
}

function meet(letter: string, bound: ReadonlySet<string>, context: Context): void {
  if (bound.has(letter)) return;
  context.free.add(letter);
  context.taken.add(letter);
}
