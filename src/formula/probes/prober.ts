/** Draws points for one set of formulas. */
import { num } from '../build.js';
import { Evaluator, type NDArray, NoBranchError } from '../evaluate/index.js';
import type { Declarations, Ranged } from '../nodes.js';
import { type Hazards, hazardsOf } from './hazards.js';
import { hasRunnerUp, isIllConditioned, isNear, withLast } from './nearness.js';
import { drawEntries, parameterFor } from './parameters.js';
import type { Placed, Point, ProbeSurroundings } from './point.js';
import { Random } from './random.js';
import { givenIn, overOwnIndices, reached } from './reach.js';
import { type Draw, type Requirement, requirementsOf } from './requirements.js';
import { drawSizes, leastSizes } from './sizes.js';
import { repairSets, type Setting, solve } from './solve.js';

/** Points tried before giving up on one. */
const ATTEMPTS = 60;

/** Points that failed for one and the same reason before giving up. */
const HOPELESS = 25;

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
      .filter((kink) => seen(evaluator, overOwnIndices(kink), isNear))
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
      if (seen(evaluator, overOwnIndices(kink), isNear)) {
        return new Unfit('every point tried lies near a kink or a pole');
      }
    }
    for (const maximum of this.hazards.maxima) {
      if (seen(evaluator, withLast(maximum, maximum.binder.id), hasRunnerUp)) {
        return new Unfit('the greatest of a max is not clearly the greatest');
      }
    }
    for (const { node, ...body } of this.hazards.matrices) {
      if (seen(evaluator, withLast(body, node.row.id, node.column.id), isIllConditioned)) {
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
      if (!seen(evaluator, overOwnIndices(domain), ({ data }) => data.some((x) => !(x >= 0)))) continue;
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
        const rounding = 256 * Number.EPSILON * (1 + (scale.data[at] ?? 0));
        return !holds[requirement.kind](x, rounding);
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

/** Whether something is so of a part of a formula; a part that has no value where it stands alone (no branch of cases) is let pass. */
function seen(evaluator: Evaluator, part: Ranged, is: (value: NDArray) => boolean): boolean {
  try {
    return is(evaluator.value(part));
  } catch (error) {
    if (error instanceof NoBranchError) return false;
    throw error;
  }
}

/** Whether a value is as required, to rounding. */
const holds: Readonly<Record<Requirement['kind'], (x: number, rounding: number) => boolean>> = {
  equal: (x, rounding) => Math.abs(x) <= rounding,
  positive: (x) => x > 0,
  nonnegative: (x, rounding) => x >= -rounding,
  different: (x) => x !== 0,
};

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
