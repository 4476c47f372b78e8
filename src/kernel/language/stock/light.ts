/** What a new kernel begins with, before the whole library and the types of Node are read. */

/** What `console` is until then: enough to accept a call, nothing that a later cell could name. */
export const lightConsole = `interface Console { ${'assert clear count countReset debug dir dirxml error group groupCollapsed groupEnd info log table time timeEnd timeLog trace warn'
  .split(' ')
  .map((name) => `${name}(...data: any[]): void;`)
  .join(' ')} }\ndeclare var console: Console;\n`;

/**
 * Half of the text of ECMAScript's library. What is missing (Intl, Temporal, shared memory, Reflect, …) is an error at
 * first, and errors are what the whole library is read for.
 */
export const lightLibrary: string[] = [
  'es5',
  'es2015.core',
  'es2015.collection',
  'es2015.generator',
  'es2015.iterable',
  'es2015.promise',
  'es2015.symbol',
  'es2015.symbol.wellknown',
  'es2017.object',
  'es2017.string',
  'es2018.asyncgenerator',
  'es2018.asynciterable',
  'es2019.array',
  'es2019.object',
  'es2019.string',
  'es2021.string',
  'es2022.array',
  'es2022.error',
  'es2022.object',
].map((name) => `lib.${name}.d.ts`);
