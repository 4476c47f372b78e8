/** Formulas of a report: typeset when it is made, by KaTeX, which is trusted with nothing. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import katex from 'katex';
import { escapeHtml } from '../../display/index.js';

/** LaTeX as HTML. What cannot be read is shown as it stands; sizes, expansions and links are bounded or refused. */
export function typeset(latex: string, display: boolean): string {
  return katex.renderToString(latex, {
    displayMode: display,
    throwOnError: false,
    trust: false,
    strict: 'ignore',
    maxSize: 50,
    maxExpand: 1000,
  });
}

/** Text with formulas between `$…$` and `$$…$$`, as a `text/latex` output holds it. */
export function typesetText(text: string): string {
  return text
    .split(/(\$\$[\s\S]+?\$\$|\$[^$]+\$)/)
    .map((piece) => {
      if (piece.startsWith('$$') && piece.length > 4) return typeset(piece.slice(2, -2), true);
      if (piece.startsWith('$') && piece.length > 2) return typeset(piece.slice(1, -1), false);
      return escapeHtml(piece);
    })
    .join('');
}

/** KaTeX's style sheet with its fonts inside. */
export async function mathStyle(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('katex/dist/katex.min.css');
  const style = await readFile(file, 'utf8');
  const fonts = [
    ...new Set([...style.matchAll(/url\((fonts\/[\w-]+\.woff2)\)/g)].map((match) => match[1] ?? '')),
  ];
  const inlined = new Map(
    await Promise.all(
      fonts.map(async (font): Promise<[string, string]> => {
        const data = await readFile(join(dirname(file), font));
        return [font, `data:font/woff2;base64,${data.toString('base64')}`];
      }),
    ),
  );
  return style
    .replace(/,url\(fonts\/[\w-]+\.(?:woff|ttf)\) format\("\w+"\)/g, '')
    .replace(/url\((fonts\/[\w-]+\.woff2)\)/g, (_, font: string) => `url(${inlined.get(font)})`);
}
