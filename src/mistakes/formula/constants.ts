/** Numbers recognised as formulas: a fraction times powers of the sizes. */
import Fraction from 'fraction.js';
import { call, divide, type Expr, multiply, num, power, size } from '../../formula/index.js';

/** The sizes of the dimensions at one point. */
export type Sizes = Readonly<Record<string, number>>;

const LARGEST_DENOMINATOR = 48;
const LARGEST_NUMERATOR = 100;

interface Monomial {
  readonly expr: Expr | undefined;
  readonly value: (sizes: Sizes) => number;
}

function monomials(dimensions: readonly string[]): readonly Monomial[] {
  const one: Monomial = { expr: undefined, value: () => 1 };
  const single = dimensions.flatMap((d): Monomial[] => {
    const n = size(d);
    const of = (sizes: Sizes): number => sizes[d] ?? Number.NaN;
    const fewer = { kind: 'add', terms: [n, num(-1)] } as const;
    return [
      { expr: n, value: of },
      { expr: divide(num(1), n), value: (s) => 1 / of(s) },
      { expr: call('sqrt', n), value: (s) => Math.sqrt(of(s)) },
      { expr: divide(num(1), call('sqrt', n)), value: (s) => 1 / Math.sqrt(of(s)) },
      { expr: power(n, 2), value: (s) => of(s) ** 2 },
      { expr: divide(num(1), power(n, 2)), value: (s) => of(s) ** -2 },
      { expr: divide(n, fewer), value: (s) => of(s) / (of(s) - 1) },
      { expr: divide(fewer, n), value: (s) => (of(s) - 1) / of(s) },
    ];
  });
  const pairs = dimensions.flatMap((d, at) =>
    dimensions.slice(at + 1).flatMap((other): Monomial[] => {
      const [n, m] = [size(d), size(other)];
      const of = (s: Sizes, name: string): number => s[name] ?? Number.NaN;
      return [
        { expr: multiply(n, m), value: (s) => of(s, d) * of(s, other) },
        { expr: divide(num(1), multiply(n, m)), value: (s) => 1 / (of(s, d) * of(s, other)) },
        { expr: divide(n, m), value: (s) => of(s, d) / of(s, other) },
        { expr: divide(m, n), value: (s) => of(s, other) / of(s, d) },
      ];
    }),
  );
  return [one, ...single, ...pairs];
}

/** The formula of a number that has these values at points of these sizes; undefined where none is seen. */
export function recognise(values: readonly number[], sizes: readonly Sizes[]): Expr | undefined {
  const [first] = sizes;
  if (first === undefined || values.some((x) => !Number.isFinite(x) || x === 0)) return undefined;
  for (const { expr, value } of monomials(Object.keys(first))) {
    const quotients = values.map((x, at) => x / value(sizes[at] ?? first));
    const [quotient = Number.NaN, ...others] = quotients;
    if (!others.every((q) => Math.abs(q - quotient) <= 1e-7 * Math.abs(quotient))) continue;
    const fraction = fractionOf(quotient);
    if (fraction === undefined) continue;
    if (expr === undefined) return num(fraction);
    return fraction.equals(1) ? expr : multiply(num(fraction), expr);
  }
  return undefined;
}

function fractionOf(value: number): Fraction | undefined {
  for (let denominator = 1; denominator <= LARGEST_DENOMINATOR; denominator += 1) {
    const numerator = Math.round(value * denominator);
    if (Math.abs(numerator) > LARGEST_NUMERATOR || numerator === 0) continue;
    if (Math.abs(value - numerator / denominator) <= 1e-7 * Math.abs(value))
      return new Fraction(numerator, denominator);
  }
  return undefined;
}
