// npm run test:hub: a class at the hub of deploy/hub on this machine: ten people, each with a kernel; what each takes of memory; what
// they try against each other; what is left when one logs out, and when the hub is killed. Makes accounts and removes them again,
// so it is run as root, on a machine that may be changed; elsewhere it is skipped.
//   npm run test:hub -- [--people 10] [--prefix /opt/handgrad]
// --prefix: where deploy/hub/install.sh has put, or is to put, the hub.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { startHub } from './hub-test/hub.mjs';
import { Person } from './hub-test/person.mjs';
import { family, megabytes, processes, untilGone } from './hub-test/processes.mjs';
import { handOver } from './setup/run.mjs';
import { onPath } from './setup/tools.mjs';

const finish = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '10' },
    prefix: { type: 'string', default: '/opt/handgrad' },
  },
});
const names = Array.from({ length: Number(values.people) }, (_, index) => `handgrad-test-${index + 1}`);
const needed = ['setpriv', 'unshare', 'prlimit', 'choom', 'tini', 'useradd', 'chpasswd'];
const groups = ['handgrad', 'handgrad-teachers'];
const runtime = '/tmp/handgrad-jupyter';

/** @param {readonly number[]} numbers */
const mean = (numbers) => Math.round(numbers.reduce((sum, number) => sum + number, 0) / numbers.length);

/** What a person tries, as text for `node --eval`. */
const script = () => readFileSync(new URL('hub-test/attempts.mjs', import.meta.url), 'utf8');

/** Why this cannot be run here, if it cannot. */
function obstacle() {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it makes accounts, which only root can';
  const missing = needed.filter((name) => onPath([name]).length === 0);
  return missing.length > 0 && `${missing.join(', ')} missing (Debian: apt-get install tini)`;
}

// Node 20 has the WebSocket of browsers behind a flag.
if (globalThis.WebSocket === undefined && !process.execArgv.includes('--experimental-websocket')) {
  const self = ['--experimental-websocket', ...process.argv.slice(1)];
  process.exitCode = await handOver(process.execPath, self);
} else if (obstacle()) {
  test('a class at the hub', { skip: obstacle() }, () => undefined);
} else {
  define();
}

/**
 * Makes accounts, none of which may exist.
 * @param {readonly string[]} names
 * @returns {Promise<[string, string][]>} names and passwords
 */
