/** Native TensorFlow's set-up, with planted failures: what is missing is named, nothing half-done stays, nothing is tried twice in vain. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
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
import { after, test } from 'node:test';
import { root, script } from './places.js';
import { type Ended, plainEnvironment, runToEnd } from './process.js';

type NativeState =
  | { readonly native: true; readonly binding: string }
  | { readonly native: false; readonly reason: string; readonly remedy: string; readonly tried?: string };

interface IndexScript {
  fallbackLine(instead: string, state: { reason: string; remedy: string }): string;
}
interface CacheScript {
  contentKey(parts: readonly string[]): string;
  cacheFolder(environment: NodeJS.ProcessEnv): string;
}

interface BindingScript {
  bindingKey(given: { modules: string; library: string }): string;
}
interface WheelScript {
  readonly wheels: Readonly<Record<string, { readonly sha256: string }>>;
}
interface SystemScript {
  missingSystemPackages(environment: NodeJS.ProcessEnv): Promise<readonly string[]>;
  installSystemPackages(environment: NodeJS.ProcessEnv): Promise<void>;
}
interface StateScript {
  readState(modules: string): NativeState | undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'handgrad-native-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const isSupported = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
const onSupported = { skip: !isSupported && 'there is no TensorFlow library for this machine' };

interface Machine {
  readonly modules: string;
  readonly cache: string;
  readonly path: string;
}

/** A machine with the packages that the binding is made of, an empty cache, and on PATH only these programs (shell scripts). */
function machine(name: string, programs: Readonly<Record<string, string>>): Machine {
  const home = join(folder, name);
  const modules = join(home, 'node_modules');
  for (const part of [
    '@tensorflow/tfjs-node/binding',
    '@tensorflow/tfjs-node/package.json',
    'node-api-headers/package.json',
  ]) {
    cpSync(join(root, 'node_modules', part), join(modules, part), { recursive: true });
  }
  const path = join(home, 'bin');
  mkdirSync(path);
  for (const [program, text] of Object.entries(programs)) {
    writeFileSync(join(path, program), `#!/bin/sh\nPATH=/usr/bin:/bin\n${text}\n`);
    chmodSync(join(path, program), 0o755);
  }
  return { modules, cache: join(home, 'cache'), path };
}

/** A Python whose pip notes each download in a file and then does what `download` says. */
function fakePython(name: string, download: string): string {
  return `case "$*" in *"pip download --help"*|*"-c "*|*"pip --version"*) exit 0;; *"pip download"*) echo >> ${join(folder, name)}; ${download};; *) exit 1;; esac`;
}

function downloads(name: string): number {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
}

const compiler = { 'c++': 'exit 1' };

interface How {
  readonly again?: boolean;
  readonly interruptWhen?: () => boolean;
}

function runSetUp(
  { modules, cache, path }: Machine,
  { again = false, interruptWhen }: How = {},
): Promise<Ended> {
  const code = `
    import { setUpTensorFlow } from ${JSON.stringify(join(root, 'scripts/setup/tensorflow.mjs'))};
    console.log(JSON.stringify(await setUpTensorFlow({ modules: ${JSON.stringify(modules)}, again: ${again} })));`;
  const env = plainEnvironment({ PATH: path, HANDGRAD_CACHE: cache, CXX: '' });
  const options = interruptWhen === undefined ? { env } : { env, interruptWhen };
  return runToEnd(process.execPath, ['--input-type=module', '-e', code], options);
}

async function setUp(given: Machine, how: How = {}): Promise<NativeState> {
  const { stdout, stderr } = await runSetUp(given, how);
  assert.notEqual(stdout, '', stderr);
  const state = JSON.parse(stdout) as NativeState;
  const note = join(given.modules, '@tensorflow/tfjs-node/lib/handgrad.json');
  assert.deepEqual(JSON.parse(readFileSync(note, 'utf8')), state, 'the note says the same');
  return state;
}

function assertMissing(state: NativeState, reason: RegExp, remedy: RegExp): void {
  assert.equal(state.native, false);
  assert.match(state.reason, reason);
  assert.match(state.remedy, remedy);
}

/** Nothing of an attempt stays in the cache, and its lock is free. */
function assertClean({ cache }: Machine): void {
  const left = existsSync(cache) ? readdirSync(cache).filter((name) => name !== 'downloads') : [];
  assert.deepEqual(left, []);
}

test('no compiler', onSupported, async () => {
  assertMissing(await setUp(machine('no-compiler', {})), /no C\+\+ compiler/, /apt-get install g\+\+/);
});

test('no Python', onSupported, async () => {
  const given = machine('no-python', compiler);
  assertMissing(await setUp(given), /no Python 3/, /apt-get install python3/);
  assertClean(given);
});

test('a Python without pip, which cannot make an environment either', onSupported, async () => {
  const python = 'case "$*" in *"-c "*) exit 0;; *) exit 1;; esac';
  const given = machine('no-pip', { ...compiler, python3: python });
  assertMissing(await setUp(given), /no pip/, /python3-pip/);
  assertClean(given);
});

