// TypeScript to JavaScript, when a source has changed since the last time.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem } from './problem.mjs';
import { withProgress } from './progress.mjs';
import { run } from './run.mjs';

/** What is compiled: the configuration, the folders it reads, the folder it writes. */
export const library = { configuration: 'tsconfig.json', sources: ['src'], output: 'dist', prefix: 'src' };
export const tests = {
  configuration: 'tsconfig.test.json',
  sources: ['src', 'test', 'bench'],
  output: 'dist-test',
  prefix: '',
};

/**
 * @param {string} root the checkout
 * @param {typeof library} part
 */
export async function build(root, part) {
  const stamp = join(root, part.output, '.built-from');
  const files = part.sources.flatMap((folder) =>
    filesIn(join(root, folder), '.ts').map((file) => join(folder, file)),
  );
  // The compiler's own note of its last run is part of the key: whoever ran it by hand on other sources has changed the output.
  const note = join(part.output, '.tsbuildinfo');
  const inputs = [...files, part.configuration, 'tsconfig.json', 'package-lock.json'];
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === contentHash(root, [...inputs, note])) return;
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const result = await withProgress(`Building ${part.output}`, () =>
    run(process.execPath, [compiler, '-p', part.configuration], { cwd: root }),
  );
  if (!result.ok)
    throw new SetupProblem(`the build failed:\n${result.output.trim()}`, 'correct the sources named there');
  removeOrphans(root, part, new Set(files));
  const command = join(root, part.output, 'cli.js');
  if (existsSync(command)) chmodSync(command, 0o755);
  writeFileSync(stamp, contentHash(root, [...inputs, note]));
}

/** @param {string} root @param {readonly string[]} files */
function contentHash(root, files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const path = join(root, file);
    hash.update(file).update('\0');
    if (existsSync(path)) hash.update(readFileSync(path));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** The output of a source that was deleted must not be run or shipped. @param {string} root @param {typeof library} part @param {ReadonlySet<string>} sources */
function removeOrphans(root, part, sources) {
  for (const suffix of ['.js', '.js.map', '.d.ts']) {
    for (const file of filesIn(join(root, part.output), suffix)) {
      const source = join(part.prefix, `${file.slice(0, -suffix.length)}.ts`);
      if (!sources.has(source)) rmSync(join(root, part.output, file));
    }
  }
}

/** @param {string} folder @param {string} suffix @returns {string[]} relative paths, however deep */
export function filesIn(folder, suffix) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(suffix));
}
