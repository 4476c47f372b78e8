/** A figure: plotly.js JSON for front ends that draw it, with SVG and text for those that do not. */
import { attachDisplay, type MimeBundle, plotlyMime } from './bundle.js';
import { innerMarkColour, markColour, neutralColour, plotlyScale } from './colours.js';
import { visible } from './escape.js';
import { panelsText } from './grid.js';
import { formatNumber } from './numbers.js';
import { entryAt, entryText, type Names, type Panel, placeLabel, shownPlaces } from './panel.js';
import { panelsSvg } from './svg.js';

type PlotlyObject = Readonly<Record<string, unknown>>;

/** Entries along an axis that a figure shows; more would make a notebook of many megabytes. */
const limit = 96;
/** With at most so many columns in a panel, values are written into the entries. */
const mostWritten = 9;

/** What a figure is made of, for each kind of front end. */
export interface FigureParts {
  readonly data: readonly PlotlyObject[];
  readonly layout: PlotlyObject;
  readonly svg: string;
  readonly text: string;
}

/**
 * What `heatmap`, `compare`, `simplex`, `alongGradient` and `errorAgainst` return. It shows itself in a notebook; `data` and `layout`
 * are what plotly.js takes.
 *
 * @example
 * const figure = heatmap([[1, 2], [3, 4]]);
 * figure.data.length // 1
 */
export class Figure implements FigureParts {
  readonly data: readonly PlotlyObject[];
  readonly layout: PlotlyObject;
  readonly svg: string;
  readonly text: string;

