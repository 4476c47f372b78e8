/** plotly.js itself, for pages that draw figures without a network. */

/** A figure as plotly.js takes it. */
export interface PlotlyFigure {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly layout: Readonly<Record<string, unknown>>;
  /** What a slider moves between. */
  readonly frames?: readonly Readonly<Record<string, unknown>>[];
}

/** Reads a figure out of an `application/vnd.plotly.v1+json` output; undefined for anything else. */
export function readFigure(given: unknown): PlotlyFigure | undefined {
  if (!isObject(given) || !Array.isArray(given.data) || !given.data.every(isObject)) return undefined;
  const frames = Array.isArray(given.frames) && given.frames.every(isObject) ? { frames: given.frames } : {};
  return { data: given.data, layout: isObject(given.layout) ? given.layout : {}, ...frames };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The kinds of traces that the small bundle draws. */
const cartesian = new Set([
  ...['bar', 'box', 'contour', 'heatmap', 'histogram', 'histogram2d', 'histogram2dcontour'],
  ...['image', 'pie', 'scatter', 'scatterternary', 'violin'],
]);

/**
 * The text of the smallest bundle of plotly.js that draws these figures: 1.4 MB for ordinary ones, else the whole one in
 * the build that needs no `eval`. It can stand in a `<script>` element as it is.
 */
export async function plotlyScript(figures: readonly PlotlyFigure[]): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const { createRequire } = await import('node:module');
  const small = figures.every(({ data }) =>
    data.every(({ type }) => cartesian.has(String(type ?? 'scatter'))),
  );
  const bundle = `plotly.js/dist/plotly-${small ? 'cartesian' : 'strict'}.min.js`;
  const text = await readFile(createRequire(import.meta.url).resolve(bundle), 'utf8');
  return text.replaceAll('</script', '<\\/script');
}
