/** Random points at which formulas can be compared: away from kinks, inside the domain, and satisfying what is assumed. */
import { num } from '../build.js';
import { Evaluator, type NDArray } from '../evaluate/index.js';
import { inverse } from '../evaluate/linear.js';
import type { Declarations, Ranged } from '../nodes.js';
import { type Hazards, hazardsOf } from './hazards.js';
import { drawEntries, parameterFor } from './parameters.js';
import type { Placed, Point, ProbeSurroundings } from './point.js';
import { Random } from './random.js';
import { givenIn, overOwnIndices, reached } from './reach.js';
import { type Draw, type Requirement, requirementsOf } from './requirements.js';
import { drawSizes, leastSizes } from './sizes.js';
import { MARGIN, repairSets, type Setting, solve } from './solve.js';

export interface ProbeOptions extends ProbeSurroundings {
  /** How many points; 3 unless given. */
  readonly count?: number;
  /** The seed of the random numbers; 1 unless given. */
  readonly seed?: number;
}

export type Probes =
  | { readonly points: readonly Point[]; readonly notes: readonly string[] }
  /** Why no point could be found: the assumption that was not met, the kink that was not left. */
  | { readonly none: string };

/** Points tried before giving up on one. */
const ATTEMPTS = 60;

/** Points that failed for one and the same reason before giving up. */
const HOPELESS = 25;

/**
 * Random points for formulas: sizes at least 2 and pairwise different, other ones at each point; normal values (multiples
 * of 2⁻¹⁰ where nothing is solved for), moved until every assumption that concerns the formulas holds. Where a logarithm or
 * a root would be NaN, what it is of is taken positive, and a note says so. An assumption that cannot be met is never
 * ignored: the reason is returned in place of points.
 * @example probePoints(declarations, [left, right], { count: 3, seed: 7 })
 */
export function probePoints(
  declarations: Declarations,
  exprs: readonly Ranged[],
  options: ProbeOptions = {},
): Probes {
  const prober = new Prober(declarations, exprs, options);
  const points: Point[] = [];
  const count = options.count ?? 3;
  for (let at = 0; at < count; at += 1) {
    const point = prober.next((options.seed ?? 1) * 1000 + at);
    if ('none' in point) return point;
    points.push(point);
  }
  return { points, notes: prober.notes };
}

/** What was not right about a drawn point, in words. */
class Unfit {
  constructor(readonly reason: string) {}
}

/** Draws points for one set of formulas. */
export class Prober {
  readonly least: ReadonlyMap<string, number>;
  private readonly hazards: Hazards;
  private readonly given: ReadonlySet<string>;
  private readonly draws: Map<string, Draw>;
  private readonly requirements: readonly Requirement[];
  /** Arguments of logarithms and roots that turned out to need a restriction. */
  private readonly restricted = new Map<Requirement, string>();
  private readonly solved: Declarations;

  constructor(
    private readonly declarations: Declarations,
    private readonly exprs: readonly Ranged[],
    private readonly surroundings: ProbeSurroundings,
  ) {
    const starts: Placed[] = exprs.map(({ expr, ranges }) => ({ expr, ranges }));
    const found = reached(starts, declarations, surroundings.derivatives);
    const given = givenIn(found, declarations);
    const relevant = new Set<Declarations['assumptions'][number]>();
    const uses = declarations.assumptions.map((assumption) => {
      const sides = [assumption.left, assumption.right].map((expr) => ({ expr, ranges: assumption.ranges }));
      const parts = reached(sides, declarations);
      return { assumption, parts, names: givenIn(parts, declarations) };
    });
    for (let before = -1; before < relevant.size; ) {
      before = relevant.size;
      for (const { assumption, names } of uses) {
        if (names.size > 0 && ![...names].some((name) => given.has(name))) continue;
        relevant.add(assumption);
        for (const name of names) given.add(name);
      }
    }
    const assumed = uses.filter(({ assumption }) => relevant.has(assumption)).flatMap(({ parts }) => parts);
    this.given = given;
    this.hazards = hazardsOf(found);
    this.least = leastSizes([...found, ...assumed], declarations);
    const { draws, requirements } = requirementsOf([...relevant], declarations);
    this.draws = new Map(draws);
    this.requirements = requirements;
    this.solved = withDefinitions(declarations, draws);
  }

  get notes(): readonly string[] {
    return [...new Set(this.restricted.values())];
  }

