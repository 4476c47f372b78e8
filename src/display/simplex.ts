/** The probability simplex of three classes, and which way a gradient moves its points. */
import { HandgradError } from '../formula/index.js';
import { type ChartPoint, chartFigure, type Label, type Series, seriesColours } from './chart.js';
import { neutralColour } from './colours.js';
import type { Figure } from './figure.js';
import { formatNumber } from './numbers.js';

/** Three probabilities, or three components of a gradient. */
export type Three = readonly [number, number, number];

/** What `simplex` is told: names, and from where the flow is followed. */
export interface SimplexOptions {
  readonly title?: string;
  /** What the corners are called; `s₀`, `s₁`, `s₂` unless given. */
  readonly corners?: readonly [string, string, string];
  /** Points from which the flow is followed; none unless given. */
  readonly from?: readonly Three[];
  /** How many parts an edge is divided into: an arrow at each crossing; 12 unless given. */
  readonly divisions?: number;
}

/** A gradient that is not three finite numbers, or a point outside the simplex. */
export class SimplexError extends HandgradError {
  override readonly name = 'SimplexError';
}

/** How far a flow is followed: steps of this length, in the simplex's own measure. */
const pathStep = 0.005;
const pathSteps = 2000;

/**
 * The simplex of three probabilities as a triangle, with the flow of a gradient on it: an arrow at each point along −gradient, as far
 * as it lies in the plane Σ s = 1, and curves that follow it from points of your choice. `gradient(s)` is three numbers, for example
 * how s = softmax(x) moves when the logits follow the cross-entropy's gradient: J (s − t), with J = diag(s) − s sᵀ.
 *
 * Throws SimplexError where the gradient is not three finite numbers or a point is not on the simplex.
 *
 * @example
 * const t = [1, 0, 0];
 * simplex((s) => { // J (s − t)
 *   const g = s.map((p, i) => p - t[i]);
 *   const mean = s[0] * g[0] + s[1] * g[1] + s[2] * g[2];
 *   return s.map((p, i) => p * (g[i] - mean));
 * }, { title: 'softmax under cross-entropy, t = (1, 0, 0)', from: [[0.1, 0.3, 0.6]] });
 */
export function simplex(
  gradient: (point: Three) => ArrayLike<number>,
  { title = '', corners = ['s₀', 's₁', 's₂'], from = [], divisions = 12 }: SimplexOptions = {},
): Figure {
  const downhill = (point: Three): Three => inPlane(readThree(gradient(point), point));
  const arrows = crossings(divisions).map((point) => ({ point, flow: downhill(point) }));
  const fastest = Math.max(...arrows.map(({ flow }) => norm(flow))) || 1;
  const series: Series[] = [
    { name: 'simplex', kind: 'line', colour: neutralColour, width: 1.5, points: edge() },
    {
      name: '−gradient',
      kind: 'line',
      colour: seriesColours[0],
      width: 1.5,
      points: arrows.flatMap(({ point, flow }) => arrow(point, flow, fastest, 0.9 / divisions)),
    },
    ...from.map((start, index): Series => {
      const path = follow(readPoint(start), downhill);
      return {
        name: `from ${pointText(start)}`,
        kind: 'line',
        colour: seriesColours[1 + (index % (seriesColours.length - 1))] ?? neutralColour,
        width: 3,
        points: path.map((point) => ({ ...place(point), hover: `s = ${pointText(point)}` })),
      };
    }),
  ];
  const ends = from.map((start) => {
    const end = follow(readPoint(start), downhill).at(-1) ?? start;
    return `from ${pointText(start)} to ${pointText(end)}`;
  });
  const slowest = arrows.reduce((a, b) => (norm(b.flow) < norm(a.flow) ? b : a));
  return chartFigure({
    title,
    x: { title: '', hidden: true, range: [-0.14, 1.14] },
    y: { title: '', hidden: true, range: [-0.06, 0.96] },
    series,
    labels: corners.map((name, corner): Label => {
      const at = place(unit(corner));
      return { ...at, text: name, side: corner === 2 ? 'above' : corner === 0 ? 'left' : 'right' };
    }),
    square: true,
    height: 460,
    legend: false,
    text: [
      title || 'The probability simplex, with the flow of −gradient',
      `slowest at ${pointText(slowest.point)}, where ‖gradient‖ = ${formatNumber(norm(slowest.flow), 3)}`,
      ...ends,
    ].join('\n'),
  });
}

