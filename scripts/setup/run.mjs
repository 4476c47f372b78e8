// Child processes: quiet ones that belong to the set-up, and the one that the terminal is handed to.
import { spawn } from 'node:child_process';
import { isLeaving, onInterrupt } from './interrupts.mjs';
import { noteChild } from './lock.mjs';

const keptCharacters = 20_000;
/** How long a child that was told to stop may take before it is made to. */
const patienceMilliseconds = 2000;

/**
 * Runs a command quietly. It gets a process group of its own, which is ended when the set-up is interrupted.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ ok: boolean, output: string }>} ok: it ended with 0; output: the end of what it printed
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: hasGroups,
    });
    const ended = new Promise((tell) => child.on('exit', tell));
    const forgetInterrupt = onInterrupt(() => end(child, ended));
    const forgetChild = noteChild(child.pid);
    const forget = () => {
      forgetInterrupt();
      forgetChild();
    };
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
      // After an interrupt the caller must not go on as if the command had failed.
      if (!isLeaving()) resolve({ ok: code === 0, output });
    });
  });
}

const hasGroups = process.platform !== 'win32';

/** Stops a child with all that it started, and waits until it is gone. @param {import('node:child_process').ChildProcess} child @param {Promise<unknown>} ended */
async function end(child, ended) {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  /** @param {NodeJS.Signals} signal */
  const tell = (signal) => {
    try {
      process.kill(hasGroups ? -pid : pid, signal);
    } catch {
      // It has ended in the meantime.
    }
  };
  tell('SIGTERM');
  const force = setTimeout(() => tell('SIGKILL'), patienceMilliseconds);
  await ended;
  clearTimeout(force);
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