  constructor({ data, layout, svg, text }: FigureParts) {
    this.data = data;
    this.layout = layout;
    this.svg = svg;
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** Matrices side by side, as heat maps. */
export function panelsFigure(title: string, panels: readonly Panel[], names: Names): Figure {
  return new Figure({
    data: panels.map((panel, index) => trace(panel, index, names)),
    layout: layout(title, panels, names),
    svg: panelsSvg(title, panels, names),
    text: panelsText(title, panels),
  });
}

attachDisplay(Figure.prototype, figureBundle);

/** A figure as a MIME bundle: plotly.js JSON, SVG and text. No PNG: it would hide the figure until one hovers. */
export function figureBundle(figure: Figure): MimeBundle {
  return {
    [plotlyMime]: {
      data: figure.data,
      layout: figure.layout,
      config: { displaylogo: false },
    },
    'image/svg+xml': figure.svg,
    'text/plain': figure.text,
  };
}

/** Text where plotly.js reads tags, entities and `$…$`: all lose their meaning. It knows numeric entities only. */
export function plain(text: string): string {
  return visible(text).replace(/[&<>"'$]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function axisName(letter: 'x' | 'y', index: number): string {
  return index === 0 ? letter : `${letter}${index + 1}`;
}

function trace(panel: Panel, index: number, names: Names): PlotlyObject {
  const { rows, columns } = shownPlaces(panel, limit);
  const { matrix, range } = panel;
  const hover = rows.map((row) =>
    columns.map((column) => {
      const value = entryAt(matrix, row, column);
      if (value === undefined) return '⋯';
      const above = `${plain(names.output)}<sub>${plain(placeLabel(matrix.rowLabels, row))}</sub>`;
      const at = panel.sums ? 'j' : placeLabel(matrix.columnLabels, column);
      const below = `${plain(names.input)}<sub>${plain(at)}</sub>`;
      return `${panel.sums ? 'Σ<sub>j</sub> ' : ''}∂${above}/∂${below} = ${formatNumber(value, 8)}`;
    }),
  );
  const written = columns.length <= mostWritten && rows.length <= mostWritten;
  const digits = columns.length > 5 ? 2 : 3;
  return {
    type: 'heatmap',
    name: plain(panel.title),
    x: columns.map((_, place) => place),
    y: rows.map((_, place) => place),
    z: rows.map((row) => columns.map((column) => finite(entryAt(matrix, row, column)))),
    zmin: -range,
    zmax: range,
    colorscale: plotlyScale,
    showscale: false,
    xgap: columns.length > 32 ? 0 : 1,
    ygap: rows.length > 32 ? 0 : 1,
    xaxis: axisName('x', index),
    yaxis: axisName('y', index),
    hovertext: hover,
    hovertemplate: '%{hovertext}<extra>%{fullData.name}</extra>',
    hoverongaps: false,
    ...(written
      ? {
          text: rows.map((row) =>
            columns.map((column) => writtenEntry(entryAt(matrix, row, column), panel, digits)),
          ),
          texttemplate: '%{text}',
        }
      : {}),
  };
}

/** An entry for JSON: eight digits are more than a colour or float32 tells; what is no finite number stays empty. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(8)) : null;
}

function writtenEntry(value: number | undefined, panel: Panel, digits: number): string {
  return value === undefined ? '⋯' : entryText(value, panel, digits);
}

/** A figure's title, at the left edge above what is drawn. */
export function titleAbove(title: string): PlotlyObject {
  return {
    text: plain(title),
    x: 0,
    xref: 'paper',
    xanchor: 'left',
    y: 1,
    yref: 'container',
    yanchor: 'top',
    pad: { t: 12 },
    font: { size: 16 },
  };
}

function layout(title: string, panels: readonly Panel[], names: Names): PlotlyObject {
  const space = panels.length === 1 ? 0 : 0.06;
  const weights = panels.map((panel) => (panel.sums ? 0.3 : 1));
  const unit = (1 - space * (panels.length - 1)) / weights.reduce((sum, weight) => sum + weight, 0);
  const pinned = panels.length === 1 || panels.some(({ sums }) => sums);
  const axes: Record<string, unknown> = {};
  const shapes: PlotlyObject[] = [];
  panels.forEach((panel, index) => {
    const left = weights.slice(0, index).reduce((sum, weight) => sum + weight * unit + space, 0);
    const domain = [left, Math.min(1, left + (weights[index] ?? 1) * unit)];
    const number = index === 0 ? '' : index + 1;
    const { rows, columns } = shownPlaces(panel, limit);
    axes[`xaxis${number}`] = {
      ...axis(columns.map((place) => placeLabel(panel.matrix.columnLabels, place))),
      domain,
      anchor: axisName('y', index),
      side: 'top',
      constrain: 'domain',
      // A single panel begins where the text of the page does; a matrix and its row sums stand together.
      ...(pinned ? { constraintoward: panels[index + 1]?.sums ? 'right' : 'left' } : {}),
      title: { text: panel.sums ? plain(panel.title) : axisTitle(panel.title, names.input), standoff: 4 },
    };
    axes[`yaxis${number}`] = {
      ...axis(rows.map((place) => placeLabel(panel.matrix.rowLabels, place))),
      anchor: axisName('x', index),
      autorange: 'reversed',
      scaleanchor: axisName('x', index),
      constrain: 'domain',
      ...(index === 0 ? { title: { text: `∂${plain(names.output)} ←` } } : {}),
    };
    if (panel.mark)
      shapes.push(...markShapes(rows.indexOf(panel.mark.row), columns.indexOf(panel.mark.column), index));
  });
  const named = panels.some((panel) => panel.title !== '');
  const top = 56 + (named ? 24 : 0) + (title === '' ? 0 : 30);
  return {
    ...axes,
    ...(title === ''
      ? {}
      : {
          title: titleAbove(title),
        }),
    shapes,
    height: top + 20 + drawnHeight(panels),
    margin: { l: 56, r: 16, t: top, b: 16 },
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { color: neutralColour, size: 13 },
    showlegend: false,
  };
}

/** How high the entries are drawn, in pixels: as high as they are wide, as far as that fits a page. */
function drawnHeight(panels: readonly Panel[]): number {
  const heights = panels.map((panel) => {
    const { rows, columns } = shownPlaces(panel, limit);
    const cell = Math.min(64, (panels.length === 1 ? 700 : 240) / columns.length);
    return rows.length * cell;
  });
  return Math.max(40, Math.min(Math.max(...heights), 480));
}

function axisTitle(panel: string, input: string): string {
  const below = `<span style="font-size:12px">∂${plain(input)} →</span>`;
  return panel === '' ? below : `${plain(panel)}<br>${below}`;
}

/** An axis with one tick an entry (fewer where they would overlap), labelled by its position. */
function axis(labels: readonly string[]): PlotlyObject {
  const every = Math.ceil(labels.length / 16);
  const ticks = labels.map((_, place) => place).filter((place) => place % every === 0);
  return {
    tickmode: 'array',
    tickvals: ticks,
    ticktext: ticks.map((place) => plain(labels[place] ?? '')),
    showgrid: false,
    zeroline: false,
    fixedrange: false,
  };
}

function markShapes(row: number, column: number, index: number): readonly PlotlyObject[] {
  const frame = (inset: number, colour: string): PlotlyObject => ({
    type: 'rect',
    xref: axisName('x', index),
    yref: axisName('y', index),
    x0: column - 0.5 + inset,
    x1: column + 0.5 - inset,
    y0: row - 0.5 + inset,
    y1: row + 0.5 - inset,
    line: { color: colour, width: 2 },
  });
  return [frame(0.02, markColour), frame(0.05, innerMarkColour)];
}
