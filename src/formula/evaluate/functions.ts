/** The elementwise functions in float64, each with the size of its slope (for the running error scale). */
import { erf } from './erf.js';

export interface Elementwise {
  readonly value: (x: number) => number;
  /** |f′(x)|, where `value` is f(x). */
  readonly slope: (x: number, value: number) => number;
}

export type UnaryName =
  | 'negate'
  | 'reciprocal'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'tanh'
  | 'sigmoid'
  | 'relu'
  | 'softplus'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'abs'
  | 'sign';

/** 1/(1+e^{−x}), computed from e^{−|x|} so that nothing overflows. */
export function sigmoid(x: number): number {
  const decay = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
}

/** log(1+eˣ) = max(x, 0) + log(1+e^{−|x|}), which never overflows. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

export const unary: Readonly<Record<UnaryName, Elementwise>> = {
  negate: { value: (x) => -x, slope: () => 1 },
  reciprocal: { value: (x) => 1 / x, slope: (_, value) => value * value },
  exp: { value: Math.exp, slope: (_, value) => value },
  log: { value: Math.log, slope: (x) => 1 / Math.abs(x) },
  sqrt: { value: Math.sqrt, slope: (_, value) => 0.5 / value },
  tanh: { value: Math.tanh, slope: (_, value) => 1 - value * value },
  sigmoid: { value: sigmoid, slope: (_, value) => value * (1 - value) },
  relu: { value: (x) => (x > 0 ? x : x <= 0 ? 0 : Number.NaN), slope: (x) => (x >= 0 ? 1 : 0) },
  softplus: { value: softplus, slope: (x) => sigmoid(x) },
  erf: { value: erf, slope: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) },
  sin: { value: Math.sin, slope: (x) => Math.abs(Math.cos(x)) },
  cos: { value: Math.cos, slope: (x) => Math.abs(Math.sin(x)) },
  abs: { value: Math.abs, slope: () => 1 },
  sign: { value: Math.sign, slope: () => 0 },
};

export function isUnaryName(name: string): name is UnaryName {
  return Object.hasOwn(unary, name);
}

export type BinaryName = 'add' | 'subtract' | 'multiply' | 'divide' | 'power' | 'max' | 'min';

/**
 * A function of two numbers with its running error scale: what errors of `x` and `y` of sizes `sx`, `sy` (in units of
 * epsilon) come to. Products keep the second-order part, which is all there is where both have cancelled to 0.
 */
export interface Pairwise {
  readonly value: (x: number, y: number) => number;
  readonly scale: (x: number, y: number, sx: number, sy: number, value: number) => number;
}

export const binary: Readonly<Record<BinaryName, Pairwise>> = {
  add: { value: (x, y) => x + y, scale: (_x, _y, sx, sy) => sx + sy },
  subtract: { value: (x, y) => x - y, scale: (_x, _y, sx, sy) => sx + sy },
  multiply: {
    value: (x, y) => x * y,
    scale: (x, y, sx, sy) => sx * (Math.abs(y) + Number.EPSILON * sy) + Math.abs(x) * sy,
  },
  divide: {
    value: (x, y) => x / y,
    scale: (_x, y, sx, sy, value) => (sx + Math.abs(value) * sy) / Math.abs(y),
  },
  power: { value: (x, y) => x ** y, scale: powerScale },
  max: { value: Math.max, scale: (x, y, sx, sy) => (x >= y ? sx : sy) },
  min: { value: Math.min, scale: (x, y, sx, sy) => (x <= y ? sx : sy) },
};

/** |∂xʸ/∂x| sx + |∂xʸ/∂y| sy; a part whose error is zero adds nothing, also where its slope is infinite. */
function powerScale(x: number, y: number, sx: number, sy: number, value: number): number {
  const off = Math.abs(x) + Number.EPSILON * sx;
  const byBase = sx === 0 || y === 0 ? 0 : Math.abs(y * off ** (y - 1)) * sx;
  const byExponent = sy === 0 || value === 0 ? 0 : Math.abs(value * Math.log(Math.abs(x))) * sy;
  return byBase + byExponent;
}

/** The function of two numbers, entry by entry; the common ones in loops of their own. */
export function combineEntries(name: BinaryName, a: Float64Array, b: Float64Array): Float64Array {
  const { length } = a;
  const result = new Float64Array(length);
  switch (name) {
    case 'add':
      for (let k = 0; k < length; k += 1) result[k] = (a[k] as number) + (b[k] as number);
      return result;
    case 'subtract':
      for (let k = 0; k < length; k += 1) result[k] = (a[k] as number) - (b[k] as number);
      return result;
    case 'multiply':
      for (let k = 0; k < length; k += 1) result[k] = (a[k] as number) * (b[k] as number);
      return result;
    case 'divide':
      for (let k = 0; k < length; k += 1) result[k] = (a[k] as number) / (b[k] as number);
      return result;
    default: {
      const { value } = binary[name];
      for (let k = 0; k < length; k += 1) result[k] = value(a[k] as number, b[k] as number);
      return result;
    }
  }
}
