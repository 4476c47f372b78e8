/** The right result in the forms a derivation passes through: as it reads, by the chain rule through each name, unsimplified. */
import {
  add,
  allIndices,
  type Declarations,
  differentiate,
  type Expr,
  everyNode,
  freshId,
  mapChildren,
  multiply,
  NoRuleError,
  simplify,
  sum,
  type Tensor,
  type TensorRef,
  TooLargeError,
  type TraceStep,
  tensor,
  unfoldDefinition,
} from '../../formula/index.js';
import type { Problem } from './problem.js';

/** The chain rule through one name: what is left when the name is held constant, and what runs through it. */
export interface Link {
  readonly name: string;
  /** ∂of/∂by with the name held constant. */
  readonly direct: Expr;
  /** ∂of/∂name over `indices`, and ∂name/∂by. */
  readonly outer: Expr;
  readonly inner: Expr;
  readonly indices: readonly { readonly id: string; readonly dimension: string }[];
  /** Σ outer · inner */
  readonly through: Expr;
  /** direct + through, which is the right result. */
  readonly whole: Expr;
}

/** The unsimplified derivative with the rules that made it. */
export interface Raw {
  readonly expr: Expr;
  readonly trace: readonly TraceStep[];
}

/** The derivative as the rules give it; undefined where nothing was asked or no rule covers it. */
export function rawOf(problem: Problem): Raw | undefined {
  const { asked, declarations } = problem;
  if (asked === undefined || asked.by.length !== 1) return undefined;
  return orNothing(() => {
    const { result, trace } = differentiate(declarations, asked.of, asked.by, problem.surroundings);
    return { expr: result, trace };
  });
}

/** The chain rule through each defined name between the variable and what is differentiated. */
export function linksOf(problem: Problem): readonly Link[] {
  const { asked, declarations } = problem;
  const [by, second] = asked?.by ?? [];
  if (asked === undefined || by === undefined || second !== undefined) return [];
  return between(declarations, asked.of.name, by.name).flatMap(
    (name) => linkOf(problem, asked.of, by, name) ?? [],
  );
}

/** The defined names on the way from the variable to the result, the last defined first. */
export function between(declarations: Declarations, of: string, by: string): readonly string[] {
  const uses = (name: string, wanted: string): boolean => {
    const body = declarations.tensors.get(name)?.definition?.body;
    if (body === undefined || name === by) return false;
    for (const node of everyNode(body)) {
      if (node.kind === 'tensor' && (node.name === wanted || uses(node.name, wanted))) return true;
    }
    return false;
  };
  return [...declarations.tensors.keys()]
    .filter((name) => name !== of && name !== by && uses(of, name) && uses(name, by))
    .toReversed();
}

/** The declarations in which a name has no definition: it counts as a constant. */
export function withConstant(declarations: Declarations, ...names: readonly string[]): Declarations {
  const tensors = new Map(declarations.tensors);
  for (const name of names) {
    const known = tensors.get(name);
    if (known !== undefined)
      tensors.set(name, { name: known.name, dimensions: known.dimensions } satisfies Tensor);
  }
  return { ...declarations, tensors };
}

function linkOf(problem: Problem, of: TensorRef, by: TensorRef, name: string): Link | undefined {
  const { declarations, scope, surroundings } = problem;
  const dimensions = declarations.tensors.get(name)?.dimensions ?? [];
  const taken = new Set([...scope.keys(), ...allIndices(problem.right.expr)]);
  const isFree = (letter: string): boolean =>
    !taken.has(letter) && !declarations.tensors.has(letter) && !declarations.dimensions.includes(letter);
  const indices = dimensions.map((dimension) => {
    const id = [...'iklpqabc'].find(isFree) ?? freshId('i', taken);
    taken.add(id);
    return { id, dimension };
  });
  const here = tensor(name, ...indices.map(({ id }) => id));
  const ranges = new Map([...scope, ...indices.map(({ id, dimension }) => [id, dimension] as const)]);
  return orNothing(() => {
    const readable = (expr: Expr): Expr => simplify(declarations, expr, ranges).expr;
    const direct = readable(differentiate(withConstant(declarations, name), of, [by], surroundings).result);
    const outer = readable(differentiate(declarations, of, [here], surroundings).result);
    const inner = readable(differentiate(declarations, here, [by], surroundings).result);
    const through = indices.reduceRight<Expr>(
      (body, { id, dimension }) => sum(id, dimension, body),
      multiply(outer, inner),
    );
    const none = direct.kind === 'number' && direct.value.equals(0);
    return { name, direct, outer, inner, indices, through, whole: none ? through : add(direct, through) };
  });
}

/** A formula with the names in it that have a definition put out once, sums and all. */
export function unfoldedOnce({ declarations, asked }: Problem, expr: Expr): Expr {
  const by = new Set(asked?.by.map(({ name }) => name));
  const taken = new Set(allIndices(expr));
  const visit = (node: Expr): Expr => {
    if (node.kind === 'tensor')
      return (by.has(node.name) ? undefined : unfoldDefinition(node, declarations, taken)) ?? node;
    return mapChildren(node, visit);
  };
  return visit(expr);
}

/** What a rule gives, or nothing where none covers it or it grows too large. */
export function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof NoRuleError || error instanceof TooLargeError) return undefined;
    throw error;
  }
}
