// What set-up and tests want of the machine beyond the project's own packages. Installed only on a CI machine that is ours to
// change; elsewhere the set-up says what is missing, and a test that lacks something is skipped and says so.
import { withProgress } from './progress.mjs';
import { run } from './run.mjs';
import { findCompiler, onPath } from './tools.mjs';

/** Whether this Python command succeeds. @param {string} code @param {NodeJS.ProcessEnv} env */
async function python(code, env) {
  const [program] = onPath(['python3'], env);
  return program !== undefined && (await run(program, ['-c', code], { env })).ok;
}

/** By Debian package: whether what it brings is there. @type {Readonly<Record<string, (env: NodeJS.ProcessEnv) => boolean | Promise<boolean>>>} */
const wanted = {
  'g++': (env) => findCompiler(env) !== undefined,
  'python3-pip': (env) => python('import pip', env),
  'python3-venv': (env) => python('import ensurepip', env),
  chromium: (env) => onPath(['chromium', 'chromium-browser', 'google-chrome'], env).length > 0,
};

/** @param {NodeJS.ProcessEnv} [env] @returns {Promise<readonly string[]>} the Debian packages that are missing */
export async function missingSystemPackages(env = process.env) {
  const missing = [];
  for (const [name, isThere] of Object.entries(wanted)) if (!(await isThere(env))) missing.push(name);
  return missing;
}

/** @param {NodeJS.ProcessEnv} [env] */
export async function installSystemPackages(env = process.env) {
  const mayInstall = Boolean(env.CI) && process.getuid?.() === 0 && onPath(['apt-get'], env).length > 0;
  if (!mayInstall) return;
  const missing = await missingSystemPackages(env);
  if (missing.length === 0) return;
  const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  const result = await withProgress(`Installing ${missing.join(', ')} for CI`, async (say) => {
    const updated = await run('apt-get', ['update'], { ...quiet, onLine: say });
    if (!updated.ok) return updated;
    return run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], {
      ...quiet,
      onLine: say,
    });
  });
  if (!result.ok) {
    process.stderr.write(
      `${missing.join(', ')} could not be installed; what needs it is done without, or skipped.\n`,
    );
  }
}
