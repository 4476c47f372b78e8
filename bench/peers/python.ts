/** A Python with pinned packages, in a virtual environment in handgrad's cache; made on first use. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The interpreter, or why there is none. */
export function pythonWith(
  packages: readonly string[],
): { readonly python: string } | { readonly why: string } {
  const base =
    process.env.HANDGRAD_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'handgrad');
  const key = createHash('sha256').update(packages.join()).digest('hex').slice(0, 12);
  const venv = join(base, 'bench', key);
  const python = join(venv, 'bin', 'python');
  const done = join(venv, 'complete');
  const runs = (program: string, args: readonly string[]): boolean =>
    spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  if (existsSync(done)) return { python };
  console.log(`Installing ${packages.join(', ')} for comparison (once) …`);
  if (!runs('python3', ['-m', 'venv', '--clear', venv])) return { why: 'python3 -m venv does not work here' };
  if (!runs(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]))
    return { why: `pip cannot install ${packages.join(', ')}` };
  return runs(python, ['-c', `open(${JSON.stringify(done)}, 'w').close()`])
    ? { python }
    : { why: 'the cache cannot be written' };
}
