/** The figures people ask for by name: a heat map of one Jacobian, and two of them held against each other. */
import { HandgradError } from '../formula/index.js';
import { type Figure, panelsFigure } from './figure.js';
import { type Drawable, type Matrix, readMatrix } from './matrix.js';
import { colourRange, type Mark, type Names, type Panel } from './panel.js';

/** What `heatmap` is told: names for the figure, and what is drawn beside it. */
export interface HeatmapOptions {
  /** Stands above the figure. */
  readonly title?: string;
  /** What the rows are components of; `y` unless given. */
  readonly output?: string;
  /** What the columns are components of; `x` unless given. */
  readonly input?: string;
  /** How many of the first axes belong to the output; half of them unless given. */
  readonly outputAxes?: number;
  /** Whether the sum of each row stands beside it: 0 where adding one number to all inputs changes nothing. */
  readonly rowSums?: boolean;
}

/** What `compare` is told: names for the figure and for its two sides. */
export interface CompareOptions extends Omit<HeatmapOptions, 'rowSums'> {
  /** What the two sides are called; 'yours' and 'autograd' unless given. */
  readonly labels?: readonly [hand: string, truth: string];
}

/** Two Jacobians of different shapes cannot be laid side by side, entry by entry. */
export class ShapesDifferError extends HandgradError {
  override readonly name = 'ShapesDifferError';
}

/**
 * A heat map of a Jacobian: rows are outputs, columns inputs, blue below zero, red above. Values are written into the
 * entries of a small one; hovering tells any entry as ∂y_i/∂x_j; of a very large one the middle is left out.
 *
 * Takes nested arrays, a tf.Tensor or a Jacobian operator. Throws NotDrawableError for anything else.
 *
 * @example
 * heatmap([[0.25, -0.25], [-0.25, 0.25]], { output: 's', input: 'x' })
 */
export function heatmap(jacobian: Drawable, options: HeatmapOptions = {}): Figure {
  const matrix = readMatrix(jacobian, options.outputAxes);
  const range = colourRange(matrix);
  const panels: readonly Panel[] = [{ title: '', matrix, range }];
  return panelsFigure(
    options.title ?? '',
    options.rowSums === true ? [...panels, rowSums(matrix, range)] : panels,
    namesOf(options),
  );
}

/** The sums of the rows on the matrix's own colour scale; what rounding leaves of a sum of this many terms is `≈0`. */
function rowSums({ values, rowLabels }: Matrix, range: number): Panel {
  const sums = values.map((row) => [row.reduce((sum, value) => sum + value, 0)]);
  const noise = range * float32Noise * Math.max(1, values[0]?.length ?? 1);
  return {
    title: 'row sums',
    matrix: { values: sums, rowLabels, columnLabels: ['Σ'] },
    range,
    noise,
    sums: true,
  };
}

/**
 * A hand-built Jacobian, the true one and their difference side by side, the two on one colour scale. The entry that
 * deviates most is framed in all three; nothing is framed where they differ by no more than float32 rounds away.
 *
 * Throws ShapesDifferError when the two do not have the same shape.
 *
 * @example
 * compare([[1, 0], [0, 1]], [[1, 0], [0.5, 1]]) // entry [1, 0] is framed
 */
export function compare(hand: Drawable, truth: Drawable, options: CompareOptions = {}): Figure {
  const yours = readMatrix(hand, options.outputAxes);
  const right = readMatrix(truth, options.outputAxes);
  if (sizeOf(yours) !== sizeOf(right)) {
    throw new ShapesDifferError(
      `The first Jacobian is ${sizeOf(yours)}, the second ${sizeOf(right)}: to compare them entry by entry both need the ` +
        'same shape. Was one of them transposed, or summed over an axis?',
    );
  }
  const difference: Matrix = {
    ...right,
    values: right.values.map((row, i) => row.map((value, j) => (yours.values[i]?.[j] ?? Number.NaN) - value)),
  };
  const range = colourRange(yours, right);
  const noise = range * float32Noise;
  const worst = worstEntry(difference, noise);
  const [handLabel, truthLabel] = options.labels ?? ['yours', 'autograd'];
  const panel = (title: string, matrix: Matrix, scale: number): Panel => ({
    title,
    matrix,
    range: scale,
    ...(worst ? { mark: worst } : {}),
  });
  const panels = [
    panel(handLabel, yours, range),
    panel(truthLabel, right, range),
    { ...panel('difference', difference, Math.max(colourRange(difference), 10 * noise)), noise },
  ];
  return panelsFigure(options.title ?? '', panels, namesOf(options));
}

function namesOf({ output = 'y', input = 'x' }: HeatmapOptions): Names {
  return { output, input };
}

function sizeOf({ rowLabels, columnLabels }: Matrix): string {
  const shape = (labels: readonly string[]) =>
    `[${(labels.at(-1) ?? '').split(',').map((last) => Number(last) + 1)}]`;
  return `${shape(rowLabels)} by ${shape(columnLabels)}`;
}

/** What is smaller than this part of the largest entry is rounding of float32, in which autograd works. */
const float32Noise = 2 ** -20;

/** The entry of the largest absolute value above the noise; entries that are no numbers have no say. */
function worstEntry({ values }: Matrix, noise: number): Mark | undefined {
  let worst: Mark | undefined;
  let size = noise;
  values.forEach((row, i) => {
    row.forEach((value, j) => {
      if (Math.abs(value) > size) {
        size = Math.abs(value);
        worst = { row: i, column: j };
      }
    });
  });
  return worst;
}
