/** A chart as a static SVG: what stands beside its plotly.js figure. */
import type { Axis, Chart, Label, Series } from './chart.js';
import { neutralColour } from './colours.js';
import { escapeHtml } from './escape.js';
import { formatNumber } from './numbers.js';

const width = 640;
const margin = { left: 72, right: 16, top: 40, bottom: 48 };
const lineHeight = 18;

/** From an axis's numbers to pixels. */
type Scale = (value: number) => number;

export function chartSvg(chart: Chart): string {
  const { title, x, y, series, labels = [], height, legend, square = false } = chart;
  const top = margin.top + (legend ? series.length * lineHeight : 0);
  const [left, right, bottom] = x.hidden
    ? [16, width - 16, height - 16]
    : [margin.left, width - margin.right, height - margin.bottom];
  const whole = scale(x, left, right);
  const unit = (bottom - top) / (y.range[1] - y.range[0]);
  const squareX = square ? (value: number) => left + (value - x.range[0]) * unit : whole;
  const [toX, toY] = [squareX, scale(y, bottom, top)];
  const parts = [
    text(left, 22, title, 'start', 15, 'bold'),
    ...(legend ? series.map((one, index) => legendEntry(one, left, margin.top + index * lineHeight)) : []),
    ...(x.hidden ? [] : ticks(x).map((tick) => gridLine(toX(tick), top, toX(tick), bottom))),
    ...(x.hidden
      ? []
      : ticks(x).map((tick) => text(toX(tick), bottom + 16, formatNumber(tick, 3), 'middle'))),
    ...(y.hidden ? [] : ticks(y).map((tick) => gridLine(left, toY(tick), right, toY(tick)))),
    ...(y.hidden ? [] : ticks(y).map((tick) => text(left - 6, toY(tick) + 4, formatNumber(tick, 3), 'end'))),
    x.hidden ? '' : text((left + right) / 2, height - 10, x.title, 'middle', 13),
    y.hidden
      ? ''
      : `<g transform="rotate(-90 16 ${(top + bottom) / 2})">${text(16, (top + bottom) / 2, y.title, 'middle', 13)}</g>`,
    ...series.map((one) => seriesSvg(one, toX, toY)),
    ...labels.map((label) => labelSvg(label, toX, toY)),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-label="${escapeHtml(title || series.map(({ name }) => name).join(', '))}" font-family="sans-serif">${parts.join('')}</svg>`
  );
}

function scale({ range: [low, high], log = false }: Axis, from: number, to: number): Scale {
  const place = log ? Math.log10 : (value: number) => value;
  return (value) => from + ((place(value) - place(low)) / (place(high) - place(low))) * (to - from);
}

/** About six round numbers in the axis's range; on a logarithmic axis, powers of ten. */
function ticks({ range: [low, high], log = false }: Axis): readonly number[] {
  if (log) {
    const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
    const every = Math.max(1, Math.ceil((last - first) / 8));
    return Array.from(
      { length: Math.max(0, Math.floor((last - first) / every) + 1) },
      (_, k) => 10 ** (first + k * every),
    );
  }
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) => (first + k) * step);
}

function gridLine(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${neutralColour}" stroke-opacity="0.3"/>`;
}

function seriesSvg({ points, kind, colour, width: thick = 2 }: Series, toX: Scale, toY: Scale): string {
  let path = '';
  let dots = '';
  let pen = 'M';
  for (const point of points) {
    const [x, y] = point === null ? [Number.NaN, Number.NaN] : [toX(point.x), toY(point.y)];
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = 'M';
      continue;
    }
    path += `${pen}${round(x)} ${round(y)}`;
    dots += `<circle cx="${round(x)}" cy="${round(y)}" r="3.5" fill="${colour}"/>`;
    pen = 'L';
  }
  const dash = kind === 'dashed' ? ' stroke-dasharray="7 5"' : '';
  const line =
    kind === 'points'
      ? ''
      : `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${thick}"${dash}/>`;
  return line + (kind === 'points' || kind === 'both' ? dots : '');
}

function legendEntry({ name, colour, kind }: Series, x: number, y: number): string {
  const dash = kind === 'dashed' ? ' stroke-dasharray="7 5"' : '';
  return `<path d="M${x} ${y}h24" stroke="${colour}" stroke-width="3"${dash}/>${text(x + 32, y + 4, name, 'start')}`;
}

function labelSvg({ x, y, text: words, side }: Label, toX: Scale, toY: Scale): string {
  const anchor = side === 'left' ? 'end' : side === 'right' ? 'start' : 'middle';
  const [dx, dy] = side === 'left' ? [-6, 4] : side === 'right' ? [6, 4] : [0, -6];
  return text(toX(x) + dx, toY(y) + dy, words, anchor, 13);
}

function text(
  x: number,
  y: number,
  content: string,
  anchor: 'start' | 'middle' | 'end',
  size = 11,
  weight: 'normal' | 'bold' = 'normal',
): string {
  if (content === '') return '';
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${neutralColour}">${escapeHtml(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
