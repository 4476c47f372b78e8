// npm test: set-up, the build of the tests, and Node's own test runner over all of them, or over those whose path contains a
// word: `npm test -- formula`, `npm test -- kernel --test-name-pattern=interrupt`.
import { join } from 'node:path';
import { filesIn } from './setup/build.mjs';
import { main, root, setUp } from './setup/index.mjs';
import { handOver } from './setup/run.mjs';
import { installSystemPackages } from './setup/system.mjs';

main(async () => {
  const given = process.argv.slice(2);
  const words = given.filter((argument) => !argument.startsWith('-'));
  const options = given.filter((argument) => argument.startsWith('-'));
  await installSystemPackages();
  await setUp({ withTests: true });
  const files = filesIn(join(root, 'dist-test'), '.test.js')
    .map((file) => join('dist-test', file))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
  if (files.length === 0) {
    process.stderr.write(`No test's path contains ${words.map((word) => `'${word}'`).join(' or ')}.\n`);
    return 1;
  }
  const runner = ['--test', '--test-reporter=spec', '--test-concurrency=2', '--test-timeout=600000'];
  return handOver(process.execPath, [...runner, ...options, ...files], { cwd: root });
});
