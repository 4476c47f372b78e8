/** A wrong line and the right formula, at points where they can be told apart. */
import {
  bindersOf,
  type CustomRule,
  type Declarations,
  Evaluator,
  type Expr,
  everyNode,
  freeIndices,
  HandgradError,
  letterOf,
  type Point,
  type ProbeSurroundings,
  type Ranged,
  resolveDerivatives,
  simplify,
  type TensorRef,
  tensor,
  toText,
} from '../../formula/index.js';
import { alike, BLUR, distance, largest, multipleOf, NOTHING } from './compare.js';
import { recognise, type Sizes } from './constants.js';
import { fit } from './fit.js';
import { pointsFor } from './points.js';
import { Sampler, type Scope } from './sampler.js';

/** What was asked: ∂of/∂by. */
export interface Asked {
  readonly of: TensorRef;
  readonly by: readonly TensorRef[];
}

export interface ProblemInput {
  readonly declarations: Declarations;
  /** The derivative that was asked for; undefined when only two formulas are compared. */
  readonly asked?: Asked | undefined;
  /** The true derivative, or the right one of two formulas. */
  readonly right: Ranged;
  /** What the person wrote; its indices may not fit. */
  readonly line: Ranged;
  /** The line before, if it was right. */
  readonly previous?: Ranged | undefined;
  /** Numeric meanings and derivative rules of functions registered from outside the language. */
  readonly surroundings?: Surroundings | undefined;
}

export interface Surroundings extends ProbeSurroundings {
  readonly customRules?: ReadonlyMap<string, CustomRule>;
}

/** How a candidate stands to the line: the same, or the same times a number made of numbers and sizes. */
export type Match = { readonly factor?: Expr };

/** Candidates tried for one line: what bounds the time that very long lines take. */
const MOST_CANDIDATES = 20_000;

/** Values of a formula at the points. */
export type Values = readonly Float64Array[];

/** Why the two formulas cannot be held against each other; `misfit` where it is the indices of the line that do not fit. */
export interface NotComparable {
  readonly none: string;
  readonly misfit?: boolean;
}

export class Problem {
  readonly declarations: Declarations;
  readonly asked: Asked | undefined;
  readonly right: Ranged;
  readonly line: Ranged;
  readonly previous: Ranged | undefined;
  /** Whether dimensions were taken for one because the letters of the line run over several. */
  readonly united: boolean;
  /** Whether a tensor's two axes run over one dimension as it was declared. */
  readonly isSquare: (name: string) => boolean;
  /** The axes on which all is compared: those of the right formula, then what else is free in the line. */
  readonly free: readonly string[];
  readonly extras: readonly string[];
  readonly scope: Scope;
  readonly surroundings: Surroundings;
  readonly samplers: readonly Sampler[];
  readonly rights: Values;
  readonly lines: Values;
  private tried = 0;
  /** The candidate that came nearest to the line, and its distance in relation to the line's size. */
  nearest: { readonly expr: Expr; readonly distance: number };

  constructor(input: ProblemInput, points: readonly Point[], fitted: ReturnType<typeof fit>) {
    this.declarations = fitted.declarations;
    this.right = fitted.right;
    this.line = fitted.line;
    this.united = fitted.united;
    this.isSquare = (name) => {
      const [rows, columns, more] = input.declarations.tensors.get(name)?.dimensions ?? [];
      return rows !== undefined && rows === columns && more === undefined;
    };
    this.asked = input.asked;
    // a line before with other names for its axes is no form of the result
    const fits = input.previous?.free.every((id) => this.right.free.includes(id)) === true;
    this.previous = fitted.united || !fits ? undefined : input.previous;
    this.extras = this.line.free.filter((id) => !this.right.free.includes(id));
    this.free = [...this.right.free, ...this.extras];
    this.scope = new Map([...this.line.ranges, ...this.right.ranges]);
    this.surroundings = input.surroundings ?? {};
    this.samplers = points.map((point) => new Sampler(point, this.declarations, this.surroundings));
    const values = ({ expr }: Ranged): Values =>
      points.map((point) => {
        const evaluator = new Evaluator(point.values, this.declarations, {
          ...this.surroundings,
          sizes: point.sizes,
        });
        return evaluator.value({ expr, free: this.free, ranges: this.scope }).data;
      });
    this.rights = values(this.right);
    this.lines = values(this.line);
    this.nearest = { expr: this.right.expr, distance: distance(this.rights[0], this.lines[0]) };
  }

