/** A Jacobian that shows itself: its entries, elided where it is large, with its layout said. */
import type { MimeBundle } from './bundle.js';
import { gridHtml, gridLatex, gridText } from './grid.js';
import { type Drawable, readMatrix } from './matrix.js';

/**
 * A Jacobian (nested arrays, a tf.Tensor, an operator) as text, an HTML table and a LaTeX matrix. `name` is what it is,
 * as text: `Jacobian, 3 × 3, rows are outputs`.
 */
export function matrixBundle(jacobian: Drawable, outputAxes?: number): MimeBundle {
  const matrix = readMatrix(jacobian, outputAxes);
  const name = `Jacobian, ${matrix.rowLabels.length} × ${matrix.columnLabels.length}, a row for each output`;
  return {
    'text/plain': `${name}\n${gridText(matrix)}`,
    'text/html': `<div>${name}</div>${gridHtml(matrix)}`,
    'text/latex': `$\\displaystyle ${gridLatex(matrix)}$`,
  };
}
