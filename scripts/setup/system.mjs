// What the tests want of the machine beyond the project's own packages. Installed only on a CI machine that is ours to change;
// elsewhere a test that lacks something is skipped and says so.

import { withProgress } from './progress.mjs';
import { run } from './run.mjs';
import { onPath } from './tools.mjs';

/** By Debian package: the programs of which any one will do. */
const wanted = [{ package: 'chromium', programs: ['chromium', 'chromium-browser', 'google-chrome'] }];

/** @param {NodeJS.ProcessEnv} [env] */
export async function installSystemPackages(env = process.env) {
  const missing = wanted
    .filter(({ programs }) => onPath(programs, env).length === 0)
    .map((entry) => entry.package);
  const mayInstall = Boolean(env.CI) && process.getuid?.() === 0 && onPath(['apt-get'], env).length > 0;
  if (missing.length === 0 || !mayInstall) return;
  const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  const result = await withProgress(`Installing ${missing.join(', ')} for the tests`, async (say) => {
    const updated = await run('apt-get', ['update'], { ...quiet, onLine: say });
    if (!updated.ok) return updated;
    return run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], {
      ...quiet,
      onLine: say,
    });
  });
  if (!result.ok)
    process.stderr.write(
      `${missing.join(', ')} could not be installed; the tests that need it are skipped.\n`,
    );
}
