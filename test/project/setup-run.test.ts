/** The command that the terminal is handed to: its exit code is ours, and on Ctrl-C it is given the time to save its work. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from './places.js';
import { plainEnvironment } from './process.js';

interface Handed {
  readonly code: number | null;
  readonly stdout: string;
}

/** Hands over to a Node that runs `code`; when it prints "ready", its whole process group gets `signal`, as from a terminal. */
function handedOver(code: string, signal?: NodeJS.Signals): Promise<Handed> {
  const module = pathToFileURL(join(root, 'scripts/setup/run.mjs')).href;
  const parent = `
    import { handOver } from ${JSON.stringify(module)};
    process.exitCode = await handOver(process.execPath, ['-e', ${JSON.stringify(code)}]);
    console.log('parent ends');`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', parent], {
      env: plainEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let stdout = '';
    child.stdout.on('data', (data: Buffer) => {
      const wasReady = stdout.includes('ready');
      stdout += data.toString();
      if (!wasReady && stdout.includes('ready') && signal && child.pid) process.kill(-child.pid, signal);
    });
    child.on('error', reject);
    child.on('close', (exit) => resolve({ code: exit, stdout }));
  });
}

test('the exit code is passed on', async () => {
  assert.deepEqual(await handedOver('process.exit(2)'), { code: 2, stdout: 'parent ends\n' });
});

test('after Ctrl-C the parent waits until the child has saved', async () => {
  const saves = `
    process.on('SIGINT', () => setTimeout(() => { console.log('saved'); process.exit(1); }, 200));
    console.log('ready');
    setInterval(() => {}, 1000);`;
  assert.deepEqual(await handedOver(saves, 'SIGINT'), { code: 1, stdout: 'ready\nsaved\nparent ends\n' });
});

test('a child that dies of the signal makes the exit code that shells use', async () => {
  const dies = "console.log('ready'); setInterval(() => {}, 1000);";
  assert.deepEqual(await handedOver(dies, 'SIGINT'), { code: 130, stdout: 'ready\nparent ends\n' });
});
