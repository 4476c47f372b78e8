// Child processes: quiet ones that belong to the set-up, and the one that the terminal is handed to.
import { spawn } from 'node:child_process';
import { onInterrupt } from './interrupts.mjs';

const keptCharacters = 20_000;

/**
 * Runs a command quietly. It gets a process group of its own, which is ended when the set-up is interrupted.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ ok: boolean, output: string }>} ok: it ended with 0; output: the end of what it printed
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const ownGroup = process.platform !== 'win32';
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: ownGroup,
    });
    const forget = onInterrupt(() => {
      if (child.pid !== undefined) process.kill(ownGroup ? -child.pid : child.pid, 'SIGTERM');
    });
    let output = '';
    /** @param {Buffer} data */
    const take = (data) => {
      output = (output + data.toString()).slice(-keptCharacters);
      const line = data.toString().trimEnd().split('\n').at(-1);
      if (line && options.onLine) options.onLine(line);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => {
      forget();
      resolve({ ok: false, output: `${command}: ${error.message}` });
    });
    child.on('close', (code) => {
      forget();
      resolve({ ok: code === 0, output });
    });
  });
}

/**
 * Hands the terminal to a command and ends as it ends. Ctrl-C reaches it through the terminal, so this process only waits:
 * what is being run may have something to write before it goes.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code
 */
export function handOver(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' });
    const wait = () => undefined;
    const passOn = () => child.kill('SIGTERM');
    process.on('SIGINT', wait);
    process.on('SIGTERM', passOn);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', passOn);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}
