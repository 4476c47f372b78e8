// npm run bench: lists the benchmarks; `npm run bench -- NAME…` runs some, `npm run bench -- all` each of them. They print numbers
// and assert nothing: a timing is no test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn } from './setup/build.mjs';
import { main, root, setUp } from './setup/index.mjs';
import { handOver } from './setup/run.mjs';

main(async () => {
  const names = filesIn(join(root, 'bench'), '.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  const asked = process.argv[2] === 'all' ? names : process.argv.slice(2);
  const unknown = asked.filter((name) => !names.includes(name));
  if (asked.length === 0 || unknown.length > 0) {
    if (unknown.length > 0) process.stderr.write(`There is no benchmark ${unknown.join(', ')}.\n`);
    process.stdout.write(`${names.map((name) => `${name.padEnd(20)} ${firstComment(name)}`).join('\n')}\n`);
    return unknown.length > 0 ? 2 : 0;
  }
  await setUp({ withTests: true });
  for (const name of asked) {
    process.stdout.write(`\n${name}: ${firstComment(name)}\n`);
    const code = await handOver(process.execPath, ['--expose-gc', join('dist-test/bench', `${name}.js`)], {
      cwd: root,
    });
    if (code !== 0) return code;
  }
  return 0;
});

/** What a benchmark says of itself in its first line. @param {string} name */
function firstComment(name) {
  const [first = ''] = readFileSync(join(root, 'bench', `${name}.ts`), 'utf8').split('\n', 1);
  return first.replace(/^\/\*\*?\s*|\s*\*\/$|^\/\/\s*/g, '');
}
