/**
 * Formulas evaluated with thirty-five digits, entry by entry, straight from their meaning. It shares no code with the search for proofs
 * nor with the fast float64 evaluation: it is the second pair of eyes, short enough to be read.
 */
import { Decimal } from 'decimal.js';
import { HandgradError } from '../errors.js';
import { freeIndices } from '../indices.js';
import type {
  Bracket,
  Call,
  Declarations,
  Expr,
  FieldFunction,
  Index,
  MatrixFunction,
  TensorRef,
  Total,
} from '../nodes.js';
import { registeredFunction } from '../registry.js';

export const Digits = Decimal.clone({ precision: 35, toExpNeg: -60, toExpPos: 60 });
export type Digits = Decimal;

/** Raised where a formula has no value at a point, or would take too long. */
export class NoValueError extends HandgradError {
  override readonly name: string = 'NoValueError';
}

export interface Setting {
  readonly declarations: Declarations;
  readonly sizes: Readonly<Record<string, number>>;
  /** Entries in row-major order, with the shape. */
  readonly values: ReadonlyMap<
    string,
    { readonly shape: readonly number[]; readonly data: ArrayLike<number> }
  >;
}

type Places = ReadonlyMap<string, number>;

/** Nodes visited at most for one step. */
const mostVisits = 60_000;

/** Values of expressions where their free indices stand at given places. */
export class DigitEvaluator {
  private visits = 0;
  private readonly defined = new Map<string, Digits>();
  private readonly matrices = new Map<Expr, Map<string, { det: Digits; rows: Digits[][] }>>();

  constructor(private readonly setting: Setting) {}

  /** Another formula: the visits count anew; entries of defined tensors are kept. */
  begin(): void {
    this.visits = 0;
  }

  value(expr: Expr, places: Places): Digits {
    this.visits += 1;
    if (this.visits > mostVisits)
      throw new NoValueError('evaluating with thirty-five digits would take too long');
    const of = (e: Expr): Digits => this.value(e, places);
    switch (expr.kind) {
      case 'number':
        return new Digits(String(expr.value.n)).div(String(expr.value.d)).mul(Number(expr.value.s));
      case 'constant':
        return expr.name === 'e' ? Digits.exp(1) : Digits.acos(-1);
      case 'size':
        return new Digits(this.size(expr.dimension));
      case 'position':
        return new Digits(place(expr.index, places));
      case 'tensor':
        return this.entry(expr, places);
      case 'delta':
        return new Digits(place(expr.left, places) === place(expr.right, places) ? 1 : 0);
      case 'bracket':
        return new Digits(this.holds(expr, places) ? 1 : 0);
      case 'add':
        return expr.terms.reduce((sum, t) => sum.add(of(t)), new Digits(0));
      case 'multiply':
        return expr.factors.reduce((product, f) => product.mul(of(f)), new Digits(1));
      case 'divide':
        return finite(of(expr.numerator).div(of(expr.denominator)));
      case 'negate':
        return of(expr.operand).neg();
      case 'power':
        return raised(of(expr.base), of(expr.exponent));
      case 'call':
        return this.call(expr, places);
      case 'total':
        return this.total(expr, places);
      case 'cases':
        return this.value(this.branch(expr.branches, expr.otherwise, places), places);
      case 'matrix':
        return this.matrix(expr, places);
      case 'field':
        return this.field(expr, places);
      case 'derivative':
        throw new NoValueError('a derivative that is not worked out has no value');
    }
  }

  private size(dimension: string): number {
    const size = this.setting.sizes[dimension];
    if (size === undefined) throw new NoValueError(`the size of ${dimension} is not known`);
    return size;
  }

  /** An entry as given, or from its definition; 0 outside the range. */
  private entry(ref: TensorRef, places: Places): Digits {
    const at = ref.indices.map((index) => place(index, places));
    const tensor = this.setting.declarations.tensors.get(ref.name);
    const sizes = (tensor?.dimensions ?? []).map((d) => this.size(d));
    if (at.some((p, axis) => p < 0 || p >= (sizes[axis] ?? 0))) return new Digits(0);
    const given = this.setting.values.get(ref.name);
    if (given !== undefined)
      return new Digits(
        given.data[at.reduce((flat, p, axis) => flat * (given.shape[axis] ?? 1) + p, 0)] ?? Number.NaN,
      );
    const definition = tensor?.definition;
    if (definition === undefined) throw new NoValueError(`${ref.name} has no value`);
    const key = `${ref.name}[${at.join()}]`;
    const before = this.defined.get(key);
    if (before !== undefined) return before;
    const value = this.value(
      definition.body,
      new Map(definition.indices.map((id, axis) => [id, at[axis] as number])),
    );
    this.defined.set(key, value);
    return value;
  }

