/** handgrad doctor, on machines where things are planted as missing or broken. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Finding, printed } from '../../src/doctor/index.js';

const program = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'handgrad-doctor-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Examined {
  readonly code: number | null;
  readonly findings: ReadonlyMap<string, Finding>;
}

/** Runs `handgrad doctor --json` on a machine with nothing on PATH and an empty home, but for these changes. */
function examined(changes: NodeJS.ProcessEnv): Promise<Examined> {
  const empty = join(folder, 'nothing');
  const env = { PATH: empty, HOME: empty, HANDGRAD_CACHE: join(folder, 'cache'), ...changes };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'doctor', '--json'], { env });
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const findings = JSON.parse(text) as readonly Finding[];
      resolve({ code, findings: new Map(findings.map((finding) => [finding.about, finding])) });
    });
  });
}

/** A data folder of Jupyter in which the kernel is installed, to be started by `program`. */
function installed(name: string, started: string): string {
  const kernel = join(folder, name, 'kernels/handgrad');
  mkdirSync(kernel, { recursive: true });
  writeFileSync(join(kernel, 'kernel.json'), JSON.stringify({ argv: [started, '{connection_file}'] }));
  return join(folder, name);
}

test('a bare machine: what is missing is named with its remedy, and handgrad works', async () => {
  const { code, findings } = await examined({ HANDGRAD_BACKEND: 'cpu' });
  assert.equal(code, 0);
  for (const about of ['kernel', 'Python', 'C++ compiler', 'browser']) {
    const finding = findings.get(about);
    assert.equal(finding?.state, 'missing', about);
    assert.ok(finding?.remedy, about);
  }
  for (const about of ['handgrad', 'Node', 'TypeScript', 'tslab']) {
    assert.equal(findings.get(about)?.state, 'ok', about);
    assert.match(findings.get(about)?.says ?? '', /^\d+\.\d+\.\d+/, about);
  }
  assert.equal(findings.get('a cell')?.state, 'ok', findings.get('a cell')?.says);
  assert.match(findings.get('cache')?.says ?? '', /empty/);
});

test('a forced backend is what the person wanted, and is said to be forced', async () => {
  for (const [name, says] of [
    ['cpu', /plain JavaScript.*HANDGRAD_BACKEND/],
    ['wasm', /WebAssembly.*HANDGRAD_BACKEND/],
  ] as const) {
    const backend = (await examined({ HANDGRAD_BACKEND: name })).findings.get('backend');
    assert.equal(backend?.state, 'ok');
    assert.match(backend?.says ?? '', says);
  }
});

test('a backend that does not exist is broken: exit code 1', async () => {
  const { code, findings } = await examined({ HANDGRAD_BACKEND: 'abacus' });
  assert.equal(code, 1);
  assert.equal(findings.get('backend')?.state, 'broken');
  assert.match(findings.get('backend')?.says ?? '', /abacus/);
});

test('a kernel that Jupyter finds is well; one that starts what is gone is broken', async () => {
  const well = await examined({ HANDGRAD_BACKEND: 'cpu', JUPYTER_PATH: installed('well', process.execPath) });
  assert.equal(well.findings.get('kernel')?.state, 'ok');
  assert.equal(well.code, 0);
  const lost = installed('lost', '/nowhere/bin/node');
  const broken = await examined({ HANDGRAD_BACKEND: 'cpu', JUPYTER_PATH: lost });
  assert.equal(broken.code, 1);
  const kernel = broken.findings.get('kernel');
  assert.equal(kernel?.state, 'broken');
  assert.match(kernel?.says ?? '', /\/nowhere\/bin\/node/);
  assert.match(kernel?.remedy ?? '', /handgrad install/);
});

test('what is printed: a line for each finding, remedies under them, a conclusion', () => {
  const ok: Finding = { about: 'Node', state: 'ok', says: '20.0.0' };
  const missing: Finding = { about: 'browser', state: 'missing', says: 'none', remedy: 'install one' };
  const broken: Finding = { about: 'backend', state: 'broken', says: 'gone', remedy: 'bring it back' };
  assert.equal(printed([ok], false), '✓ Node  20.0.0\n\nAll is well.\n');
  assert.match(printed([ok, missing], false), /– browser {2}none\n {11}→ install one\n\nhandgrad works/);
  assert.match(printed([missing, broken], false), /broken: see ✗/);
  assert.ok(printed([ok], true).includes('\u001b[32m✓\u001b[0m'));
});
