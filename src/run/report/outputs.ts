/** What a cell put out, as HTML for a report: the richest form that can be shown without trusting it. */
import {
  derivationMime,
  escapeHtml,
  type PlotlyFigure,
  plotlyMime,
  readFigure,
  verdictHtml,
  verdictMime,
} from '../../display/index.js';
import type { MimeBundle, NotebookOutput } from '../../kernel/index.js';
import { withoutAnsi } from '../summary.js';
import { readVerdicts } from '../verdicts.js';
import { typesetText } from './math.js';
import { isPicture, proseHtml } from './prose.js';

/** Collects the figures of a page; each is drawn by the page's own script. */
export interface Figures {
  add(figure: PlotlyFigure): void;
}

export function outputHtml(output: NotebookOutput, figures: Figures): string {
  switch (output.output_type) {
    case 'stream':
      return pre(output.text, output.name === 'stderr' ? 'stderr' : 'stdout');
    case 'error':
      return pre([`${output.ename}: ${output.evalue}`, ...output.traceback].join('\n'), 'stderr');
    default:
      return `<div class="output">${bundleHtml(output.data, figures)}</div>`;
  }
}

function pre(text: string, kind: 'stdout' | 'stderr'): string {
  return `<pre class="output ${kind}">${escapeHtml(withoutAnsi(text))}</pre>`;
}

/** From rich to plain. Verdicts are drawn anew from their data; foreign HTML goes into a frame that can do nothing. */
function bundleHtml(bundle: MimeBundle, figures: Figures): string {
  const figure = readFigure(bundle[plotlyMime]);
  if (figure) return figureHtml(figure, bundle, figures);
  const text = (mime: string) => (typeof bundle[mime] === 'string' ? bundle[mime] : undefined);
  const latex = text('text/latex');
  const markdown = text('text/markdown');
  if (bundle[derivationMime] !== undefined && markdown !== undefined) return proseHtml(markdown);
  if (bundle[verdictMime] !== undefined) {
    const line = latex === undefined ? '' : `<div>${typesetText(latex)}</div>`;
    return line + readVerdicts([bundle[verdictMime]]).map(verdictHtml).join('');
  }
  if (latex !== undefined) return `<div class="math">${typesetText(latex)}</div>`;
  if (markdown !== undefined) return proseHtml(markdown);
  const picture = pictureHtml(bundle);
  if (picture !== undefined) return picture;
  const html = text('text/html');
  if (html !== undefined) return frameHtml(html);
  const plain = text('text/plain') ?? JSON.stringify(bundle, null, 2);
  return pre(plain, 'stdout');
}

/** The place where a figure is drawn, its data beside it; the picture stands in where scripts do not run. */
function figureHtml(figure: PlotlyFigure, bundle: MimeBundle, figures: Figures): string {
  figures.add(figure);
  const height = Math.min(Math.max(Number(figure.layout.height) || 450, 100), 2000);
  const data = JSON.stringify(figure).replaceAll('<', '\\u003c');
  const instead = pictureHtml(bundle) ?? pre(String(bundle['text/plain'] ?? 'figure'), 'stdout');
  return (
    `<div class="figure" style="height:${height}px"><script type="application/json">${data}</script></div>` +
    `<noscript>${instead}</noscript>`
  );
}

/** SVG as a picture runs no script and loads nothing, wherever it is from. */
function pictureHtml(bundle: MimeBundle): string | undefined {
  const svg = bundle['image/svg+xml'];
  if (typeof svg === 'string') {
    return `<img alt="" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}">`;
  }
  for (const mime of ['image/png', 'image/jpeg', 'image/gif', 'image/webp']) {
    const source = `data:${mime};base64,${String(bundle[mime] ?? '').trim()}`;
    if (isPicture(source)) return `<img alt="" src="${source.replace(/\s/g, '')}">`;
  }
  return undefined;
}

/** HTML of unknown origin: no scripts, no forms, no network, no access to the page around it. */
function frameHtml(html: string): string {
  const height = Math.min(24, 3 + html.split(/<(?:br|div|tr|p|li|h\d)\b/i).length * 1.6);
  return `<iframe sandbox="" title="output" style="height:${height}rem" srcdoc="${escapeHtml(html)}"></iframe>`;
}
