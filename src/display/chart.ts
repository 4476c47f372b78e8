/** Curves, points and arrows over two axes: the same data for plotly.js, SVG and text. */
import { chartSvg } from './chart-svg.js';
import { neutralColour } from './colours.js';
import { Figure, plain, titleAbove } from './figure.js';
import { formatNumber } from './numbers.js';

/** A point of a curve, with what is told on hover; null lifts the pen. */
export type ChartPoint = { readonly x: number; readonly y: number; readonly hover?: string } | null;

export interface Series {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  readonly kind: 'line' | 'dashed' | 'points' | 'both';
  readonly colour: string;
  readonly width?: number;
}

export interface Axis {
  readonly title: string;
  readonly log?: boolean;
  /** From … to, in the axis's own numbers. */
  readonly range: readonly [number, number];
  /** An axis without a line and without numbers. */
  readonly hidden?: boolean;
}

/** A word at a place, in the axes' numbers. */
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly side: 'left' | 'right' | 'above';
}

export interface Chart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly labels?: readonly Label[];
  /** Whether a unit is as long along x as along y. */
  readonly square?: boolean;
  readonly height: number;
  readonly legend: boolean;
  readonly text: string;
}

/** Colours that are read on white and on near-black, and told apart with any colour vision. */
export const seriesColours = ['#3a87c8', '#e07b39', '#5a9e6f', '#a06cc0', '#b8860b'] as const;
/** What is no claim: axes, grids, the edge of a simplex. */
const gridColour = 'rgba(128,128,128,0.3)';

export function chartFigure(chart: Chart): Figure {
  const data = chart.series.map(({ name, points, kind, colour, width = 2 }) => ({
    type: 'scatter',
    name: plain(name),
    mode: kind === 'points' ? 'markers' : kind === 'both' ? 'lines+markers' : 'lines',
    x: points.map((point) => (point === null ? null : short(point.x))),
    y: points.map((point) => (point === null || !Number.isFinite(point.y) ? null : short(point.y))),
    line: { color: colour, width, ...(kind === 'dashed' ? { dash: 'dash' } : {}) },
    marker: { color: colour, size: 7 },
    hovertext: points.map((point) => plain(point?.hover ?? '')),
    hovertemplate: '%{hovertext}<extra>%{fullData.name}</extra>',
    hoverinfo: points.some((point) => point?.hover !== undefined) ? 'text' : 'skip',
  }));
  return new Figure({ data, layout: layout(chart), svg: chartSvg(chart), text: chart.text });
}

/** More digits than a picture can show would only make the notebook larger. */
function short(value: number): number {
  return Number(value.toPrecision(8));
}

function layout({
  title,
  x,
  y,
  labels = [],
  square = false,
  height,
  legend,
}: Chart): Record<string, unknown> {
  return {
    xaxis: { ...axis(x), ...(square ? { constrain: 'domain', constraintoward: 'left' } : {}) },
    yaxis: { ...axis(y), ...(square ? { scaleanchor: 'x' } : {}) },
    title: titleAbove(title),
    annotations: labels.map(({ x: at, y: height, text, side }) => ({
      x: at,
      y: height,
      text: plain(text),
      showarrow: false,
      xanchor: side === 'left' ? 'right' : side === 'right' ? 'left' : 'center',
      yanchor: side === 'above' ? 'bottom' : 'middle',
      xshift: side === 'left' ? -6 : side === 'right' ? 6 : 0,
      yshift: side === 'above' ? 4 : 0,
    })),
    showlegend: legend,
    legend: { orientation: 'h', x: 0, y: 1, yanchor: 'bottom' },
    height,
    margin: { l: x.hidden ? 16 : 72, r: 16, t: 48 + (legend ? 24 : 0), b: x.hidden ? 16 : 48 },
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { color: neutralColour, size: 13 },
    hovermode: 'closest',
  };
}

function axis({ title, log = false, range, hidden = false }: Axis): Record<string, unknown> {
  return {
    title: { text: plain(title) },
    type: log ? 'log' : 'linear',
    range: log ? range.map((end) => Math.log10(end)) : [...range],
    visible: !hidden,
    zeroline: false,
    gridcolor: gridColour,
    linecolor: neutralColour,
    ...(log ? { exponentformat: 'power', dtick: 1 } : {}),
  };
}

/** A range around these numbers with a little room; around a single number, room enough to see that it is one. */
export function rangeOf(numbers: readonly number[], log = false): readonly [number, number] {
  const finite = numbers.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (log) return [low / 1.6, high * 1.6];
  const room = high > low ? (high - low) * 0.06 : Math.max(Math.abs(high), 1) * 0.1;
  return [low - room, high + room];
}

/** Rows of numbers under their names, as text; the middle of long ones is left out. */
export function tableText(
  title: string,
  names: readonly string[],
  rows: readonly (readonly number[])[],
): string {
  const shown = rows.length <= 12 ? rows : [...rows.slice(0, 6), undefined, ...rows.slice(-5)];
  const cells = [
    names,
    ...shown.map((row) => row?.map((value) => formatNumber(value)) ?? names.map(() => '⋯')),
  ];
  const widths = names.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
  return [...(title === '' ? [] : [title]), ...lines].join('\n');
}
