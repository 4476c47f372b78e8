/** An error in the place where a result was to be. */
import type { MimeBundle } from './bundle.js';
import { escapeHtml, visible } from './escape.js';

/** The border says what the words say too: something failed. */
const border = '#d0452f';

/** Name, message and the person's own frames of the stack. */
export function errorBundle(thrown: unknown): MimeBundle {
  const title = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `Thrown: ${String(thrown)}`;
  const frames = thrown instanceof Error ? framesOf(thrown) : [];
  const text = [title, ...frames].join('\n');
  const style = `border-left:4px solid ${border};padding:2px 0 2px 12px;margin:4px 0`;
  return {
    'text/plain': visible(text),
    'text/html': `<div style="${style}"><strong>✗ ${escapeHtml(title)}</strong><pre style="margin:0">${escapeHtml(frames.join('\n'))}</pre></div>`,
  };
}

/** The first frames that are neither Node's nor of a package. */
function framesOf({ stack = '' }: Error): readonly string[] {
  return stack
    .split('\n')
    .filter(
      (line) => /^\s+at /.test(line) && !/node:|node_modules|\/handgrad\/|\/dist\/|dist-test/.test(line),
    )
    .slice(0, 5);
}
