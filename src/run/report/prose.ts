/** Markdown as HTML that can do nothing: raw HTML stays text, links lead to the web only, pictures come from the notebook. */
import { Marked, type TokenizerAndRendererExtension, type Tokens } from 'marked';
import { escapeHtml } from '../../display/index.js';
import { typeset } from './math.js';

/** Pictures that a cell brings along: `attachment:name` → MIME types to base64. */
export type Attachments = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Renders Markdown with `$…$` and `$$…$$` as formulas. */
export function proseHtml(markdown: string, attachments: Attachments = {}): string {
  const marked = new Marked({
    async: false,
    extensions: [displayMath, inlineMath],
    renderer: {
      html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
      link({ href, tokens }: Tokens.Link): string {
        const text = this.parser.parseInline(tokens);
        return /^(https?:|mailto:)/i.test(href)
          ? `<a href="${escapeHtml(href)}" rel="noopener noreferrer">${text}</a>`
          : text;
      },
      image: ({ href, text }: Tokens.Image) => pictureHtml(href, text, attachments),
      code: ({ text }: Tokens.Code) => `<pre><code>${escapeHtml(text)}</code></pre>`,
      codespan: ({ text }: Tokens.Codespan) => `<code>${escapeHtml(text)}</code>`,
    },
  });
  return marked.parse(markdown) as string;
}

function pictureHtml(href: string, alternative: string, attachments: Attachments): string {
  const name = /^attachment:(.+)$/.exec(href)?.[1];
  const [mime, data] = Object.entries((name && attachments[decodeURI(name)]) || {})[0] ?? [];
  const source = mime && data ? `data:${mime};base64,${data}` : href;
  return isPicture(source)
    ? `<img src="${source}" alt="${escapeHtml(alternative)}">`
    : `<em>${escapeHtml(alternative || 'picture')} (not part of the notebook)</em>`;
}

/** A raster picture that stands in the text itself. */
export function isPicture(source: string): boolean {
  return /^data:image\/(png|jpeg|gif|webp);base64,[a-zA-Z0-9+/=\s]+$/.test(source);
}

const displayMath: TokenizerAndRendererExtension = {
  name: 'displayMath',
  level: 'block',
  start: (source) => source.indexOf('$$'),
  tokenizer(source) {
    const match = /^ {0,3}\$\$([\s\S]+?)\$\$[ \t]*(?:\n|$)/.exec(source);
    return match ? { type: 'displayMath', raw: match[0], text: match[1] } : undefined;
  },
  renderer: ({ text }) => `<div class="math">${typeset(String(text), true)}</div>`,
};

const inlineMath: TokenizerAndRendererExtension = {
  name: 'inlineMath',
  level: 'inline',
  start: (source) => source.indexOf('$'),
  tokenizer(source) {
    const match = /^\$\$([^$]+)\$\$|^\$((?:\\.|[^$\\])+)\$/.exec(source);
    if (!match) return undefined;
    const display = match[1] !== undefined;
    return { type: 'inlineMath', raw: match[0], text: match[1] ?? match[2], display };
  },
  renderer: ({ text, display }) => typeset(String(text), display === true),
};
