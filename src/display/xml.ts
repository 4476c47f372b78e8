/** Text that becomes part of an XML file. */
import { stripVTControlCharacters } from 'node:util';

/** Text as XML 1.0, which has no way at all to write most control characters; a terminal's colours are lost. */
export function escapeXml(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/(?![\n\t])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
