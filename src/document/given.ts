/** `given x: n; W: m n; ε`: tensors and the dimensions of their axes. */
import type { SourceText } from './source-text.js';

export interface Tensor {
  readonly name: SourceText;
  readonly dimensions: readonly string[];
}

/** The tensors of a `given` statement; an offset and what is wrong there where it cannot be read. */
export function readGiven(
  body: SourceText,
): readonly Tensor[] | { readonly at: SourceText; readonly problem: string } {
  const tensors: Tensor[] = [];
  let start = 0;
  for (const part of body.text.split(';')) {
    const piece = body.slice(start, start + part.length).trim();
    start += part.length + 1;
    if (piece.text === '') continue;
    const [name = '', dimensions = '', ...more] = piece.text.split(':');
    if (name.trim() === '' || /\s|,/.test(name.trim()) || more.length > 0) {
      const problem =
        'Tensors are apart by “;”, a name and its dimensions by “:”. For example: given x: n; W: m n; ε';
      return { at: piece, problem };
    }
    tensors.push({
      name: piece.slice(0, name.length).trim(),
      dimensions: dimensions.split(/[\s,×]+/).filter(Boolean),
    });
  }
  return tensors.length > 0
    ? tensors
    : { at: body, problem: 'No tensor is named. For example: given x: n; W: m n; ε' };
}

/** The library's messages speak of `given({ x: ['n'] })`; here it is written `given x: n`. */
export function inBlockWords(message: string): string {
  return message.replace(/given\(\{\s*(.*?)\s*\}\)/g, (_, inner: string) => {
    const tensors = [...inner.matchAll(/([^\s,:{}]+):\s*\[([^\]]*)\]/g)].map(([, name, dimensions = '']) => {
      const names = dimensions.replace(/['",]/g, '').trim();
      return names === '' ? name : `${name}: ${names}`;
    });
    return `given ${tensors.join('; ')}`;
  });
}