async function addPeople(names) {
  const child = spawn(join(root, 'deploy/hub/add-people.sh'), { stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  child.stdin.end(`${names.join('\n')}\n`);
  await once(child, 'close');
  const made = printed
    .trim()
    .split('\n')
    .map((line) => /** @type {[string, string]} */ (line.split(' ')));
  assert.deepEqual(
    made.map(([name]) => name),
    names,
    'an account of a test exists already: userdel --remove',
  );
  return made;
}

/** The attempts, made by a person in a shell of the machine, outside of their own space. @param {Person} person @param {object} given */
async function asPerson(person, given) {
  const become = [`--reuid=${person.name}`, `--regid=${person.name}`, '--init-groups', '--reset-env', '--'];
  const node = [
    'env',
    `GIVEN=${JSON.stringify(given)}`,
    process.execPath,
    '--input-type=module',
    '--eval',
    script(),
  ];
  const { stdout } = await finish('setpriv', [...become, ...node]);
  return JSON.parse(stdout);
}

function define() {
  const state = mkdtempSync(join(tmpdir(), 'handgrad-hub-test-'));
  /** @type {Awaited<ReturnType<typeof startHub>>} */
  let hub;
  /** @type {Person[]} */
  let people = [];
  let started = false;
  /** Groups that this makes, and so removes. @type {string[]} */
  let made = [];
  /** @type {Map<string, { uid: number, kernel: string }>} */
  const at = new Map();
  const idOf = (/** @type {Person} */ person) => at.get(person.name) ?? { uid: -1, kernel: '' };
  const theirs = (/** @type {number} */ uid) => processes().filter((process) => process.uid === uid);
  const ours = () => processes().filter(({ uid }) => [...at.values()].some((each) => each.uid === uid));

  before(async () => {
    if (!existsSync(join(values.prefix, 'hub/bin/jupyterhub'))) {
      process.stderr.write(`Installing the hub in ${values.prefix} (minutes, 2 GB)\n`);
      const code = await handOver(join(root, 'deploy/hub/install.sh'), [values.prefix]);
      assert.equal(code, 0, 'deploy/hub/install.sh failed');
    }
    const before = (await finish('getent', ['group'])).stdout;
    made = groups.filter((group) => !before.includes(`\n${group}:`));
    const passwords = await addPeople(names);
    hub = await startHub(values.prefix, state);
    people = passwords.map(([name, password]) => new Person(hub.url, name, password));
    for (const { name } of people)
      at.set(name, { uid: Number((await finish('id', ['-u', name])).stdout), kernel: '' });
  });

  after(async () => {
    await hub?.end('SIGKILL');
    await untilGone(ours, 10);
    for (const { pid } of ours()) process.kill(pid, 'SIGKILL');
    await untilGone(ours, 10);
    for (const name of names) await finish('userdel', ['--remove', name]).catch(() => undefined);
    for (const group of made) await finish('groupdel', [group]).catch(() => undefined);
    rmSync(state, { recursive: true, force: true });
    rmSync(join('/run', basename(state)), { recursive: true, force: true });
  });

  test('nobody gets in with a wrong password', async () => {
    const [first] = people;
    assert.ok(first);
    assert.equal(await new Person(hub.url, first.name, 'guess').login(), 403);
  });

  test(`${names.length} people log in at once, and each runs a cell`, async (context) => {
    const begin = Date.now();
    const statuses = await Promise.all(people.map((person) => person.login()));
    assert.ok(
      statuses.every((status) => status === 302),
      `the login form answered ${statuses.join()}`,
    );
    const seconds = await Promise.all(people.map((person) => person.startServer()));
    context.diagnostic(
      `hub up in ${hub.seconds.toFixed(1)} s; all servers in ${Math.max(...seconds).toFixed(0)} s on ${availableParallelism()} processors`,
    );
    const servers = people.map((person) => megabytes(theirs(idOf(person).uid)));
    const code = [
      "import { given, tf } from 'handgrad';",
      "const scope = given({ x: ['n'] });",
      "scope.define('s_i = exp(x_i) / Σ_k exp(x_k)');",
      "console.log(scope.derive('∂s_i/∂x_j').step('s_i (δ_ij − s_j)').verdict.status, tf.getBackend());",
    ].join('\n');
    const printed = await Promise.all(
      people.map(async (person) => {
        const kernel = await person.startKernel();
        at.set(person.name, { ...idOf(person), kernel });
        return person.run(kernel, code);
      }),
    );
    context.diagnostic(`all cells in ${Math.round((Date.now() - begin) / 1000)} s: ${printed[0]?.trim()}`);
    for (const text of printed) assert.match(text, /^proved (tensorflow|wasm)$/m);
    const whole = people.map((person) => megabytes(theirs(idOf(person).uid)));
    context.diagnostic(
      `memory a person: server ${mean(servers)} MB, with a kernel that has derived and asked autograd ${mean(whole)} MB (at most ${Math.max(...whole)})`,
    );
    context.diagnostic(`hub and proxy: ${megabytes(family(hub.pid).filter(({ uid }) => uid === 0))} MB`);
    started = true;
  });

  /** The first two people, once all have started. */
  function two() {
    const [ada, grace] = people;
    assert.ok(started && ada && grace, 'the class has not started');
    return /** @type {const} */ ([ada, grace]);
  }

  test('the gallery is in each home, and belongs to its person', async () => {
    for (const person of people) {
      const { stdout } = await finish('stat', [
        '--format=%U %a',
        `/home/${person.name}`,
        `/home/${person.name}/notebooks`,
      ]);
      assert.match(stdout, new RegExp(`^${person.name} 700\n${person.name} `));
    }
  });

  test('one cannot reach another: neither from a kernel, nor from a shell on the machine', async (context) => {
    const [ada, grace] = two();
    const target = await targetOf(grace);
    /** @param {Person} person */
    const fromKernel = async (person) => {
      const env = JSON.stringify({ ...target, token: person.token });
      const cell = [
        "import { execFileSync } from 'node:child_process';",
        `const env = { ...process.env, GIVEN: ${JSON.stringify(env)} };`,
        `console.log(execFileSync(process.execPath, ['--input-type=module', '--eval', ${JSON.stringify(script())}], { env }).toString());`,
      ].join('\n');
      return JSON.parse(await person.run(idOf(person).kernel, cell));
    };
    // That each attempt can succeed: grace against herself. What her server trusts is hub and proxy alone, so not even her.
    const own = await fromKernel(grace);
    context.diagnostic(`against oneself: ${JSON.stringify(own)}`);
    const { serverPort, serverPortWithOwnKey, signalProcess, readEnvironment, seeTheirTmp, ...rest } =
      own.became;
    for (const [what, became] of Object.entries(rest)) assert.equal(became, 'done', what);
    assert.deepEqual(own.ports, [target.port], 'her server is all that listens on a port');

    const inside = await fromKernel(ada);
    context.diagnostic(`from a kernel: ${JSON.stringify(inside)}`);
    const outside = await asPerson(ada, { ...target, token: ada.token });
    context.diagnostic(`from a shell: ${JSON.stringify(outside)}`);
    for (const { became } of [inside, outside])
      for (const [what, how] of Object.entries(became)) assert.notEqual(how, 'done', what);
    assert.ok(inside.visible < 20, 'processes of others are seen');
  });

  test('who logs out leaves nothing running, not even what detached itself', async () => {
    const [, grace] = two();
    await detach(grace);
    await grace.logout();
    assert.deepEqual(await untilGone(() => theirs(idOf(grace).uid), 30), []);
  });

  test('when the hub is killed, nothing is left: no server, no kernel, no proxy, nothing that detached itself', async () => {
    const [ada] = two();
    await detach(ada);
    const proxy = family(hub.pid).filter(({ uid }) => uid === 0);
    assert.ok(proxy.length > names.length, 'hub, proxy, culler and a first process for each person');
    assert.ok(ours().length >= 3 * (names.length - 1));
    await hub.end('SIGKILL');
    const pids = new Set(proxy.map(({ pid }) => pid));
    const left = () => [...ours(), ...processes().filter(({ pid }) => pids.has(pid))];
    assert.deepEqual(await untilGone(left, 10), []);
  });

  test('nor when it is stopped politely', async () => {
    const [ada] = two();
    hub = await startHub(values.prefix, state);
    const again = new Person(hub.url, ada.name, ada.password);
    await again.login();
    await again.startServer();
    const kernel = await again.startKernel();
    assert.equal((await again.run(kernel, 'console.log(6 * 7)')).trim(), '42');
    const before = new Set(family(hub.pid).map(({ pid }) => pid));
    await hub.end('SIGTERM');
    const left = () => [...ours(), ...processes().filter(({ pid }) => before.has(pid))];
    assert.deepEqual(await untilGone(left, 10), []);
  });

  /** Leaves a process behind that has left its session and its parent. @param {Person} person */
  async function detach(person) {
    const before = theirs(idOf(person).uid).length;
    const code = [
      "import { spawn } from 'node:child_process';",
      "spawn('setsid', ['--fork', 'nohup', 'sleep', '1000'], { detached: true, stdio: 'ignore' }).unref();",
    ].join('\n');
    await person.run(idOf(person).kernel, code);
    const end = Date.now() + 5000;
    while (!theirs(idOf(person).uid).some(({ command }) => command === 'sleep 1000')) {
      assert.ok(Date.now() < end, 'nothing detached itself');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(theirs(idOf(person).uid).length > before);
  }

  /** What there is of a person to be reached. @param {Person} person */
  async function targetOf(person) {
    const { uid, kernel } = idOf(person);
    const server = theirs(uid).find(
      ({ command }) => command.includes('jupyterhub-singleuser') && !command.startsWith('tini'),
    );
    const { stdout } = await finish('ss', [
      '--listening',
      '--tcp',
      '--numeric',
      '--processes',
      '--no-header',
    ]).catch(() => ({ stdout: '' }));
    const port = Number(new RegExp(`:(\\d+) .*pid=${server?.pid}\\b`).exec(stdout)?.[1]);
    const home = `/home/${person.name}`;
    const notebook = join(home, 'notebooks/01-softmax-and-cross-entropy.ipynb');
    return {
      home,
      notebook,
      runtime,
      kernel,
      port,
      uid,
      pid: server?.pid ?? 0,
      hub: hub.url,
      name: person.name,
    };
  }
}