test('no network: three attempts, then none for an hour', onSupported, async () => {
  const python3 = fakePython('offline', 'echo "ERROR: Could not connect" >&2; exit 1');
  const given = machine('offline-machine', { ...compiler, python3 });
  const first = await setUp(given);
  assertMissing(first, /could not be downloaded.*Could not connect/, /network/);
  assert.equal(downloads('offline'), 3);
  assertClean(given);
  assert.deepEqual(await setUp(given), first);
  assert.equal(downloads('offline'), 3, 'not tried again');
});

test('a wheel with the wrong hash is refused and not kept', onSupported, async () => {
  const writeJunk = 'while [ "$1" != "-d" ]; do shift; done; echo junk > "$2/tensorflow.whl"';
  const given = machine('forged-machine', { ...compiler, python3: fakePython('forged', writeJunk) });
  assertMissing(await setUp(given), /wrong sha256/, /do not use it/);
  assertClean(given);
  assert.deepEqual(readdirSync(join(given.cache, 'downloads')), []);
});

test('Ctrl-C during the download leaves nothing behind and ends by the signal', onSupported, async () => {
  const given = machine('interrupted-machine', {
    ...compiler,
    python3: fakePython('interrupted', 'sleep 60'),
  });
  const ended = await runSetUp(given, { interruptWhen: () => downloads('interrupted') > 0 });
  assert.equal(ended.signal, 'SIGINT', ended.stderr);
  assert.match(ended.stderr, /goes on where this one stopped/);
  assertClean(given);
});

test('what is in the cache is used, whatever else is missing', onSupported, async (context) => {
  const { readState } = await script<StateScript>('setup/native-state.mjs');
  const state = readState(join(root, 'node_modules'));
  if (state?.native !== true) return context.skip('native TensorFlow is not in the cache');
  const given = { ...machine('second-checkout', {}), cache: join(state.binding, '../../..') };
  assert.deepEqual(await setUp(given), state);
});

test('a cache that was damaged is used until a closer look, and then made anew', onSupported, async () => {
  const given = machine('damaged', compiler);
  const { bindingKey } = await script<BindingScript>('setup/binding.mjs');
  const { wheels } = await script<WheelScript>('setup/wheel.mjs');
  const library = wheels[`${process.platform}-${process.arch}`]?.sha256.slice(0, 16) ?? '';
  const binding = join(given.cache, 'binding', bindingKey({ modules: given.modules, library }));
  mkdirSync(binding, { recursive: true });
  mkdirSync(join(given.cache, 'tensorflow', library), { recursive: true });
  writeFileSync(join(binding, 'tfjs_binding.node'), 'damaged');
  assert.equal((await setUp(given)).native, true);
  assertMissing(await setUp(given, { again: true }), /no Python 3/, /python3/);
});

test('a cache that cannot be written is a reason, not a crash', onSupported, async () => {
  const given = machine('unwritable', compiler);
  writeFileSync(given.cache, 'a file where the folder should be');
  assertMissing(await setUp(given), /could not be written/, /HANDGRAD_CACHE/);
});

test('the one line names the backend, the reason and the remedy', async () => {
  const { fallbackLine } = await script<IndexScript>('setup/index.mjs');
  const line = fallbackLine('WebAssembly', {
    reason: 'there is no Python 3',
    remedy: 'apt-get install python3',
  });
  assert.match(line, /WebAssembly.*because there is no Python 3.*apt-get install python3/);
  assert.equal(line.includes('\n'), false);
});

test('the cache: where it is, and keys that differ when any part does', async () => {
  const { cacheFolder, contentKey } = await script<CacheScript>('setup/cache.mjs');
  assert.equal(cacheFolder({ HANDGRAD_CACHE: '/a' }), '/a');
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/b' }), join('/b', 'handgrad'));
  const keys = [['a', 'b'], ['ab'], ['a', 'b', ''], ['b', 'a'], []].map(contentKey);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(contentKey(['a', 'b']), keys[0]);
});

/** What apt-get was called with, one call a line. */
function aptCalls(): string {
  const file = join(folder, 'apt-calls');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

test('CI installs what the machine lacks, and only what it lacks; nobody else’s machine is changed', async () => {
  const { installSystemPackages, missingSystemPackages } = await script<SystemScript>('setup/system.mjs');
  const python3 = 'case "$*" in *ensurepip*) exit 1;; *) exit 0;; esac';
  const programs = { ...compiler, python3, 'apt-get': `echo "$*" >> ${join(folder, 'apt-calls')}` };
  const PATH = machine('bare', programs).path;
  assert.deepEqual(await missingSystemPackages({ PATH }), ['python3-venv', 'chromium']);
  await installSystemPackages({ PATH });
  assert.equal(aptCalls(), '');
  await installSystemPackages({ PATH, CI: 'true' });
  const installed = 'update\ninstall -y --no-install-recommends python3-venv chromium\n';
  assert.equal(aptCalls(), process.getuid?.() === 0 ? installed : '');
});
