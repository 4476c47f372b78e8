// The docker command, as a test uses it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * @param {readonly string[]} args
 * @param {{ show?: boolean }} [options] show: what it says on stderr goes to the terminal too
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
function finish(args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      if (options.show) process.stderr.write(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
      if (options.show) process.stderr.write(text);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A command that must succeed. @param {readonly string[]} args @param {{ show?: boolean }} [options] */
export async function docker(args, options) {
  const ended = await finish(args, options);
  if (ended.code !== 0)
    throw new Error(`docker ${args[0]} ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`);
  return ended;
}

/** A container that runs to its end, whatever its exit code. @param {readonly string[]} options @param {string} image @param {readonly string[]} command */
export function runContainer(options, image, command) {
  return finish(['run', '--rm', ...options, image, ...command]);
}

/** Whether an engine answers. */
export async function isEngineThere() {
  try {
    return (await finish(['version', '--format={{.Server.Version}}'])).code === 0;
  } catch {
    return false;
  }
}

/** The text of a script beside this file, to be run within a container. @param {string} name */
export function script(name) {
  return readFileSync(new URL(`${name}.mjs`, import.meta.url), 'utf8');
}
