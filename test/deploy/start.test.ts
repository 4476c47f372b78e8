/** What a container, or a person's server at the hub, does first: deploy/image/start.sh. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { root } from '../project/places.js';
import { runToEnd } from '../project/process.js';

const skip = process.platform === 'win32' && 'the image is Linux';

interface Place {
  readonly home: string;
  /** Runs a command as the container would. */
  start(...command: readonly string[]): ReturnType<typeof runToEnd>;
}

function place(context: TestContext): Place {
  const scratch = mkdtempSync(join(tmpdir(), 'handgrad-start-'));
  context.after(() => {
    chmodSync(join(scratch, 'home'), 0o700);
    rmSync(scratch, { recursive: true });
  });
  const [home, gallery] = [join(scratch, 'home'), join(scratch, 'gallery')];
  for (const folder of [home, gallery]) mkdirSync(folder);
  writeFileSync(join(gallery, '01.ipynb'), 'first');
  writeFileSync(join(gallery, '02.ipynb'), 'second');
  const env = { ...process.env, HOME: home, HANDGRAD_GALLERY: gallery, TMPDIR: scratch };
  const start = (...command: readonly string[]) =>
    runToEnd('sh', [join(root, 'deploy/image/start.sh'), ...command], { env, cwd: home });
  return { home, start };
}

test('it becomes the command: words, exit code', { skip }, async (context) => {
  const { start } = place(context);
  const ended = await start('sh', '-c', 'echo "$0|$1"; exit 7', 'a  b', '*');
  assert.deepEqual([ended.code, ended.stdout], [7, 'a  b|*\n']);
});

test('the gallery is laid into a fresh home once; what a person changed or removed stays so', {
  skip,
}, async (context) => {
  const { home, start } = place(context);
  await start('true');
  assert.deepEqual(readdirSync(home), ['notebooks']);
  writeFileSync(join(home, 'notebooks/01.ipynb'), 'mine');
  rmSync(join(home, 'notebooks/02.ipynb'));
  await start('true');
  assert.equal(readFileSync(join(home, 'notebooks/01.ipynb'), 'utf8'), 'mine');
  assert.ok(!existsSync(join(home, 'notebooks/02.ipynb')));
});

test('who cannot write to the home gets another, and is told so', {
  skip: skip || (process.getuid?.() === 0 && 'root can write everywhere'),
}, async (context) => {
  const { home, start } = place(context);
  chmodSync(home, 0o500);
  const ended = await start('sh', '-c', 'echo "$HOME"; pwd; ls notebooks');
  const [other = '', where, ...gallery] = ended.stdout.trim().split('\n');
  assert.notEqual(other, home);
  assert.deepEqual([where, gallery], [other, ['01.ipynb', '02.ipynb']]);
  assert.match(ended.stderr, /cannot be written by uid/);
});

test('a shell can read the scripts', { skip }, async () => {
  for (const name of ['image/start.sh', 'hub/install.sh', 'hub/add-people.sh', 'hub/own-space.sh']) {
    const read = await runToEnd('sh', ['-n', join(root, 'deploy', name)]);
    assert.equal(read.code, 0, read.stderr);
  }
});

test('Python can read the configurations of the hub', async (context) => {
  const python = await runToEnd('python3', ['--version']).catch(() => undefined);
  if (python?.code !== 0) return context.skip('no python3');
  const parse =
    'import ast, sys\nfor path in sys.argv[1:]: ast.parse(open(path, encoding="utf8").read(), path)';
  const names = ['own_space.py', 'jupyterhub_config.py', 'jupyterhub_docker_config.py'];
  const read = await runToEnd('python3', [
    '-c',
    parse,
    ...names.map((name) => join(root, 'deploy/hub', name)),
  ]);
  assert.equal(read.code, 0, read.stderr);
});