  /** A point; the same one for the same seed. */
  next(
    seed: number,
    fixedSizes?: Readonly<Record<string, number>>,
    round?: (entry: number) => number,
  ): Point | { readonly none: string } {
    const reasons = new Map<string, number>();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const own = seed * ATTEMPTS + attempt;
      const random = new Random(own);
      const sizes = fixedSizes ?? drawSizes(this.least, random);
      const spread = attempt < ATTEMPTS / 2 ? 1 : 0.4;
      const drawn = this.draw(sizes, random, spread, round);
      if (!(drawn instanceof Unfit)) return { sizes, values: drawn, seed: own };
      reasons.set(drawn.reason, (reasons.get(drawn.reason) ?? 0) + 1);
      if (reasons.get(drawn.reason) === HOPELESS && reasons.size === 1) break;
    }
    const [reason = 'no point was tried'] = [...reasons].sort((a, b) => b[1] - a[1])[0] ?? [];
    return { none: `no point to try was found: ${reason}` };
  }

  /** Whether values satisfy all that is assumed, to rounding. */
  satisfies(values: ReadonlyMap<string, NDArray>, sizes: Readonly<Record<string, number>>): boolean {
    return (
      this.unmet(values, { declarations: this.declarations, sizes, surroundings: this.surroundings }) ===
      undefined
    );
  }

  private draw(
    sizes: Readonly<Record<string, number>>,
    random: Random,
    spread: number,
    round: ((entry: number) => number) | undefined,
  ): ReadonlyMap<string, NDArray> | Unfit {
    const names = [...this.given].filter((name) => this.draws.get(name)?.equals === undefined);
    const setting: Setting = { declarations: this.solved, sizes, surroundings: this.surroundings };
    const parameters = names.map((name) =>
      parameterFor(name, this.draws.get(name), this.declarations, sizes),
    );
    let values: ReadonlyMap<string, NDArray> = new Map(
      parameters.map((parameter) => {
        const set = this.setOf(parameter.name);
        const drawn = drawEntries(parameter, random, spread);
        const pick = (): number => set?.[random.below(set.length)] ?? 0;
        if (set !== undefined) return [parameter.name, { ...drawn, data: drawn.data.map(pick) }];
        return [
          parameter.name,
          round === undefined ? drawn : { ...drawn, data: drawn.data.map((x) => round(x)) },
        ];
      }),
    );
    const sets = this.sets(names);
    const asked = [...this.requirements, ...this.restricted.keys()];
    if (sets.size > 0) values = repairSets(asked, values, sets, setting, random);
    const free = parameters.filter(({ name }) => !sets.has(name));
    const wanted = round === undefined ? [...asked, ...this.nearKinks(values, setting)] : asked;
    const solved = solve(wanted, values, free, setting, random);
    if (solved === undefined) {
      return new Unfit(
        this.unmet(values, setting) ?? 'the values could not be moved away from a kink or into the domain',
      );
    }
    values = round === undefined ? solved : rounded(values, solved, round);
    const all = this.withExplicit(values, setting);
    return this.verdict(all, { ...setting, declarations: this.declarations }) ?? all;
  }

  private setOf(name: string): readonly number[] | undefined {
    return this.draws.get(name)?.set;
  }

  private sets(names: readonly string[]): ReadonlyMap<string, readonly number[]> {
    return new Map(
      names.flatMap((name): [string, readonly number[]][] => {
        const set = this.setOf(name);
        return set === undefined ? [] : [[name, set]];
      }),
    );
  }

  /** The kinks that are nearer than the margin, as requirements to move away from. */
  private nearKinks(values: ReadonlyMap<string, NDArray>, setting: Setting): Requirement[] {
    const evaluator = this.evaluator(values, setting);
    return this.hazards.kinks
      .filter((kink) => isNear(evaluator.value(overOwnIndices(kink))))
      .map((kink) => ({ ...kink, kind: 'different', text: 'a point away from kinks' }));
  }

  /** The values of tensors that an assumption gives outright. */
  private withExplicit(values: ReadonlyMap<string, NDArray>, setting: Setting): ReadonlyMap<string, NDArray> {
    const evaluator = this.evaluator(values, setting);
    const all = new Map(values);
    for (const name of this.given) {
      const tensor = this.solved.tensors.get(name);
      if (all.has(name) || tensor?.definition === undefined) continue;
      const { indices, body } = tensor.definition;
      const ranges = new Map(indices.map((id, at) => [id, tensor.dimensions[at] ?? '']));
      all.set(name, evaluator.value({ expr: body, free: indices, ranges }));
    }
    return all;
  }

  /** What is wrong with a point, or nothing. A restriction that its NaNs show to be needed is taken on. */
  private verdict(values: ReadonlyMap<string, NDArray>, setting: Setting): Unfit | undefined {
    const unmet = this.unmet(values, setting);
    if (unmet !== undefined) return new Unfit(unmet);
    const evaluator = this.evaluator(values, setting);
    for (const kink of this.hazards.kinks) {
      if (isNear(evaluator.value(overOwnIndices(kink))))
        return new Unfit('every point tried lies near a kink or a pole');
    }
    for (const maximum of this.hazards.maxima) {
      if (hasRunnerUp(evaluator.value(withLast(maximum, maximum.binder.id)))) {
        return new Unfit('the greatest of a max is not clearly the greatest');
      }
    }
    for (const { node, ...body } of this.hazards.matrices) {
      if (isIllConditioned(evaluator.value(withLast(body, node.row.id, node.column.id)))) {
        return new Unfit(`the matrix in ${node.name} is nearly singular`);
      }
    }
    for (const expr of this.exprs) {
      if (evaluator.value(expr).data.every((x) => Math.abs(x) < 1e8)) continue;
      this.restrict(evaluator);
      return new Unfit('the value is not finite, or enormous');
    }
    return undefined;
  }

  /** Takes on that arguments which are negative be positive. */
  private restrict(evaluator: Evaluator): void {
    for (const domain of this.hazards.domains) {
      if (this.restricted.has(domain)) continue;
      if (evaluator.value(overOwnIndices(domain)).data.every((x) => x >= 0)) continue;
      const { expr } = domain;
      if (expr.kind === 'tensor' && this.given.has(expr.name)) {
        const draw = this.draws.get(expr.name);
        if (draw?.lower === undefined) this.draws.set(expr.name, { ...draw, lower: num(0) });
        const ids = expr.indices.map(({ parts }) => parts.map(({ id }) => id).join('')).join('');
        const shown = ids === '' ? expr.name : `${expr.name}_${ids}`;
        this.restricted.set(domain, `probed where ${shown} > 0 (elsewhere it is ${domain.text})`);
      } else {
        this.restricted.set(domain, `probed only where there is no ${domain.text}`);
      }
    }
  }

  /** The text of an assumption that values do not satisfy. */
  private unmet(values: ReadonlyMap<string, NDArray>, setting: Setting): string | undefined {
    const evaluator = this.evaluator(values, setting, true);
    const missed = this.requirements.find((requirement) => {
      const { value, scale } = evaluator.withScale(overOwnIndices(requirement));
      return value.data.some((x, at) => {
        if (requirement.kind === 'equal')
          return !(Math.abs(x) <= 256 * Number.EPSILON * (1 + (scale.data[at] ?? 0)));
        return requirement.kind === 'positive' ? !(x > 0) : x === 0;
      });
    });
    return missed === undefined
      ? undefined
      : `no values were found that satisfy the assumption "${missed.text}"`;
  }

  private evaluator(
    values: ReadonlyMap<string, NDArray>,
    { declarations, sizes }: Setting,
    scaled = false,
  ): Evaluator {
    return new Evaluator(values, declarations, { ...this.surroundings, sizes }, scaled);
  }
}

