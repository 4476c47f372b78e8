/** Products of selections: what is gathered from what was gathered or scattered. */
import type { Jacobian } from '../jacobian.js';
import { Diagonal, Selection } from '../kinds/index.js';
import { entrywise } from '../kinds/vectors.js';
import { sameNumbers } from './equal.js';

/** A selection in its plainest form: one that moves nothing is a diagonal. */
export function plainest(selection: Selection): Jacobian {
  const { sources, among, transposed, weights } = selection;
  if (transposed || sources.length !== among || !sources.every((source, k) => source === k)) return selection;
  return new Diagonal(weights ?? new Float64Array(among).fill(1));
}

/** Where each input went: −1 where it was not selected. */
function inverseOf(sources: Int32Array, among: number): Int32Array {
  const inverse = new Int32Array(among).fill(-1);
  sources.forEach((source, k) => {
    inverse[source] = k;
  });
  return inverse;
}

const taken = (values: Float64Array, at: Int32Array): Float64Array =>
  Float64Array.from(at, (k) => values[k] as number);

const weightsOf = ({ weights, sources }: Selection): Float64Array =>
  weights ?? new Float64Array(sources.length).fill(1);

/** Weights of both, multiplied; none where neither has any. */
function joined(left: Selection, right: Selection, rightAt: Int32Array): Float64Array | undefined {
  if (left.weights === undefined && right.weights === undefined) return undefined;
  return entrywise(weightsOf(left), taken(weightsOf(right), rightAt));
}

/** D S and S D: the diagonal goes into the weights. */
export function scaledSelection(
  selection: Selection,
  entries: Float64Array,
  side: 'left' | 'right',
): Selection {
  const { sources, among, transposed, weights } = selection;
  const own = (side === 'left') !== transposed ? entries : taken(entries, sources);
  return new Selection(sources, among, transposed, weights === undefined ? own : entrywise(weights, own));
}

/** The product of two selections where it has at most one entry in each row or in each column; else undefined. */
export function selected(outer: Selection, inner: Selection): Jacobian | undefined {
  if (!outer.transposed && !inner.transposed) {
    const sources = outer.sources.map((source) => inner.sources[source] as number);
    return plainest(new Selection(sources, inner.among, false, joined(outer, inner, outer.sources)));
  }
  if (outer.transposed && inner.transposed) return selected(inner.turned(), outer.turned())?.turned();
  return outer.transposed ? scattered(outer, inner) : gathered(outer, inner);
}

/** Sᵀ T: what was selected from the inputs, put at its places among the outputs. */
function scattered(outer: Selection, inner: Selection): Jacobian | undefined {
  const { sources, among } = outer;
  if (sameNumbers(sources, inner.sources) && among === inner.among) {
    const entries = new Float64Array(among);
    outer.turned().addTransposedProduct(weightsOf(inner), entries);
    return new Diagonal(entries);
  }
  if (outer.distinct) return oneEach(inverseOf(sources, among), outer, inner);
  if (inner.distinct) return scattered(inner.turned(), outer.turned())?.turned();
  return undefined;
}

/** Output i is input `inner.sources[inverse[i]]`; 0 where nothing went to i. */
function oneEach(inverse: Int32Array, outer: Selection, inner: Selection): Selection {
  const [own, others] = [weightsOf(outer), weightsOf(inner)];
  const sources = inverse.map((k) => (k < 0 ? 0 : (inner.sources[k] as number)));
  const weights = Float64Array.from(inverse, (k) => (k < 0 ? 0 : (own[k] as number) * (others[k] as number)));
  return new Selection(sources, inner.among, false, weights);
}

/** S Tᵀ, gathered from what was scattered: one entry in each row where nothing was scattered to one place twice. */
function gathered(outer: Selection, inner: Selection): Jacobian | undefined {
  if (inner.distinct) {
    const at = inverseOf(inner.sources, inner.among);
    const [own, others] = [weightsOf(outer), weightsOf(inner)];
    const from = outer.sources.map((source) => at[source] as number);
    const weights = own.map((weight, k) => {
      const place = from[k] as number;
      return place < 0 ? 0 : weight * (others[place] as number);
    });
    const plain = weights.every((weight) => weight === 1);
    const sources = from.map((place) => Math.max(place, 0));
    return plainest(new Selection(sources, inner.columns, false, plain ? undefined : weights));
  }
  if (outer.distinct) return gathered(inner.turned(), outer.turned())?.turned();
  return undefined;
}
