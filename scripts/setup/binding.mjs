// The piece of C++ between Node and TensorFlow: the sources of @tensorflow/tfjs-node, compiled against the library in the cache.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentKey } from './cache.mjs';
import { SetupProblem } from './problem.mjs';
import { withProgress } from './progress.mjs';
import { run } from './run.mjs';

const flags = ['-O2', '-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8'];

/**
 * What the binding is made of. Node's own version is no part of it: N-API 8 is the same in every Node from 20 on.
 * @param {{ modules: string, library: string }} given modules: node_modules; library: the name of the library's folder
 */
export function bindingKey({ modules, library }) {
  const sources = join(modules, '@tensorflow/tfjs-node/binding');
  const parts = readdirSync(sources)
    .sort()
    .flatMap((name) => [name, readFileSync(join(sources, name))]);
  const headers = readFileSync(join(modules, 'node-api-headers/package.json'));
  return contentKey([...flags, library, process.platform, process.arch, headers, ...parts]);
}

/**
 * Compiles into `scratch`, tries the result in a process of its own, and puts it into place with one rename.
 * @param {{ compiler: string, modules: string, cache: string, library: string, target: string, scratch: string }} given
 */
export async function compileBinding({ compiler, modules, cache, library, target, scratch }) {
  const tfjsNode = join(modules, '@tensorflow/tfjs-node');
  const libraryFolder = join(cache, 'tensorflow', library);
  // Two levels below the cache, as its final place is, so that the run path relative to it holds for the trial too.
  const folder = join(scratch, 'binding');
  mkdirSync(folder);
  const output = join(folder, 'tfjs_binding.node');
  const sources = readdirSync(join(tfjsNode, 'binding')).filter((name) => name.endsWith('.cc'));
  const args = [
    ...flags,
    `-I${join(modules, 'node-api-headers/include')}`,
    `-I${join(libraryFolder, 'include')}`,
    `-I${tfjsNode}`,
  ];
  args.push(...sources.map((name) => join(tfjsNode, 'binding', name)), '-o', output);
  args.push(`-L${libraryFolder}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2');
  args.push(`-Wl,-rpath,$ORIGIN/../../tensorflow/${library}`);
  const compiled = await withProgress('Compiling the TensorFlow binding', () => run(compiler, args));
  if (!compiled.ok) {
    const log = join(cache, 'compile.log');
    writeFileSync(log, `${compiler} ${args.join(' ')}\n\n${compiled.output}`);
    throw new SetupProblem(`the TensorFlow binding did not compile`, `see ${log}`);
  }
  const tried = await tryBinding(output);
  if (!tried.ok) {
    const said =
      tried.output.split('\n').find((line) => /^\s*Error|cannot open|version/.test(line)) ??
      tried.output.slice(0, 200);
    throw new SetupProblem(
      `native TensorFlow does not load (${said.trim()})`,
      'a machine with glibc 2.17 or later is needed',
    );
  }
  mkdirSync(join(cache, 'binding'), { recursive: true });
  renameSync(folder, target);
}

/** Loads a binding in a process of its own. @param {string} file */
export function tryBinding(file) {
  const args = ['-e', `require(${JSON.stringify(file)})`];
  return withProgress('Trying native TensorFlow', () => run(process.execPath, args));
}
