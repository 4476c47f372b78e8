/**
 * A product of factors with at most two indices each, some of them summed over, as a network: indices are nodes,
 * factors of two indices are edges between them, those of one are weights at a node. Leaves are contracted (A w), what
 * stands twice between two nodes is multiplied entrywise, and the path that is left is the matrix product.
 */
import { diagonal, entrywise, IDENTITY, ONES, product, transposed, type Word, word } from './words.js';

/** A factor of two indices; its word as a matrix with rows `a` and columns `b`, or the other way round. */
export interface Edge {
  readonly a: string;
  readonly b: string;
  readonly from: (row: string) => Word | undefined;
}

export interface Network {
  readonly nodes: readonly string[];
  readonly edges: readonly Edge[];
  readonly weights: ReadonlyMap<string, readonly Word[]>;
}

/** The parts of a network that no edge joins. */
export function componentsOf({ nodes, edges, weights }: Network): Network[] {
  const group = new Map(nodes.map((node) => [node, node]));
  const root = (node: string): string => {
    const up = group.get(node);
    return up === undefined || up === node ? node : root(up);
  };
  for (const { a, b } of edges) group.set(root(a), root(b));
  const parts = new Map<string, string[]>();
  for (const node of nodes) parts.set(root(node), [...(parts.get(root(node)) ?? []), node]);
  return [...parts.values()].map((members) => ({
    nodes: members,
    edges: edges.filter(({ a }) => members.includes(a)),
    weights: new Map(members.map((node) => [node, weights.get(node) ?? []])),
  }));
}

/** The number that a part without free index is: a trace, uᵀ A v, 𝟏ᵀ v. */
export function scalarOf(part: Network): Word | undefined {
  const cycle = trace(part);
  if (cycle) return cycle;
  const [root] = part.nodes;
  const left = root === undefined ? undefined : contractTo(part, [root]);
  if (root === undefined || !left || left.edges.length > 0) return undefined;
  const weights = left.weights.get(root) ?? [];
  const [only, more] = weights;
  if (only && !more) {
    const own = /^diag\(([^()]*)\)$/.exec(only.text);
    if (own && !only.negative) return word(`tr(${own[1] ?? ''})`);
    return product([transposed(ONES), only]);
  }
  const last = weights.at(-1);
  const others = weights.slice(0, -1);
  return last ? product([transposed(entrywise(others)), ...[last]]) : undefined;
}

/** The vector over one free index. */
export function vectorOf(part: Network, root: string): Word | undefined {
  const left = contractTo(part, [root]);
  if (!left || left.edges.length > 0) return undefined;
  const weights = left.weights.get(root) ?? [];
  return weights.length === 0 ? undefined : entrywise(weights);
}

/** The matrix over two free indices that edges join. */
export function matrixOf(part: Network, row: string, column: string): Word | undefined {
  const left = contractTo(part, [row, column]);
  if (!left) return undefined;
  const factors: Word[] = [];
  const addWeights = (node: string): void => {
    const weights = left.weights.get(node) ?? [];
    if (weights.length > 0) factors.push(diagonal(entrywise(weights)));
  };
  let at = row;
  const waiting = new Set(left.edges);
  addWeights(at);
  while (at !== column) {
    const onward = [...waiting].filter(({ a, b }) => a === at || b === at);
    const [edge, more] = onward;
    const text = edge?.from(at);
    if (!edge || more || !text) return undefined;
    waiting.delete(edge);
    factors.push(text);
    at = edge.a === at ? edge.b : edge.a;
    addWeights(at);
  }
  if (waiting.size > 0) return undefined;
  const telling = factors.filter((factor) => factor.text !== IDENTITY.text);
  return telling.length === 0 ? IDENTITY : product(telling);
}

/** tr(A B …) where every node stands at exactly two edge ends and carries no weight; tr(Aᵀ (B ⊙ C)) between two nodes. */
function trace({ nodes, edges, weights }: Network): Word | undefined {
  const [start, other] = nodes;
  const [first, ...rest] = edges;
  const bare = nodes.every((node) => (weights.get(node)?.length ?? 0) === 0);
  if (first && start !== undefined && other !== undefined && nodes.length === 2 && rest.length > 1 && bare) {
    const [there, ...back] = [first.from(start), ...rest.map((edge) => edge.from(other))];
    const words = back.filter((text) => text !== undefined);
    return there && words.length === back.length ? traceOf(product([there, entrywise(words)])) : undefined;
  }
  const ends = (node: string): number => edges.filter(({ a, b }) => a === node || b === node).length;
  if (start === undefined || edges.length < 2 || edges.length !== nodes.length) return undefined;
  if (!bare || nodes.some((node) => ends(node) !== 2)) return undefined;
  const factors: Word[] = [];
  const waiting = [...edges];
  let at = start;
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ a, b }) => a === at || b === at);
    const [edge] = next < 0 ? [] : waiting.splice(next, 1);
    const text = edge?.from(at);
    if (!edge || !text) return undefined;
    factors.push(text);
    at = edge.a === at ? edge.b : edge.a;
  }
  return traceOf(product(factors));
}

function traceOf(inside: Word): Word {
  return { ...word(`tr(${inside.text})`), ...(inside.negative && { negative: true }) };
}

/** Edges between the same two nodes become one; leaves are contracted into weights until only `kept` nodes end the rest. */
function contractTo(part: Network, kept: readonly string[]): Network | undefined {
  let edges = mergeParallel(part.edges);
  const weights = new Map([...part.weights].map(([node, list]) => [node, [...list]]));
  for (;;) {
    const leaf = part.nodes.findLast(
      (node) => !kept.includes(node) && edges.filter(({ a, b }) => a === node || b === node).length === 1,
    );
    if (leaf === undefined) break;
    const edge = edges.find(({ a, b }) => a === leaf || b === leaf);
    if (!edge) break;
    const inner = edge.a === leaf ? edge.b : edge.a;
    const matrix = edge.from(inner);
    if (!matrix) return undefined;
    const own = weights.get(leaf) ?? [];
    const vector = own.length > 0 ? entrywise(own) : ONES;
    const contracted = matrix.text === IDENTITY.text && !matrix.negative ? vector : product([matrix, vector]);
    weights.set(inner, [...(weights.get(inner) ?? []), contracted]);
    weights.set(leaf, []);
    edges = mergeParallel(edges.filter((other) => other !== edge));
  }
  const used = new Set(edges.flatMap(({ a, b }) => [a, b]));
  const lost = part.nodes.some(
    (node) => !kept.includes(node) && !used.has(node) && (weights.get(node)?.length ?? 0) > 0,
  );
  return lost ? undefined : { nodes: part.nodes, edges, weights };
}

/** A_ij B_ij is (A ⊙ B)_ij. */
function mergeParallel(edges: readonly Edge[]): readonly Edge[] {
  const merged: Edge[] = [];
  for (const edge of edges) {
    const at = merged.findIndex(
      ({ a, b }) => (a === edge.a && b === edge.b) || (a === edge.b && b === edge.a),
    );
    const other = merged[at];
    if (!other) {
      merged.push(edge);
      continue;
    }
    merged[at] = {
      a: other.a,
      b: other.b,
      from: (row) => {
        const [first, second] = [other.from(row), edge.from(row)];
        return first && second && entrywise([first, second]);
      },
    };
  }
  return merged;
}
