/**
 * The error function in float64, from two published expansions:
 * - |x| < 2: erf x = 2/√π · e^{−x²} · Σ_n 2ⁿ x^{2n+1} / (1·3·…·(2n+1))   (DLMF 7.6.2; every term has the sign of x)
 * - 2 ≤ |x| < 6: erf x = 1 − erfc x with the continued fraction of erfc    (DLMF 7.9.1, even part)
 * - |x| ≥ 6: ±1, which is exact in float64 (erfc 6 ≈ 2·10⁻¹⁷)
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (size >= 6) return Math.sign(x);
  if (size < 2) return series(x);
  return Math.sign(x) * (1 - complement(size));
}

function series(x: number): number {
  const twiceSquare = 2 * x * x;
  let term = x;
  let total = x;
  for (let odd = 3; Math.abs(term) > Math.abs(total) * 1e-18; odd += 2) {
    term *= twiceSquare / odd;
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * gaussian(x) * total;
}

/** √π e^{x²} erfc x = 2x/(2x²+1 − 1·2/(2x²+5 − 3·4/(2x²+9 − …))), evaluated from the back; 100 levels suffice from x = 2. */
function complement(x: number): number {
  const twiceSquare = 2 * x * x;
  let fraction = 0;
  for (let level = 100; level >= 1; level -= 1) {
    fraction = ((2 * level - 1) * (2 * level)) / (twiceSquare + 4 * level + 1 - fraction);
  }
  return ((2 * x) / (twiceSquare + 1 - fraction)) * (gaussian(x) / Math.sqrt(Math.PI));
}

/** e^{−x²} = e^{−h²} e^{−(x−h)(x+h)}, where h is x in single precision, so that h² is exact. */
function gaussian(x: number): number {
  const h = Math.fround(x);
  return Math.exp(-h * h) * Math.exp(-(x - h) * (x + h));
}
