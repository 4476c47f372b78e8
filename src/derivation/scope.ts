/** Where derivations begin: what is given, defined and assumed. */
import { judge, publish, type Verdict } from '../check/index.js';
import {
  type Declarations,
  type Tensor as DeclaredTensor,
  declare,
  derivative,
  type Ranged,
  readAssumption,
  readDefinition,
  readExpression,
  readLine,
  readQuestion,
  resolveDerivatives,
  simplify,
} from '../formula/index.js';
import { type Jacobian, NotFiniteError } from '../jacobian/index.js';
import { diagnose } from '../mistakes/index.js';
import { currentCell, type Made, placeFor } from './cells.js';
import { Derivation } from './derivation.js';
import { Formula } from './formula.js';
import { outputsOf } from './outputs.js';
import { evaluateAt, type Tensor, type Values } from './values.js';
import { workedLines } from './worked.js';

/** A name with what it stands for. */
export interface Definition {
  readonly name: string;
  readonly formula: Formula;
  /** What the person should know of how the line was read. */
  readonly notes: readonly string[];
  toString(): string;
}

/**
 * Declares tensors by the dimensions of their axes and opens a scope for definitions, assumptions and derivations.
 *
 * @throws DeclarationError for a name that cannot be one.
 * @example given({ x: ['n'], W: ['m', 'n'], ε: [] })
 */
export function given(tensors: Readonly<Record<string, readonly string[]>>): Scope {
  return new Scope(declare(tensors));
}

/** A definition or an assumption as it was typed, with the cell that made it. */
interface Entry extends Made {
  readonly kind: 'define' | 'assume';
  readonly text: string;
}

/** Named tensors, definitions and assumptions, and the derivations that start from them. Made by `given`. */
export class Scope {
  private entries: readonly Entry[] = [];
  private declarations: Declarations;

  constructor(private readonly base: Declarations) {
    this.declarations = base;
  }

  /**
   * Gives a name to a formula: `s_i = exp(x_i) / Σ_k exp(x_k)`. The name then works in later lines. In handgrad's kernel running
   * the cell again replaces the definitions it made.
   *
   * @throws FormulaError where the line cannot be read or its indices do not fit.
   */
  define(line: string): Definition {
    const { tensor, notes } = this.put({ kind: 'define', text: line, cell: currentCell() });
    const { declarations } = this;
    const indices = tensor?.definition?.indices ?? [];
    const ranges = new Map(indices.map((id, axis) => [id, tensor?.dimensions[axis] ?? '?']));
    const body = tensor?.definition?.body;
    if (tensor === undefined || body === undefined)
      throw new TypeError('A definition was read without a body.');
    const formula = new Formula({ expr: body, free: indices, ranges }, declarations);
    const left = indices.length === 0 ? tensor.name : `${tensor.name}_${indices.join('')}`;
    return { name: tensor.name, formula, notes, toString: () => `${left} = ${formula}` };
  }

  /** Takes something to be true: `Σ_i t_i = 1`, `s_i > 0`, `A_ij = A_ji`. Verdicts say where it was used. */
  assume(line: string): this {
    this.put({ kind: 'assume', text: line, cell: currentCell() });
    return this;
  }

  /** Adds an entry at its place and reads all again; if one cannot be read any more, nothing is changed and the error says which. */
  private put(entry: Entry): { tensor?: DeclaredTensor; notes: readonly string[] } {
    const { at, replaced } = placeFor(this.entries, entry.cell);
    const kept = (from: number, to?: number): Entry[] =>
      this.entries.slice(from, to).filter((_, k) => !replaced.includes(from + k));
    const before = this.read(kept(0, at), this.base);
    const read = entry.kind === 'define' ? defined(entry.text, before) : readAssumption(entry.text, before);
    const after = kept(at);
    this.declarations = this.read(after, read.declarations);
    this.entries = [...kept(0, at), entry, ...after];
    return 'tensor' in read ? read : { notes: read.notes };
  }

  private read(entries: readonly Entry[], from: Declarations): Declarations {
    return entries.reduce(
      (now, { kind, text }) =>
        (kind === 'define' ? readDefinition(text, now) : readAssumption(text, now)).declarations,
      from,
    );
  }

  /** An empty derivation of `∂s_i/∂x_j`, to be filled by hand. */
  derive(what: string): Derivation {
    return new Derivation(what, this.declarations, () => this.declarations);
  }

