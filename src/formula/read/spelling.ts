/** Spellings: Greek words, superscripts, subscripts, signs that mean the same. */

const GREEK_WORDS: readonly (readonly [string, string])[] = [
  ['alpha', 'α'],
  ['beta', 'β'],
  ['gamma', 'γ'],
  ['delta', 'δ'],
  ['epsilon', 'ε'],
  ['zeta', 'ζ'],
  ['eta', 'η'],
  ['theta', 'θ'],
  ['iota', 'ι'],
  ['kappa', 'κ'],
  ['lambda', 'λ'],
  ['mu', 'μ'],
  ['nu', 'ν'],
  ['xi', 'ξ'],
  ['omicron', 'ο'],
  ['pi', 'π'],
  ['rho', 'ρ'],
  ['sigma', 'σ'],
  ['tau', 'τ'],
  ['upsilon', 'υ'],
  ['phi', 'φ'],
  ['chi', 'χ'],
  ['psi', 'ψ'],
  ['omega', 'ω'],
  ['Gamma', 'Γ'],
  ['Delta', 'Δ'],
  ['Theta', 'Θ'],
  ['Lambda', 'Λ'],
  ['Xi', 'Ξ'],
  ['Pi', 'Π'],
  ['Sigma', 'Σ'],
  ['Upsilon', 'Υ'],
  ['Phi', 'Φ'],
  ['Psi', 'Ψ'],
  ['Omega', 'Ω'],
];

/** Greek letters by the words they are spelled with. */
export const GREEK: ReadonlyMap<string, string> = new Map([...GREEK_WORDS, ['eps', 'ε']]);

/** LaTeX commands that are Greek letters. */
export const GREEK_COMMANDS: ReadonlyMap<string, string> = new Map([
  ...GREEK_WORDS,
  ['varepsilon', 'ε'],
  ['vartheta', 'θ'],
  ['varphi', 'φ'],
  ['varrho', 'ρ'],
  ['varsigma', 'ς'],
  ['varkappa', 'κ'],
]);

const WORDS: ReadonlyMap<string, string> = new Map(GREEK_WORDS.map(([word, letter]) => [letter, word]));

/** The word for a Greek letter: `mu` for μ. */
export function greekWord(letter: string): string | undefined {
  return WORDS.get(letter);
}

/** Letters that look alike and are one letter here: the micro sign, the lunate epsilon. */
export const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ['µ', 'μ'],
  ['ϵ', 'ε'],
  ['ϕ', 'φ'],
  ['ϑ', 'θ'],
]);

function pairs(from: string, to: string): ReadonlyMap<string, string> {
  const targets = [...to];
  return new Map([...from].map((character, at) => [character, targets[at] ?? character]));
}

/** Superscript signs and what they stand for in an exponent. */
export const SUPERSCRIPTS = pairs('⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ', '0123456789+−ni');

/** Subscript signs and what they stand for in an index. */
export const SUBSCRIPTS = pairs(
  '₀₁₂₃₄₅₆₇₈₉₊₋₌ₐₑₒₓₔₕₖₗₘₙₚₛₜᵢᵣᵤᵥⱼᵦᵧᵨᵩᵪ',
  '0123456789+−=aeoxəhklmnpstiruvjβγρφχ',
);

/** Signs of one character and the token they are. */
export const SIGNS: ReadonlyMap<string, string> = new Map([
  ...[...'+=≠<>≤≥()[]{},;/^_∂∑∏⊙⊗‖&|'].map((sign): [string, string] => [sign, sign]),
  ['-', '−'],
  ['−', '−'],
  ['–', '−'],
  ['*', '·'],
  ['·', '·'],
  ['⋅', '·'],
  ['×', '·'],
  ['∙', '·'],
  ['∗', '·'],
  ['⁄', '/'],
  ['∕', '/'],
  ['÷', '/'],
  ['⩽', '≤'],
  ['⩾', '≥'],
  ["'", "'"],
  ['’', "'"],
  ['′', "'"],
  ['ᵀ', 'ᵀ'],
  ['⊤', 'ᵀ'],
  ['∘', '⊙'],
  ['∥', '‖'],
  ['𝟏', '𝟏'],
  ['𝟙', '𝟙'],
]);

/** Signs of two characters. */
export const DOUBLE_SIGNS: ReadonlyMap<string, string> = new Map([
  ['>=', '≥'],
  ['<=', '≤'],
  ['!=', '≠'],
  ['==', '='],
  ['||', '‖'],
]);

/** Combining marks by the LaTeX command that sets them. */
export const ACCENTS: ReadonlyMap<string, string> = new Map([
  ['hat', '\u0302'],
  ['widehat', '\u0302'],
  ['bar', '\u0304'],
  ['overline', '\u0304'],
  ['tilde', '\u0303'],
  ['widetilde', '\u0303'],
  ['dot', '\u0307'],
  ['ddot', '\u0308'],
  ['vec', '\u20d7'],
]);
