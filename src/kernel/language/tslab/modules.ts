/** `require` as cells see it: what the host provides, local TypeScript files, packages of either kind. */
import { existsSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { InterpreterOptions } from '../interpreter.js';

const importErrors = new Set([
  'ERR_REQUIRE_ESM',
  'ERR_REQUIRE_ASYNC_MODULE',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
]);

export class Modules {
  readonly #options: InterpreterOptions;
  readonly #require: NodeJS.Require;
  readonly #fallback: NodeJS.Require;
  /** JavaScript of local TypeScript files, by their path without extension … */
  readonly #converted = new Map<string, string>();
  /** … and what they export, once loaded. */
  readonly #loaded = new Map<string, object>();
  /** Modules that had to be imported rather than required. */
  readonly #imported = new Map<string, object>();
  readonly #announced = new Set<string>();

  constructor(options: InterpreterOptions) {
    this.#options = options;
    this.#require = createRequire(join(options.directory, 'cell.js'));
    this.#fallback = createRequire(join(options.fallbackDirectory, 'cell.js'));
  }

  /** Local files that were converted anew; what they exported before is forgotten. */
  update(outputs: readonly { readonly path: string; readonly data: string }[]): void {
    for (const { path, data } of outputs) {
      this.#converted.set(path, data);
      this.#loaded.delete(path);
    }
  }

  /** Loads what a cell imports before it runs, so that `require` in its JavaScript finds everything at hand. */
  async prepare(javascript: string): Promise<void> {
    for (const [, specifier = ''] of javascript.matchAll(/\brequire\("([^"\n]+)"\)/g)) {
      const module = await this.#load(specifier);
      if (!module || this.#announced.has(specifier)) continue;
      this.#announced.add(specifier);
      await this.#options.onImport?.(specifier, module);
    }
  }

  readonly require = (specifier: string): unknown => this.#resolveFrom(this.#options.directory, specifier);

  async #load(specifier: string): Promise<object | undefined> {
    try {
      return this.require(specifier) as object;
    } catch (error) {
      if (!importErrors.has((error as NodeJS.ErrnoException).code ?? '')) return undefined; // The cell's own require says it.
      const module = (await import(this.#urlOf(specifier))) as object;
      this.#imported.set(specifier, module);
      return module;
    }
  }

  /** The file of a package that has no entry for `require`. */
  #urlOf(specifier: string): string {
    for (const require of [this.#require, this.#fallback]) {
      for (const folder of require.resolve.paths(specifier) ?? []) {
        const file = join(folder, specifier, 'package.json');
        if (!existsSync(file)) continue;
        const manifest = require(file) as { exports?: unknown; module?: string; main?: string };
        const entry = importEntry(manifest.exports) ?? manifest.module ?? manifest.main ?? 'index.js';
        return pathToFileURL(join(folder, specifier, entry)).href;
      }
    }
    return pathToFileURL(this.#require.resolve(specifier)).href;
  }

  #resolveFrom(directory: string, specifier: string): unknown {
    const provided = this.#options.modules.get(specifier);
    if (provided) return provided.exports;
    const imported = this.#imported.get(specifier);
    if (imported) return imported;
    if (specifier.startsWith('.')) {
      const local = this.#local(resolve(directory, specifier));
      if (local) return local;
    }
    try {
      return this.#require(specifier.startsWith('.') ? resolve(directory, specifier) : specifier);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND' || specifier.startsWith('.'))
        throw error;
      return this.#fallback(specifier);
    }
  }

  /** A local TypeScript file, run as a CommonJS module. */
  #local(path: string): object | undefined {
    const filename = extname(path) === '' ? `${path}.js` : path.replace(/\.[mc]?ts$/, '.js');
    const loaded = this.#loaded.get(filename);
    if (loaded) return loaded;
    const code = this.#converted.get(filename);
    if (code === undefined) return undefined;
    const module = new Module(filename);
    module.filename = filename;
    this.#loaded.set(filename, module.exports as object);
    const run = vm.compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], {
      filename,
    });
    const require = (specifier: string): unknown => this.#resolveFrom(dirname(filename), specifier);
    run(module.exports, require, module, filename, dirname(filename));
    this.#loaded.set(filename, module.exports as object);
    return module.exports as object;
  }
}

/** The `import` or `default` entry of an `exports` map. */
function importEntry(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return undefined;
  const map = exports as Record<string, unknown>;
  for (const key of ['.', 'node', 'import', 'module', 'default']) {
    const entry = key in map ? importEntry(map[key]) : undefined;
    if (entry !== undefined) return entry;
  }
  return undefined;
}
