/**
 * The order in which a sum of products is contracted. Greedy, two factors at a time, as opt_einsum's default path: the
 * pair whose result is smallest against what it replaces goes first (Smith & Gray, opt_einsum, JOSS 2018).
 */
import { type Algebra, type Axis, entries, unionAxes } from './algebra.js';

/** Σ over `summed` of the product of the factors. An axis that no factor has counts its size. */
export function contractAll<Value>(
  algebra: Algebra<Value>,
  factors: readonly Value[],
  summed: readonly Axis[],
): Value {
  let rest = groupEqual(algebra, factors);
  const used = new Set(factors.flatMap((factor) => algebra.axes(factor).map((axis) => axis.id)));
  const repeats = entries(summed.filter((axis) => !used.has(axis.id)));
  if (repeats !== 1) rest.push(algebra.table([], () => repeats));
  const over = new Set(summed.map((axis) => axis.id));
  rest = rest.map((factor, place) => reduceAlone(algebra, factor, rest, place, over));
  while (rest.length > 1) {
    const [first, second] = cheapestPair(algebra, rest, over);
    const left = rest[first];
    const right = rest[second];
    if (left === undefined || right === undefined) break;
    const others = rest.filter((_, place) => place !== first && place !== second);
    rest = [...others, contractPair(algebra, left, right, goneWith(algebra, left, right, others, over))];
  }
  return rest[0] ?? algebra.table([], () => 1);
}

/** Multiplies factors that have the same axes, so that the search for pairs stays small. */
function groupEqual<Value>(algebra: Algebra<Value>, factors: readonly Value[]): Value[] {
  const groups = new Map<string, Value>();
  for (const factor of factors) {
    const ids = algebra.axes(factor).map((axis) => axis.id);
    const key = ids.sort().join(' ');
    const sofar = groups.get(key);
    groups.set(key, sofar === undefined ? factor : algebra.binary('multiply', sofar, factor));
  }
  return [...groups.values()];
}

/** Sums a factor over the axes that only it has. */
function reduceAlone<Value>(
  algebra: Algebra<Value>,
  factor: Value,
  factors: readonly Value[],
  place: number,
  over: ReadonlySet<string>,
): Value {
  const elsewhere = new Set(
    factors.flatMap((other, at) => (at === place ? [] : algebra.axes(other).map((axis) => axis.id))),
  );
  const alone = algebra.axes(factor).filter((axis) => over.has(axis.id) && !elsewhere.has(axis.id));
  return alone.length === 0 ? factor : algebra.reduce('sum', factor, new Set(alone.map((axis) => axis.id)));
}

/** The summed ids that stand in neither of the others: they go when the two are contracted. */
function goneWith<Value>(
  algebra: Algebra<Value>,
  left: Value,
  right: Value,
  others: readonly Value[],
  over: ReadonlySet<string>,
): Set<string> {
  const elsewhere = new Set(others.flatMap((other) => algebra.axes(other).map((axis) => axis.id)));
  const both = unionAxes(algebra.axes(left), algebra.axes(right));
  return new Set(both.map((axis) => axis.id).filter((id) => over.has(id) && !elsewhere.has(id)));
}

function contractPair<Value>(
  algebra: Algebra<Value>,
  left: Value,
  right: Value,
  gone: ReadonlySet<string>,
): Value {
  const inLeft = new Set(algebra.axes(left).map((axis) => axis.id));
  const inRight = new Set(algebra.axes(right).map((axis) => axis.id));
  const shared = new Set([...gone].filter((id) => inLeft.has(id) && inRight.has(id)));
  const alone = new Set([...gone].filter((id) => !shared.has(id)));
  const a = alone.size === 0 ? left : algebra.reduce('sum', left, alone);
  const b = alone.size === 0 ? right : algebra.reduce('sum', right, alone);
  return shared.size === 0 ? algebra.binary('multiply', a, b) : algebra.contract(a, b, shared);
}

/** The pair with the least (entries of the result − entries of the two), then the least work. */
function cheapestPair<Value>(
  algebra: Algebra<Value>,
  factors: readonly Value[],
  over: ReadonlySet<string>,
): [number, number] {
  const counts = new Map<string, number>();
  const axes = factors.map((factor) => algebra.axes(factor));
  for (const list of axes) for (const { id } of list) counts.set(id, (counts.get(id) ?? 0) + 1);
  let best: [number, number] = [0, 1];
  let bestGrowth = Number.POSITIVE_INFINITY;
  let bestWork = Number.POSITIVE_INFINITY;
  for (let first = 0; first < axes.length; first += 1) {
    const left = axes[first] ?? [];
    const leftIds = new Set(left.map((axis) => axis.id));
    for (let second = first + 1; second < axes.length; second += 1) {
      const right = axes[second] ?? [];
      const both = unionAxes(left, right);
      const rightIds = new Set(right.map((axis) => axis.id));
      const kept = both.filter(({ id }) => {
        const here = (leftIds.has(id) ? 1 : 0) + (rightIds.has(id) ? 1 : 0);
        return !over.has(id) || (counts.get(id) ?? 0) > here;
      });
      const work = entries(both);
      const growth = entries(kept) - entries(left) - entries(right);
      if (growth < bestGrowth || (growth === bestGrowth && work < bestWork)) {
        best = [first, second];
        bestGrowth = growth;
        bestWork = work;
      }
    }
  }
  return best;
}