function readThree(given: ArrayLike<number>, at: Three): Three {
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = Array.from(given);
  if (given.length !== 3 || ![a, b, c].every(Number.isFinite)) {
    throw new SimplexError(
      `At s = ${pointText(at)} the gradient is [${Array.from(given).join(', ')}]: three finite numbers are needed, one a class.`,
    );
  }
  return [a, b, c];
}

function readPoint(point: Three): Three {
  const sum = point[0] + point[1] + point[2];
  if (point.some((p) => !(p >= 0)) || Math.abs(sum - 1) > 1e-6) {
    throw new SimplexError(
      `${pointText(point)} is not on the simplex: its entries must be 0 or more, and their sum 1.`,
    );
  }
  return point;
}

/** −g without its part across the plane Σ s = 1. */
function inPlane([a, b, c]: Three): Three {
  const mean = (a + b + c) / 3;
  return [mean - a, mean - b, mean - c];
}

function norm([a, b, c]: Three): number {
  return Math.hypot(a, b, c);
}

function unit(corner: number): Three {
  return [corner === 0 ? 1 : 0, corner === 1 ? 1 : 0, corner === 2 ? 1 : 0];
}

/** Barycentric coordinates in the plane: the corners at (0, 0), (1, 0) and (½, √3/2). */
function place([, b, c]: Three): { readonly x: number; readonly y: number } {
  return { x: b + c / 2, y: (c * Math.sqrt(3)) / 2 };
}

function edge(): readonly ChartPoint[] {
  return [0, 1, 2, 0].map((corner) => place(unit(corner)));
}

/** The points of the simplex whose entries are multiples of 1/divisions, the edges left out: there a softmax never is. */
function crossings(divisions: number): readonly Three[] {
  const points: Three[] = [];
  for (let i = 1; i < divisions; i++) {
    for (let j = 1; i + j < divisions; j++) {
      points.push([i / divisions, j / divisions, (divisions - i - j) / divisions]);
    }
  }
  return points;
}

/** A line with a head, as long as the root of its speed, so that slow and fast are both seen; the hover tells both vectors. */
function arrow(point: Three, flow: Three, fastest: number, longest: number): readonly ChartPoint[] {
  const speed = norm(flow);
  if (speed === 0) return [];
  const length = longest * Math.sqrt(speed / fastest);
  const start = place(point);
  const end = place(add(point, flow, 1));
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const size = Math.hypot(dx, dy);
  const [ux, uy] = [dx / size, dy / size];
  const tip = { x: start.x + ux * length, y: start.y + uy * length };
  const side = (sign: number) => ({
    x: tip.x - 0.35 * length * (ux + sign * 0.6 * uy),
    y: tip.y - 0.35 * length * (uy - sign * 0.6 * ux),
  });
  const hover = `s = ${pointText(point)}; −gradient = ${pointText(flow)}`;
  return [{ ...start, hover }, { ...tip, hover }, null, side(1), tip, side(-1), null];
}

function add(point: Three, flow: Three, factor: number): Three {
  return [point[0] + factor * flow[0], point[1] + factor * flow[1], point[2] + factor * flow[2]];
}

/** Follows the flow by the midpoint rule, in steps of equal length, until it rests, turns back, or leaves the simplex. */
function follow(start: Three, downhill: (point: Three) => Three): readonly Three[] {
  const path: Three[] = [start];
  let point = start;
  let before: Three | undefined;
  for (let turn = 0; turn < pathSteps; turn++) {
    const flow = downhill(point);
    const speed = norm(flow);
    if (speed < 1e-9 || (before !== undefined && dot(before, flow) < 0)) break;
    const middle = add(point, flow, pathStep / 2 / speed);
    if (middle.some((p) => p < 0)) break;
    const better = downhill(middle);
    const next = add(point, better, pathStep / (norm(better) || 1));
    if (next.some((p) => p < 0)) break;
    path.push(next);
    point = next;
    before = better;
  }
  return path;
}

function dot(a: Three, b: Three): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function pointText(point: Three): string {
  return `(${point.map((p) => formatNumber(p, 3)).join(', ')})`;
}
