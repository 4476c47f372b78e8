/** Cells and notebooks as they are before anything ran. */
import type { Notebook, NotebookCell } from '../run/index.js';

export function cell(
  type: 'code' | 'markdown',
  id: string,
  source: string,
  metadata: Readonly<Record<string, unknown>> = {},
): NotebookCell {
  return { id, type, source, metadata, executionCount: null, outputs: [] };
}

/** The cells in a notebook of handgrad's kernel. */
export function notebook(cells: readonly NotebookCell[]): Notebook {
  return {
    cells,
    metadata: {
      kernelspec: { display_name: 'TypeScript (handgrad)', language: 'typescript', name: 'handgrad' },
      language_info: { file_extension: '.ts', mimetype: 'text/typescript', name: 'typescript' },
    },
  };
}

/** A notebook to begin with: one derivation, right to its end. */
export function firstNotebook(name: string): Notebook {
  return notebook([
    cell('markdown', 'title', `# ${name}`),
    cell(
      'code',
      'given',
      "import { given } from 'handgrad';\n\nconst scope = given({ x: ['n'] });\nscope.define('s_i = exp(x_i) / Σ_k exp(x_k)')",
    ),
    cell(
      'code',
      'derivation',
      "const jacobian = scope.derive('∂s_i/∂x_j');\njacobian.step('s_i (δ_ij − s_j)')",
    ),
  ]);
}
