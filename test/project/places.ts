/** Where the tests of the project find it. They run from dist-test/test/project. */
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A script's exports. They are plain JavaScript that runs with nothing installed, so the caller states their types. */
export async function script<Exports>(path: string): Promise<Exports> {
  return (await import(new URL(`../../../scripts/${path}`, import.meta.url).href)) as Exports;
}
