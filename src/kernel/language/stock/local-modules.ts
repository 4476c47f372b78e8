/**
 * TypeScript files beside the notebook, compiled when they are imported. TypeScript's SystemJS output gives them all that
 * modules have (live bindings, cycles, top-level await, `import.meta`) without Node's loader, which would never read a file
 * a second time.
 */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import type { Attributes, Namespace } from './importer.js';
import type { Compiler } from './internals.js';
import type { Traces } from './traces.js';

export type Load = (specifier: string, directory: string, attributes: Attributes) => Promise<Namespace>;

interface Module {
  readonly version: string;
  readonly exports: Record<string, unknown>;
  /** Files that it imports; when one of them has changed, so has this one. */
  readonly dependencies: Set<string>;
  ready: Promise<void>;
  isRunning: boolean;
}

interface Registration {
  readonly setters: readonly ((namespace: Namespace) => void)[];
  readonly execute: () => unknown;
}

type Register = (
  dependencies: readonly string[],
  declare: (
    exported: (name: string | Namespace, value?: unknown) => unknown,
    context: { readonly meta: object; readonly import: (specifier: string) => Promise<Namespace> },
  ) => Registration,
  attributes?: readonly (Attributes | undefined)[],
) => void;

const endings = ['.ts', '.mts', '.cts'];

export class LocalModules {
  readonly #modules = new Map<string, Module>();
  readonly #compiler: Compiler;
  readonly #traces: Traces;
  readonly #load: Load;

  /** `load` is asked for whatever such a file imports. */
  constructor(compiler: Compiler, traces: Traces, load: Load) {
    this.#compiler = compiler;
    this.#traces = traces;
    this.#load = load;
  }

  /** The TypeScript file that a path means, as TypeScript finds it: `./a`, `./a.ts`, `./a.js` for `a.ts`, `./a/index.ts`. */
  find(path: string): string | undefined {
    const ending = extname(path);
    if (endings.includes(ending)) return isFile(path) && !path.endsWith('.d.ts') ? path : undefined;
    if (isFile(path)) return undefined;
    const stem = /^\.[mc]?js$/.test(ending) ? path.slice(0, -ending.length) : path;
    const twins = /^\.[mc]js$/.test(ending)
      ? [`${stem}${ending.replace('js', 'ts')}`]
      : [`${stem}.ts`, join(stem, 'index.ts')];
    return twins.find(isFile);
  }

  async load(path: string): Promise<Namespace> {
    const known = this.#modules.get(path);
    if (known !== undefined && (known.isRunning || !this.#hasChanged(path, new Set()))) {
      // In a cycle the module is given as far as it has come.
      if (!known.isRunning) await known.ready;
      return known.exports;
    }
    const exports: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const module: Module = {
      version: versionOf(path),
      exports,
      dependencies: new Set(),
      ready: Promise.resolve(),
      isRunning: true,
    };
    this.#modules.set(path, module);
    module.ready = this.#run(path, module);
    try {
      await module.ready;
    } catch (error) {
      this.#modules.delete(path);
      throw error;
    } finally {
      module.isRunning = false;
    }
    return exports;
  }

  async #run(path: string, module: Module): Promise<void> {
    const { exports } = module;
    const directory = dirname(path);
    let register: Parameters<Register> | undefined;
    this.#compile(path)({
      register: (...declaration: Parameters<Register>) => {
        register = declaration;
      },
    });
    if (register === undefined) return;
    const [dependencies, declare, attributes] = register;
    const exported = (name: string | Namespace, value?: unknown): unknown => {
      if (typeof name === 'string') exports[name] = value;
      else Object.assign(exports, name);
      return value;
    };
    const context = {
      meta: metaOf(path),
      import: (specifier: string) => this.#load(specifier, directory, {}),
    };
    const { setters, execute } = declare(exported, context);
    for (const [index, specifier] of dependencies.entries()) {
      const file = /^[./]/.test(specifier) ? this.find(join(directory, specifier)) : undefined;
      if (file !== undefined) module.dependencies.add(file);
      setters[index]?.(await this.#load(specifier, directory, attributes?.[index] ?? {}));
    }
    await execute();
  }

  #compile(path: string): (system: { readonly register: Register }) => void {
    const { ModuleKind, ScriptTarget, transpileModule } = this.#compiler;
    const source = readFileSync(path, 'utf8');
    const { outputText, sourceMapText } = transpileModule(source, {
      fileName: path,
      compilerOptions: {
        module: ModuleKind.System,
        target: ScriptTarget.ES2023,
        sourceMap: true,
        esModuleInterop: true,
        ignoreDeprecations: '6.0',
      },
    });
    const name = `${path}?${versionOf(path)}`;
    this.#traces.add(name, path, source, sourceMapText ?? '');
    const script = new Script(`(function (System) {\n${outputText}\n})`, { filename: name, lineOffset: -1 });
    return script.runInThisContext() as (system: { readonly register: Register }) => void;
  }

  #hasChanged(path: string, seen: Set<string>): boolean {
    if (seen.has(path)) return false;
    seen.add(path);
    const module = this.#modules.get(path);
    if (module === undefined || module.version !== versionOf(path)) return true;
    return [...module.dependencies].some((dependency) => this.#hasChanged(dependency, seen));
  }
}

/** `import.meta` of a file. */
export function metaOf(path: string): object {
  const url = pathToFileURL(path).href;
  return {
    url,
    filename: path,
    dirname: dirname(path),
    resolve: (specifier: string) =>
      /^[./]/.test(specifier) ? new URL(specifier, url).href : resolveBare(specifier, path),
  };
}

function resolveBare(specifier: string, path: string): string {
  if (/^\w+:/.test(specifier)) return specifier;
  const found = createRequire(path).resolve(specifier);
  return isAbsolute(found) ? pathToFileURL(found).href : `node:${found}`;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function versionOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? 'missing' : `${status.mtimeMs}:${status.size}`;
}
