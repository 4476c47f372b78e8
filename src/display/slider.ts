/** A figure with a slider under it, drawn beforehand at each position: it moves without a kernel, in a saved notebook too. */
import { HandgradError } from '../formula/index.js';
import { attachDisplay, type MimeBundle, plotlyMime } from './bundle.js';
import { neutralColour } from './colours.js';
import { type Figure, plain } from './figure.js';
import { formatNumber } from './numbers.js';

type PlotlyObject = Readonly<Record<string, unknown>>;

/** What `slider` is told: the name of what is moved, and where it starts. */
export interface SliderOptions {
  /** What is moved; stands before its value. */
  readonly label?: string;
  /** The position it starts at, from 0; the first unless given. */
  readonly start?: number;
}

/** A slider that cannot be: no positions, too many, or figures that do not match. */
export class SliderError extends HandgradError {
  override readonly name = 'SliderError';
}

/** More positions would make a notebook of many megabytes, and no hand can tell them apart. */
const mostPositions = 200;

/** What `slider` returns; it shows itself, `data`, `layout` and `frames` are what plotly.js takes. */
export class SliderFigure {
  readonly data: readonly PlotlyObject[];
  readonly layout: PlotlyObject;
  readonly frames: readonly PlotlyObject[];
  readonly svg: string;
  readonly text: string;

  constructor(label: string, values: readonly number[], figures: readonly Figure[], start: number) {
    const first = figures[start];
    if (first === undefined) {
      throw new SliderError(
        `The slider starts at position ${start}, but its positions are 0 … ${values.length - 1}.`,
      );
    }
    const traces = onOneScale(figures);
    this.data = traces[start] ?? [];
    this.frames = traces.map((data, position) => ({
      name: String(position),
      data,
      layout: titleAndShapes(figures[position]),
    }));
    this.layout = { ...withRoom(first.layout), sliders: [control(label, values, start)] };
    this.svg = first.svg;
    this.text = `${label} = ${formatNumber(values[start] ?? Number.NaN)} (${values.length} positions)\n${first.text}`;
  }

  toString(): string {
    return this.text;
  }
}

attachDisplay(SliderFigure.prototype, sliderBundle);

/** A slider as a MIME bundle: plotly.js JSON with a frame for each position; SVG and text of the one it starts at. */
export function sliderBundle({ data, layout, frames, svg, text }: SliderFigure): MimeBundle {
  return {
    [plotlyMime]: { data, layout, frames, config: { displaylogo: false } },
    'image/svg+xml': svg,
    'text/plain': text,
  };
}

/**
 * Draws a figure for each value and puts a slider under it. The colours mean the same at every position.
 *
 * Throws SliderError for no values, for more than 200, and where the figures differ in their panels.
 *
 * @example
 * slider([-2, 0, 2], (z) => heatmap([[z, 1], [1, z]]), { label: 'z' });
 */
export function slider(
  values: readonly number[],
  draw: (value: number) => Figure,
  { label = 'value', start = 0 }: SliderOptions = {},
): SliderFigure {
  if (values.length === 0 || values.length > mostPositions) {
    throw new SliderError(
      `A slider has 1 to ${mostPositions} positions; ${values.length} values were given.`,
    );
  }
  const figures = values.map(draw);
  const panels = figures[0]?.data.length;
  const other = figures.findIndex(({ data }) => data.length !== panels);
  if (other >= 0) {
    throw new SliderError(
      `At ${values[other]} the figure has ${figures[other]?.data.length} panels, at ${values[0]} ${panels}: draw the same panels at each value.`,
    );
  }
  return new SliderFigure(label, values, figures, start);
}

/** What of the layout changes with the position. */
function titleAndShapes(figure: Figure | undefined): PlotlyObject {
  const { title, shapes } = figure?.layout ?? {};
  return title === undefined ? { shapes } : { shapes, title };
}

/** Each panel's colour scale reaches as far as it must at any position. */
function onOneScale(figures: readonly Figure[]): readonly (readonly PlotlyObject[])[] {
  const ranges = (figures[0]?.data ?? []).map((_, panel) =>
    Math.max(...figures.map(({ data }) => Number(data[panel]?.zmax ?? 1))),
  );
  return figures.map(({ data }) =>
    data.map((trace, panel) => ({ ...trace, zmin: -(ranges[panel] ?? 1), zmax: ranges[panel] ?? 1 })),
  );
}

function withRoom(layout: PlotlyObject): PlotlyObject {
  const margin = layout.margin as { readonly b: number };
  return { ...layout, height: Number(layout.height) + 80, margin: { ...margin, b: margin.b + 80 } };
}

function control(label: string, values: readonly number[], start: number): PlotlyObject {
  return {
    active: start,
    currentvalue: { prefix: `${plain(label)} = `, font: { color: neutralColour } },
    pad: { t: 24 },
    steps: values.map((value, position) => ({
      label: formatNumber(value, 4),
      method: 'animate',
      args: [
        [String(position)],
        { mode: 'immediate', frame: { duration: 0, redraw: true }, transition: { duration: 0 } },
      ],
    })),
  };
}