/** Tensors that an assumption gives outright become defined names. */
function withDefinitions(declarations: Declarations, draws: ReadonlyMap<string, Draw>): Declarations {
  const tensors = new Map(declarations.tensors);
  for (const [name, { equals }] of draws) {
    const tensor = tensors.get(name);
    if (tensor !== undefined && equals !== undefined) tensors.set(name, { ...tensor, definition: equals });
  }
  return { ...declarations, tensors };
}

/** What solving moved, rounded again; what it left alone as it was. */
function rounded(
  before: ReadonlyMap<string, NDArray>,
  after: ReadonlyMap<string, NDArray>,
  round: (entry: number) => number,
): ReadonlyMap<string, NDArray> {
  return new Map(
    [...after].map(([name, value]) => {
      const old = before.get(name);
      return [name, { ...value, data: value.data.map((x, at) => (x === old?.data[at] ? x : round(x))) }];
    }),
  );
}

/** Nearer to 0 than the margin, and not exactly 0. */
function isNear({ data }: NDArray): boolean {
  return data.some((x) => x !== 0 && Math.abs(x) < MARGIN);
}

/** The formula with these ids as its last axes, also where it does not depend on them. */
function withLast({ expr, ranges }: Placed, ...last: readonly string[]): Ranged {
  const own = overOwnIndices({ expr, ranges });
  const free = [...own.free.filter((id) => !last.includes(id)), ...last];
  return { expr, free, ranges: new Map([...ranges].filter(([id]) => free.includes(id))) };
}

/** Whether, along the last axis, another value is nearer to the greatest than the margin, without being equal to it. */
function hasRunnerUp({ shape, data }: NDArray): boolean {
  const length = shape.at(-1) ?? 1;
  for (let start = 0; start < data.length; start += length) {
    const row = data.subarray(start, start + length);
    const most = Math.max(...row);
    if (row.some((x) => x !== most && most - x < MARGIN)) return true;
  }
  return false;
}

/** Whether a matrix over the last two axes has a condition number (in the largest row sum) above 200. */
function isIllConditioned({ shape, data }: NDArray): boolean {
  const n = shape.at(-1) ?? 1;
  const norm = (matrix: Float64Array): number =>
    Math.max(
      ...Array.from({ length: n }, (_, row) =>
        matrix.subarray(row * n, row * n + n).reduce((sum, x) => sum + Math.abs(x), 0),
      ),
    );
  for (let start = 0; start < data.length; start += n * n) {
    const matrix = data.subarray(start, start + n * n);
    if (!(norm(matrix) * norm(inverse(matrix, n)) < 200)) return true;
  }
  return false;
}