  /** The same, worked by the machine: every step with its rule, each judged like a person's. */
  worked(what: string): Derivation {
    const derivation = new Derivation(what, this.declarations, () => this.declarations);
    for (const line of workedLines(this.declarations, derivation.question, derivation.question.ranged)) {
      derivation.step(
        String(new Formula({ ...derivation.question.ranged, expr: line.expr }, this.declarations)),
        { because: line.rule },
      );
    }
    return derivation;
  }

  /**
   * The derivative in its shortest readable form.
   *
   * @throws NoRuleError where no rule covers a part of the formula.
   */
  differentiate(what: string): Formula {
    const { of, by, ranged } = readQuestion(what, this.declarations);
    const result = resolveDerivatives(this.declarations, derivative(of, ...by));
    return new Formula(
      { ...ranged, expr: simplify(this.declarations, result, ranged.ranges).expr },
      this.declarations,
      outputsOf({ of, by }, ranged.free),
    );
  }

  /**
   * A derivative as a Jacobian operator at given values, straight from the calculus: softmax's is diag(s) − s sᵀ, which at a
   * vocabulary of 128,000 takes 1 MB where its table would take 131 GB. Of a second derivative ∂²L/∂x_i∂x_j the rows are i.
   *
   * @throws NoRuleError as `differentiate`; ValuesError, EvaluationError as `evaluate`; LayoutError where one letter stands for an
   * output and an input.
   * @example scope.jacobian('∂s_i/∂x_j', { x: [-1, -1, 1] }).applyTransposed([0, 1, 0])
   */
  jacobian(what: string, values: Values): Jacobian {
    const readable = this.differentiate(what);
    try {
      return readable.operator(values);
    } catch (error) {
      if (!(error instanceof NotFiniteError)) throw error;
      // The readable form may be ∞ − ∞ where the derivative as the rules give it is finite.
      const { of, by, ranged } = readQuestion(what, this.declarations);
      const expr = resolveDerivatives(this.declarations, derivative(of, ...by));
      return new Formula({ ...ranged, expr }, this.declarations, readable.outputs).operator(values);
    }
  }

  /** Whether two formulas are equal for all sizes and values (that satisfy what is assumed). */
  equal(left: string, right: string): Verdict {
    const a = readExpression(left, this.declarations);
    const other = readLine(right, this.declarations, { asked: a });
    if (other.kind !== 'expression') throw new TypeError('equal(left, right) takes two formulas.');
    const b = other.ranged;
    const misfit = other.problems[0]?.message;
    const [mine, theirs] = [a, b].map((side) => ({
      ...side,
      expr: resolveDerivatives(this.declarations, side.expr),
    }));
    return publish(
      judge({
        claim: [a, b].map((side) => String(new Formula(side, this.declarations))).join(' = '),
        left: mine as Ranged,
        right: theirs as Ranged,
        declarations: this.declarations,
        ...(misfit !== undefined && { misfit }),
        diagnose: () =>
          diagnose({ declarations: this.declarations, right: theirs as Ranged, line: mine as Ranged })
            .diagnoses,
      }),
    );
  }

  /**
   * The value of an expression in float64.
   *
   * @throws ValuesError for a value that fits no declaration; EvaluationError where one is missing or sizes disagree.
   * @example scope.evaluate('s_i', { x: [-1, -1, 1] }).data
   */
  evaluate(line: string, values: Values): Tensor {
    const ranged = readExpression(line, this.declarations);
    const expr = resolveDerivatives(this.declarations, ranged.expr);
    return evaluateAt({ ...ranged, expr }, values, this.declarations);
  }
}

/** A definition read, with the derivatives in it worked out: g_i = ∂L/∂x_i has a value like any other. */
function defined(text: string, before: Declarations): ReturnType<typeof readDefinition> {
  const read = readDefinition(text, before);
  const { tensor, declarations } = read;
  if (tensor.definition === undefined) return read;
  const body = resolveDerivatives(declarations, tensor.definition.body);
  if (body === tensor.definition.body) return read;
  const worked = { ...tensor, definition: { ...tensor.definition, body } };
  return {
    ...read,
    declarations: { ...declarations, tensors: new Map([...declarations.tensors, [tensor.name, worked]]) },
  };
}
