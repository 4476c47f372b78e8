/** The version of TypeScript in use, known without loading the compiler: the parent answers kernel_info at once. */
import { createRequire } from 'node:module';

export function languageVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('@tslab/typescript-for-tslab/package.json') as { version: string }).version;
}