  private holds({ relation, left, right }: Bracket, places: Places): boolean {
    const order = this.value(left, places).cmp(this.value(right, places));
    switch (relation) {
      case '>':
        return order > 0;
      case '≥':
        return order >= 0;
      case '<':
        return order < 0;
      case '≤':
        return order <= 0;
      case '=':
        return order === 0;
      case '≠':
        return order !== 0;
    }
  }

  private branch(
    branches: readonly { value: Expr; condition: Bracket }[],
    otherwise: Expr | undefined,
    places: Places,
  ): Expr {
    const found = branches.find((b) => this.holds(b.condition, places))?.value ?? otherwise;
    if (found === undefined) throw new NoValueError('no case applies');
    return found;
  }

  private call({ name, args }: Call, places: Places): Digits {
    const [x, y] = args.map((a) => this.value(a, places));
    if (x === undefined) throw new NoValueError(`${name}() has no argument`);
    switch (name) {
      case 'exp':
        return finite(Digits.exp(x));
      case 'log':
        return finite(Digits.ln(x));
      case 'sqrt':
        return finite(Digits.sqrt(x));
      case 'tanh':
        return Digits.tanh(x);
      case 'sigmoid':
        return new Digits(1).div(Digits.exp(x.neg()).add(1));
      case 'softplus':
        return Digits.ln(Digits.exp(x).add(1));
      case 'relu':
        return Digits.max(x, 0);
      case 'erf':
        return erf(x);
      case 'sin':
        return Digits.sin(x);
      case 'cos':
        return Digits.cos(x);
      case 'abs':
        return x.abs();
      case 'sign':
        return new Digits(x.isZero() ? 0 : Digits.sign(x));
      case 'max':
        return Digits.max(x, y ?? x);
      case 'min':
        return Digits.min(x, y ?? x);
      default:
        return this.registered(name, args, places);
    }
  }

  /**
   * A function from outside the language, by its meaning in float64. A proof uses nothing of it but that equal arguments give
   * equal values; rounding the arguments to twenty digits first makes them equal where they differ by the rounding here only.
   */
  private registered(name: string, args: readonly Expr[], places: Places): Digits {
    const f = registeredFunction(name);
    if (f === undefined) throw new NoValueError(`${name} is not a function of the language`);
    const numbers = args.map((a) => this.value(a, places).toSignificantDigits(20).toNumber());
    const value = f.value(...numbers);
    if (!Number.isFinite(value)) throw new NoValueError(`${name}(${numbers.join(', ')}) is ${value}`);
    return new Digits(value);
  }

  private total({ operation, binder, where, body }: Total, places: Places): Digits {
    const values: Digits[] = [];
    for (let k = 0; k < this.size(binder.dimension); k += 1) {
      const inside = new Map(places).set(binder.id, k);
      if (where === undefined || this.holds(where, inside)) values.push(this.value(body, inside));
    }
    if (operation === 'max') return Digits.max(...values);
    return values.reduce(
      (all, v) => (operation === 'sum' ? all.add(v) : all.mul(v)),
      new Digits(operation === 'sum' ? 0 : 1),
    );
  }

  /** All values of a body over its binders, with where they stand. */
  private over(
    binders: FieldFunction['binders'],
    body: Expr,
    places: Places,
  ): { at: number[]; value: Digits }[] {
    const [first, ...rest] = binders;
    if (first === undefined) return [{ at: [], value: this.value(body, places) }];
    return Array.from({ length: this.size(first.dimension) }, (_, k) =>
      this.over(rest, body, new Map(places).set(first.id, k)).map(({ at, value }) => ({
        at: [k, ...at],
        value,
      })),
    ).flat();
  }

