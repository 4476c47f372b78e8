/** What docs/identities.md says, from the identities themselves. */
import { type Identity, identities } from './identities.js';

/** The families, by the letter their names begin with. */
const families: Readonly<Record<string, string>> = {
  V: 'Vectors, quadratic forms and norms',
  M: 'Matrices',
  T: 'Traces',
  D: 'Determinants',
  S: 'Softmax and its losses',
  E: 'Elementwise functions',
  L: 'Losses',
  Y: 'Layers',
  P: 'Models',
};

function code(text: string): string {
  return `\`${text}\``;
}

/** One identity as a row: what is defined and assumed, what is asked, the derivative. */
function row({ id, define, assume = [], ask, answer }: Identity): string {
  const lines = [...define.map(code), ...assume.map((line) => `where ${code(line)}`)].join('; ');
  return `| ${id} | ${lines} | ${code(`${ask} = ${answer}`)} |`;
}

/** The tables of the document, family by family. */
export function tables(): string {
  return Object.entries(families)
    .map(([letter, title]) => {
      const members = identities.filter(({ id }) => id.startsWith(letter));
      return [`### ${title}`, '', '| | given | proved |', '| --- | --- | --- |', ...members.map(row)].join(
        '\n',
      );
    })
    .join('\n\n');
}

/** Lines that the language refuses, as the document says. */
export const refused: readonly string[] = [
  'L = tr(X^p)',
  'L = tr(X^{1/2})',
  'Y = expm(X)',
  'L = Σ_i eig(X)_i',
  'L = Σ_i svd(X)_i',
  'y_i = x_{t_i}',
  'y_i = x_{2i}',
  'L = min_i x_i',
  'i = argmax(x)',
  'y_i = sort(x)_i',
  'h_i = tanh(h_{i−1} + x_i)',
  'L = Σ_i gamma(x_i)',
  'L = ∫ x',
  'L = E(x)',
];

/** Lines that say the same another way, or a case of it, and that are read. */
export const instead: readonly string[] = [
  'L = tr(X^5)',
  'K = Bᵀ ⊗ X',
  'K_ijab = B_jb X_ia',
  'v = vec(A X A)',
  'L = −max_i (−x_i)',
  'y_i = Σ_{j≤i} x_j',
  'a_i = [x_i = max_j x_j]',
];
