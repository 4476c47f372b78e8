/** A factor missing somewhere inside the line, under a Σ or in a bracket, where the right result reads otherwise. */
import {
  type Expr,
  everyNode,
  freeIndices,
  multiply,
  simpleIndex,
  substituteIndices,
  tensor,
} from '../../../formula/index.js';
import { type Detector, repaired } from '../finding.js';
import type { Problem } from '../problem.js';
import type { Scope } from '../sampler.js';
import { type Site, sitesOf } from '../sites.js';
import { assignments } from './links.js';

/** More than this are not tried. */
const MOST = 1500;

/** An expression with the dimension of each of its free indices. */
interface Part {
  readonly expr: Expr;
  readonly ids: readonly string[];
  readonly dimensions: readonly string[];
}

/** What a missing factor may be: every tensor of the problem, and the sums and functions that stand in the line. */
function partsOf(problem: Problem, sites: readonly Site[]): readonly Part[] {
  const tensors = [...problem.declarations.tensors.values()].map(({ name, dimensions }): Part => {
    const ids = dimensions.map((_, axis) => `§${axis}`);
    return { expr: tensor(name, ...ids), ids, dimensions };
  });
  const written = sites.flatMap(({ node, scope }): Part[] => {
    if (node.kind !== 'add' && node.kind !== 'call') return [];
    const ids = freeIndices(node);
    return ids.length > 2 ? [] : [{ expr: node, ids, dimensions: ids.map((id) => scope.get(id) ?? '') }];
  });
  return [...tensors, ...written].filter(({ expr }) => problem.isAtHand(expr));
}

/** The part at each choice of the indices in reach. */
function* placed({ expr, ids, dimensions }: Part, scope: Scope): Generator<Expr> {
  for (const letters of assignments(dimensions, [...scope.keys()], scope)) {
    yield substituteIndices(expr, new Map(ids.map((id, at) => [id, simpleIndex(letters[at] ?? id)])));
  }
}

/** Where a factor may be missing: at the products of the line, and at what a Σ or a bracket takes together. */
function isPlace({ node, parents }: Site): boolean {
  const [parent] = parents;
  if (parent?.kind === 'multiply') return false;
  return (
    node.kind === 'multiply' || parent?.kind === 'total' || parent?.kind === 'add' || parent === undefined
  );
}

/** Σ_k w_k v_k → Σ_k v_k: the line with a factor put in at one place is right. */
export const insertedFactor: Detector = function* (problem) {
  const sites = sitesOf(problem.line.expr, problem.scope);
  const parts = partsOf(problem, sites);
  let tried = 0;
  for (const site of sites.filter(isPlace)) {
    if ([...everyNode(site.node)].length > 60) continue;
    for (const part of parts) {
      for (const factor of placed(part, site.scope)) {
        tried += 1;
        if (tried > MOST) return;
        const to = multiply(factor, site.node);
        yield* repaired(problem, site.put(to), () => ({
          mistake: 'lost-factor',
          later: 5,
          wrong: problem.text(site.node),
          right: problem.text(to),
          message: `The factor ${problem.text(factor)} is missing at ${problem.text(site.node)}.`,
          hint: 'Which rule gives this factor, and is it inside the sum or outside?',
        }));
      }
    }
  }
};