  private field({ name, binders, body, at }: FieldFunction, places: Places): Digits {
    const values = this.over(binders, body, places);
    const sum = (f: (v: Digits) => Digits): Digits =>
      values.reduce((all, { value }) => all.add(f(value)), new Digits(0));
    const mean = (f: (v: Digits) => Digits): Digits => sum(f).div(values.length);
    switch (name) {
      case 'softmax': {
        const here = at === undefined ? undefined : values[place(at, places)];
        return here === undefined ? new Digits(0) : Digits.exp(here.value).div(sum((v) => Digits.exp(v)));
      }
      case 'logsumexp':
        return Digits.ln(sum((v) => Digits.exp(v)));
      case 'mean':
        return mean((v) => v);
      case 'var': {
        const middle = mean((v) => v);
        return mean((v) => v.sub(middle).pow(2));
      }
      case 'norm':
        return Digits.sqrt(sum((v) => v.mul(v)));
    }
  }

  private matrix(expr: MatrixFunction, places: Places): Digits {
    const { name, row, at } = expr;
    const n = this.size(row.dimension);
    const { det, rows } = this.reduced(expr, n, places);
    if (name === 'det') return det;
    if (name === 'logdet') return Digits.ln(det.abs());
    if (at === undefined) throw new NoValueError('inv(M) is written without its indices');
    return cell(rows[place(at[0], places)] ?? [], n + place(at[1], places));
  }

  /** The determinant and the inverse (right half) by Gauss and Jordan, with pivots; once for each matrix. */
  private reduced(
    { row, column, body }: MatrixFunction,
    n: number,
    places: Places,
  ): { det: Digits; rows: Digits[][] } {
    const outer = freeIndices(body).filter((id) => id !== row.id && id !== column.id);
    const key = outer.map((id) => `${id}=${places.get(id)}`).join();
    const known = this.matrices.get(body) ?? new Map<string, { det: Digits; rows: Digits[][] }>();
    this.matrices.set(body, known);
    const before = known.get(key);
    if (before !== undefined) return before;
    const rows = Array.from({ length: n }, (_, i) =>
      Array.from({ length: 2 * n }, (_, j) =>
        j < n
          ? this.value(body, new Map(places).set(row.id, i).set(column.id, j))
          : new Digits(j - n === i ? 1 : 0),
      ),
    );
    let det = new Digits(1);
    for (let k = 0; k < n; k += 1) {
      const pivot = rows.slice(k).reduce(
        (best, r, at) =>
          cell(r, k)
            .abs()
            .gt(cell(rows[best] as Digits[], k).abs())
            ? at + k
            : best,
        k,
      );
      if (pivot !== k) {
        [rows[k], rows[pivot]] = [rows[pivot] as Digits[], rows[k] as Digits[]];
        det = det.neg();
      }
      const top = rows[k] as Digits[];
      const head = cell(top, k);
      if (head.isZero()) throw new NoValueError('a matrix is singular');
      det = det.mul(head);
      rows[k] = top.map((v) => v.div(head));
      for (let i = 0; i < n; i += 1) {
        if (i === k) continue;
        const factor = cell(rows[i] as Digits[], k);
        rows[i] = (rows[i] as Digits[]).map((v, j) => v.sub(factor.mul(cell(rows[k] as Digits[], j))));
      }
    }
    const result = { det, rows };
    known.set(key, result);
    return result;
  }
}

function cell(row: readonly Digits[], at: number): Digits {
  return row[at] ?? new Digits(0);
}

function place(index: Index, places: Places): number {
  return index.parts.reduce((sum, { sign, id }) => {
    const at = places.get(id);
    if (at === undefined) throw new NoValueError(`the index ${id} stands nowhere`);
    return sum + sign * at;
  }, index.offset);
}

function finite(value: Digits): Digits {
  if (!value.isFinite()) throw new NoValueError('a value is not finite');
  return value;
}

function raised(base: Digits, exponent: Digits): Digits {
  return finite(base.pow(exponent));
}

/** erf by its Taylor series, which converges everywhere; beyond 9 it is ±1 to more digits than are asked. */
function erf(x: Digits): Digits {
  if (x.abs().gt(9)) return new Digits(Digits.sign(x));
  let term = x;
  let sum = x;
  for (let k = 1; k < 600 && term.abs().gt('1e-40'); k += 1) {
    term = term.mul(x).mul(x).neg().div(k);
    sum = sum.add(term.div(2 * k + 1));
  }
  return sum.mul(2).div(Digits.sqrt(Digits.acos(-1)));
}
