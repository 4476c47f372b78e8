/**
 * Text that came from a person, a library or an error becomes part of a page, a table or a terminal line here, and only
 * here: it is shown, and never obeyed.
 */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML, in an element's content or a quoted attribute; control characters are made visible. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/**
 * Text as Markdown that stands for itself: HTML, emphasis, links, `$…$` and table bars lose their meaning, and line
 * breaks become spaces, so that it fits a table's cell.
 */
export function escapeMarkdown(text: string): string {
  return escapeHtml(text.replace(/\s*\n\s*/g, ' ')).replace(
    /[\\`*_{}[\]|~$]/g,
    (c) => `&#${c.charCodeAt(0)};`,
  );
}

/**
 * Text for a terminal or a `<pre>`: control characters (an ANSI code's escape among them) and the characters that
 * reverse the direction of reading appear as `\u001b`, line breaks and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Text in one line of a terminal: as `visible`, with line breaks and tabs as spaces. */
export function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, ' ').trim());
}