  /** The problem, or why the two formulas cannot be held against each other. */
  static of(input: ProblemInput): Problem | NotComparable {
    const { declarations } = input;
    const resolved = (ranged: Ranged): Ranged => ({
      ...ranged,
      expr: resolveDerivatives(declarations, ranged.expr, input.surroundings),
    });
    const fitted = fit(declarations, resolved(input.right), resolved(input.line));
    const unknown = fitted.line.free.find(
      (id) => !fitted.declarations.dimensions.includes(fitted.line.ranges.get(id) ?? ''),
    );
    if (unknown !== undefined) return { none: `the index ${unknown} has no range` };
    for (const node of everyNode(fitted.line.expr)) {
      const open = bindersOf(node).find(
        ({ dimension }) => !fitted.declarations.dimensions.includes(dimension),
      );
      if (open !== undefined) {
        const id = letterOf(open.id);
        return {
          none: `nothing says over which range ${id} runs: ${id} stands nowhere alone as an index of a tensor`,
          misfit: true,
        };
      }
    }
    const probed = [
      fitted.right,
      fitted.line,
      ...(input.asked ? [rangedOf(input.asked.of, fitted.declarations)] : []),
    ];
    const { expr, free, ranges } = fitted.right;
    const shows = (point: Point): boolean =>
      largest(new Sampler(point, fitted.declarations, input.surroundings).over(expr, free, ranges)) > NOTHING;
    const drawn = pointsFor(fitted.declarations, probed, input.surroundings ?? {}, shows);
    // a wrong line may be defined nowhere: then it is held against the right result where that is
    const withoutLine = probed.filter((each) => each !== fitted.line);
    const points =
      'none' in drawn ? pointsFor(fitted.declarations, withoutLine, input.surroundings ?? {}, shows) : drawn;
    return 'none' in points ? points : new Problem(input, points, fitted);
  }

  /** Whether every name in an expression has a value at the points: names that the problem does not reach have none. */
  isAtHand(expr: Expr): boolean {
    for (const node of everyNode(expr)) {
      if (node.kind === 'tensor' && !this.samplers.every((sampler) => sampler.has(node.name))) return false;
    }
    return true;
  }

  /** Counts a candidate; false where enough were tried. */
  private spend(): boolean {
    this.tried += 1;
    return this.tried <= MOST_CANDIDATES;
  }

  text(expr: Expr): string {
    return toText(expr, this.declarations);
  }

  /** A piece of a formula as text, in its shortest form where that is shorter; `scope` has the ranges of its indices. */
  readable(expr: Expr, scope: Scope = this.scope): string {
    const plain = this.text(expr);
    try {
      const short = this.text(simplify(this.declarations, expr, scope).expr);
      return short.length < plain.length ? short : plain;
    } catch (error) {
      if (error instanceof HandgradError) return plain;
      throw error;
    }
  }

  /** The values of a candidate at a point. */
  values(expr: Expr, at: number): Float64Array | undefined {
    return this.samplers[at]?.over(expr, this.free, this.scope);
  }

  /** Whether the line is right after all. */
  get isRight(): boolean {
    return this.lines.every((line, at) => alike(line, this.rights[at]));
  }

  /** Whether the line is 0 at every point. */
  get lineIsZero(): boolean {
    return this.lines.every((line) => largest(line) < NOTHING);
  }

  /** How a candidate stands to the line; undefined where it does not explain it. */
  explains(expr: Expr): Match | undefined {
    if (!this.spend()) return undefined;
    const match = this.compare(expr, this.lines);
    if (match === undefined) {
      const far = distance(this.values(expr, 0), this.lines[0]);
      if (far < this.nearest.distance) this.nearest = { expr, distance: far };
    }
    return match;
  }

  /** Whether a changed line is right. */
  repairs(expr: Expr): Match | undefined {
    if (!this.spend()) return undefined;
    return this.compare(expr, this.rights);
  }

  /** Whether two parts have the same value at the first point; false for parts over indices that are not those of the result. */
  sameAtOnePoint(left: Expr, right: Expr): boolean {
    if (left === right) return true;
    const inside = [left, right].every(
      (e) => freeIndices(e).every((id) => this.free.includes(id)) && this.isAtHand(e),
    );
    return inside && alike(this.values(left, 0), this.values(right, 0));
  }

  /** Whether a candidate is the right result itself. */
  isRightAlready(expr: Expr): boolean {
    return this.rights.every((right, at) => alike(this.values(expr, at), right));
  }

  /** target = c · expr at every point, with c = 1 or a number made of numbers and sizes. */
  private compare(expr: Expr, target: Values): Match | undefined {
    return this.match((at) => this.values(expr, at), target);
  }

  /**
   * target = c · values at every point, with c = 1 or a number made of numbers and sizes. Points at which both are zero say
   * nothing about c.
   */
  match(values: (at: number) => Float64Array | undefined, target: Values): Match | undefined {
    const factors: number[] = [];
    const sizes: Sizes[] = [];
    for (const [at, wanted] of target.entries()) {
      const candidate = values(at);
      const factor = candidate && multipleOf(wanted, candidate);
      if (factor === undefined) return undefined;
      if (factor === 'any') continue;
      factors.push(factor);
      sizes.push(this.samplers[at]?.point.sizes ?? {});
    }
    if (factors.every((factor) => Math.abs(factor - 1) <= BLUR)) return {};
    const factor = recognise(factors, sizes);
    return factor === undefined ? undefined : { factor };
  }

  /** A number that has these values at the points, as a formula of numbers and sizes. */
  recognise(values: readonly number[]): Expr | undefined {
    return recognise(
      values,
      this.samplers.map(({ point }) => point.sizes),
    );
  }
}

/** A tensor over its own indices. */
function rangedOf(ref: TensorRef, declarations: Declarations): Ranged {
  const dimensions = declarations.tensors.get(ref.name)?.dimensions ?? [];
  const free = dimensions.map((_, axis) => `a${axis}`);
  return {
    expr: tensor(ref.name, ...free),
    free,
    ranges: new Map(free.map((id, axis) => [id, dimensions[axis] ?? ''])),
  };
}
