/** Documents from files to results. */
import { ready } from '../autograd/index.js';
import { checkBlocks } from './check.js';
import { blocksOf, DocumentError, type Kind, readDocuments } from './files.js';
import type { DocumentResult } from './result.js';

/**
 * Checks the documents named, see `readDocuments`.
 *
 * @throws DocumentError for what cannot be read as a document; what a document says never throws.
 * @example
 * const [result] = await checkDocuments(['README.md']);
 * result.findings.filter((finding) => !passes(finding)); // line, column, verdict …
 */
export async function checkDocuments(
  named: readonly string[],
  as?: Kind,
): Promise<readonly DocumentResult[]> {
  const documents = await readDocuments(named, as);
  if (documents.length === 0)
    throw new DocumentError(`there is no document (.md, .tex) in ${named.join(', ')}.`);
  if (documents.some(({ blocks }) => blocks.length > 0)) await ready();
  return documents.map(({ path, blocks }) => checkBlocks(blocks, path));
}

/** Checks a text; `ready()` of the library comes before where TensorFlow is to be WebAssembly. */
export function checkText(text: string, kind: Kind, path = 'text'): DocumentResult {
  return checkBlocks(blocksOf(text, kind), path);
}
