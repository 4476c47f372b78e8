/** Formulas and definitions as a person sees them: typeset where the page can, their own text elsewhere. */
import type { Definition, ExplicitFormula, Formula } from '../derivation/index.js';
import { tensor, toLatex } from '../formula/index.js';
import type { MimeBundle } from './bundle.js';
import { escapeHtml } from './escape.js';

/** LaTeX in the middle of HTML, as Jupyter front ends typeset it. */
export function inlineLatex(latex: string): string {
  return `$\\displaystyle ${escapeHtml(latex)}$`;
}

/** A formula as LaTeX and text; where it has a matrix notation, that beside it; what reads 0 outside its range is said. */
export function formulaBundle(formula: Formula): MimeBundle {
  const { matrix, notes, latex } = formula;
  const also = matrix === undefined ? [] : [`in matrix notation: ${matrix}`];
  const more = [...also, ...notes].map((line) => `<div>${escapeHtml(line)}</div>`).join('');
  return {
    'text/plain': [String(formula), ...[...also, ...notes].map((line) => `  ${line}`)].join('\n'),
    ...(more !== '' && { 'text/html': `<div>${inlineLatex(latex)}</div>${more}` }),
    'text/latex': `$\\displaystyle ${latex}$`,
  };
}

/** A definition as LaTeX and text, with a note where a line was read in a way that needs saying. */
export function definitionBundle(definition: Definition): MimeBundle {
  const { name, formula, notes } = definition;
  const left = toLatex({ ...formula.ranged, expr: tensor(name, ...formula.indices) }, formula.declarations);
  const said = notes.map((note) => `<div>${escapeHtml(note)}</div>`).join('');
  return {
    'text/plain': [String(definition), ...notes].join('\n'),
    'text/html': `<div>${inlineLatex(`${left} = ${formula.latex}`)}</div>${said}`,
    'text/latex': `$\\displaystyle ${left} = ${formula.latex}$`,
  };
}

/** Components written out, as a matrix that scrolls where it is wider than the page. */
export function explicitBundle(formula: ExplicitFormula): MimeBundle {
  return {
    'text/plain': String(formula),
    'text/html': `<div style="overflow-x:auto;padding:4px 0">${inlineLatex(formula.latex)}</div>`,
    'text/latex': `$\\displaystyle ${formula.latex}$`,
  };
}
