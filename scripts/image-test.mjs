// npm run test:image: the image as a person, an orchestrator and a hub would use it. Builds it with the Docker engine that
// DOCKER_HOST (or the usual socket) names; where there is none, all is skipped.
//   npm run test:image -- [--base IMAGE] [--image IMAGE]
// --base: what to build on, if not what the Dockerfile says; --image: test one that is there and build nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { docker, isEngineThere, runContainer, script } from './image-test/docker.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { base: { type: 'string' }, image: { type: 'string' } } });
const image = values.image ?? 'handgrad:test';
const uids = ['1000', '12345'];
const patienceSeconds = 120;

/** @type {(() => Promise<unknown>)[]} */
const undoings = [];
after(async () => {
  for (const undo of undoings.reverse()) await undo();
});

/** A container in the background, without a network, removed at the end. @param {readonly string[]} options @param {readonly string[]} command */
async function start(options, command = []) {
  const { stdout } = await docker(['run', '--detach', '--network=none', ...options, image, ...command]);
  const container = stdout.trim();
  undoings.push(() => docker(['rm', '--force', '--volumes', container]));
  return container;
}

/** Seconds until the engine calls the container healthy. @param {string} container */
async function untilHealthy(container) {
  const begin = Date.now();
  for (;;) {
    const { stdout } = await docker([
      'inspect',
      '--format={{.State.Status}} {{.State.Health.Status}}',
      container,
    ]);
    if (stdout.trim() === 'running healthy') return (Date.now() - begin) / 1000;
    const { stdout: log, stderr } = await docker(['logs', container]);
    assert.match(stdout, /^running/, `the container ended:\n${log}${stderr}`);
    assert.ok(Date.now() - begin < patienceSeconds * 1000, `not healthy:\n${log}${stderr}`);
    await wait(200);
  }
}

/** What the container of a job of deploy/kubernetes is started with. @param {string} name @returns {string[]} */
function argumentsOf(name) {
  const text = readFileSync(join(root, `deploy/kubernetes/${name}.yaml`), 'utf8');
  const jobs = parseAllDocuments(text).map((document) => document.toJS());
  return jobs.find(({ kind }) => kind === 'Job').spec.template.spec.containers[0].args;
}

if (!(await isEngineThere())) {
  test('the image', { skip: 'no Docker engine answers; name one with DOCKER_HOST' }, () => undefined);
} else {
  await define();
}

