/** The version of the language, without loading the compiler. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export function languageVersion(): string {
  return (require('typescript/package.json') as { readonly version: string }).version;
}
