/** `language_info`: how front ends highlight, save and convert the cells. */
import { languageVersion } from './language/version.js';

export interface LanguageInfo {
  readonly name: 'typescript';
  readonly version: string;
  readonly mimetype: string;
  readonly file_extension: string;
  readonly pygments_lexer: string;
  readonly codemirror_mode: Readonly<Record<string, unknown>>;
  readonly nbconvert_exporter: string;
}

export function languageInfo(): LanguageInfo {
  return {
    name: 'typescript',
    version: languageVersion(),
    mimetype: 'text/typescript',
    file_extension: '.ts',
    pygments_lexer: 'typescript',
    codemirror_mode: { name: 'javascript', typescript: true },
    nbconvert_exporter: 'script',
  };
}
