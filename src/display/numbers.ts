/**
 * A number as people read it: six significant digits unless told, no trailing zeros, powers of ten only where the plain
 * form would be long, a negative zero as 0.
 *
 * @example
 * formatNumber(0.10650698) // '0.106507'
 * formatNumber(-2.5e-9) // '-2.5e-9'
 */
export function formatNumber(value: number, digits = 6): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return String(value);
  const plain = value.toPrecision(digits);
  if (size >= 1e-4 && !plain.includes('e')) return trimZeros(plain);
  const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
  return `${trimZeros(mantissa)}e${exponent.replace('+', '')}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A number that survives JSON: NaN and the infinities as their names. */
export function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** Any value with its numbers made fit for JSON, at every depth; typed arrays become arrays. */
export function jsonSafe(value: unknown): unknown {
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value === 'bigint') return value.toString();
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<unknown>, jsonSafe);
  }
  if (Array.isArray(value)) return value.map(jsonSafe);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonSafe(member)]));
}