async function define() {
  test('builds', { skip: values.image !== undefined && 'an image was given' }, async (context) => {
    const begin = Date.now();
    const base = values.base === undefined ? [] : ['--build-arg', `BASE_IMAGE=${values.base}`];
    await docker(['build', '--network=host', ...base, '--tag', image, root], { show: true });
    context.diagnostic(`built in ${Math.round((Date.now() - begin) / 1000)} s`);
  });

  test('its size', async (context) => {
    const { stdout } = await docker(['image', 'inspect', '--format={{.Size}}', image]);
    context.diagnostic(`${Math.round(Number(stdout) / 1e6)} MB with its base`);
    assert.ok(Number(stdout) > 0);
  });

  for (const uid of uids) {
    test(`as uid ${uid}: the lab is healthy, asks for its token, and starts a kernel`, async (context) => {
      const container = await start(['--user', uid, '--env=JUPYTER_TOKEN=a-token']);
      context.diagnostic(`healthy after ${(await untilHealthy(container)).toFixed(1)} s`);
      const said = await docker([
        'exec',
        container,
        'node',
        '--input-type=module',
        '--eval',
        script('server'),
      ]);
      assert.deepEqual(JSON.parse(said.stdout), {
        withoutToken: 403,
        withToken: 200,
        specs: ['handgrad'],
        // The kernel's five channels are sockets in the file system: nothing but the server listens on the network.
        listening: 1,
        channels: 5,
        open: [],
        kernels: 0,
      });
      const begin = Date.now();
      await docker(['stop', container]);
      context.diagnostic(`stopped in ${((Date.now() - begin) / 1000).toFixed(1)} s`);
    });

    test(`as uid ${uid}: the gallery runs headless, without a network`, async (context) => {
      const begin = Date.now();
      const ran = await runContainer(['--network=none', '--user', uid], image, [
        'handgrad',
        'run',
        'notebooks',
      ]);
      assert.equal(ran.code, 0, ran.stdout + ran.stderr);
      assert.match(ran.stdout, /Passed\.\nAutograd: tensorflow \(native/);
      context.diagnostic(
        `${Math.round((Date.now() - begin) / 1000)} s: ${/^\d+ claims .*$/m.exec(ran.stdout)?.[0]}`,
      );
    });
  }

  test('a wrong notebook fails it', async () => {
    const code = [
      "import { given } from 'handgrad';",
      "const scope = given({ x: ['n'] });",
      "scope.define('L = Σ_k x_k^2');",
      "scope.derive('∂L/∂x_j').step('3 x_j');",
    ].join('\n');
    const cell = {
      cell_type: 'code',
      id: 'wrong',
      metadata: {},
      outputs: [],
      execution_count: null,
      source: code,
    };
    const notebook = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] });
    const command = [
      'sh',
      '-c',
      'printf %s "$1" > wrong.ipynb; exec handgrad run wrong.ipynb',
      'sh',
      notebook,
    ];
    const ran = await runContainer(['--network=none'], image, command);
    assert.equal(ran.code, 1, ran.stdout + ran.stderr);
    assert.match(ran.stdout, /✗ refuted/);
  });

  test('becomes the command that it is given: exit code, arguments, uid', async () => {
    const ran = await runContainer(['--network=none'], image, [
      'sh',
      '-c',
      'echo "$0|$1|$(id -u)"; exit 7',
      'a b',
      'c',
    ]);
    assert.deepEqual([ran.code, ran.stdout.trim()], [7, 'a b|c|1000']);
  });

  test('healthy at another port and prefix, as a hub chooses them', async () => {
    const hub = ['jupyter', 'lab', '--ip=127.0.0.1', '--port=9999', '--ServerApp.base_url=/user/ada/'];
    await untilHealthy(await start([], hub));
  });

  test('jupyterhub-singleuser is there, of the version of the hub', async () => {
    const hub = /^jupyterhub==(\S+)/m.exec(
      readFileSync(join(root, 'deploy/hub/requirements.txt'), 'utf8'),
    )?.[1];
    const ran = await runContainer(['--network=none'], image, ['jupyterhub-singleuser', '--version']);
    assert.equal(ran.stdout.trim(), hub);
  });

  test('a volume over the home: the gallery is laid into it once, and what a person changed stays', async () => {
    const { stdout } = await docker(['volume', 'create']);
    const volume = stdout.trim();
    undoings.push(() => docker(['volume', 'rm', '--force', volume]));
    const options = ['--network=none', `--volume=${volume}:/home/handgrad`];
    const first = await runContainer(options, image, [
      'sh',
      '-c',
      'rm notebooks/02*; echo mine > notebooks/mine; ls -a',
    ]);
    assert.equal(first.stdout, '.\n..\nnotebooks\n');
    const second = await runContainer(options, image, ['sh', '-c', 'cat notebooks/mine; ls notebooks']);
    assert.match(second.stdout, /^mine\n/);
    assert.doesNotMatch(second.stdout, /^02/m);
  });

  test('an indexed job: its parts, as Kubernetes would start them, and their joined report', async () => {
    const { stdout } = await docker(['volume', 'create']);
    const volume = stdout.trim();
    undoings.push(() => docker(['volume', 'rm', '--force', volume]));
    const pod = ['--network=none', '--read-only', '--tmpfs=/tmp', '--tmpfs=/home/handgrad', '--cap-drop=ALL'];
    const options = [...pod, '--security-opt=no-new-privileges', `--volume=${volume}:/reports`];
    // Two short notebooks in two parts, in place of the whole gallery in four.
    const prepare =
      'mkdir -m 777 /reports/in && cp /opt/handgrad/notebooks/0[12]-* /reports/in && chmod 777 /reports';
    const prepared = await runContainer([...options, '--user=0', '--cap-add=DAC_OVERRIDE'], image, [
      'sh',
      '-c',
      prepare,
    ]);
    assert.equal(prepared.code, 0, prepared.stderr);
    const part = argumentsOf('gallery-job').map((word) =>
      word.replace('/opt/handgrad/notebooks', '/reports/in').replace('env/4', 'env/2'),
    );
    for (const index of ['0', '1']) {
      const ran = await runContainer([...options, `--env=JOB_COMPLETION_INDEX=${index}`], image, part);
      assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    }
    const merged = await runContainer(options, image, argumentsOf('gallery-report'));
    assert.equal(merged.code, 0, merged.stdout + merged.stderr);
    assert.match(merged.stdout, /claims in 2 notebooks.*Passed/);
    const missing = [...options, '--user=0', '--cap-add=DAC_OVERRIDE'];
    await runContainer(missing, image, ['rm', '-r', '/reports/1']);
    assert.notEqual(
      (await runContainer(options, image, argumentsOf('gallery-report'))).code,
      0,
      'a part is missing',
    );
  });

  test('a home that belongs to somebody else, and a container that is read-only', async () => {
    const foreign = ['--network=none', '--tmpfs=/home/handgrad:mode=0755,uid=4321,gid=4321'];
    const other = await runContainer(foreign, image, ['sh', '-c', 'echo "$HOME"; ls notebooks | head -1']);
    assert.match(other.stdout, /^\/tmp\/handgrad-home-\w+\n01-/);
    assert.match(other.stderr, /cannot be written by uid 1000/);
    const closed = [
      '--network=none',
      '--read-only',
      '--tmpfs=/tmp',
      '--cap-drop=ALL',
      '--security-opt=no-new-privileges',
    ];
    const ran = await runContainer(closed, image, [
      'handgrad',
      'run',
      '/opt/handgrad/notebooks/01-softmax-and-cross-entropy.ipynb',
    ]);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  });
}
