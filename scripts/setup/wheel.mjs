// TensorFlow's C library, taken from the wheel that PyPI serves. The pins are the whole of what is trusted.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256, withScratchFolder } from './cache.mjs';
import { SetupProblem } from './problem.mjs';
import { withProgress } from './progress.mjs';
import { run } from './run.mjs';

/** @typedef {{ project: string, version: string, platform: string, bytes: number, sha256: string }} Wheel */

/** By platform and architecture. Why this version: docs/decisions/0001. @type {Readonly<Record<string, Wheel>>} */
export const wheels = {
  'linux-x64': {
    project: 'tensorflow-cpu',
    version: '2.15.1',
    platform: 'manylinux2014_x86_64',
    bytes: 207_208_420,
    sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
  },
  'linux-arm64': {
    project: 'tensorflow-cpu-aws',
    version: '2.15.1',
    platform: 'manylinux2014_aarch64',
    bytes: 211_874_120,
    sha256: 'd4c3a3a9363bf42999adedbbd514e3a133be2d62f61fee9cfa46aaefb087c09e',
  },
};

const attempts = 3;

/**
 * Downloads the wheel with pip and checks its hash; a wheel that is already there and right is not fetched again.
 * @param {{ python: string, wheel: Wheel, cache: string }} given
 * @returns {Promise<string>} the file
 */
export async function downloadWheel({ python, wheel, cache }) {
  const downloads = join(cache, 'downloads');
  const file = join(downloads, `${wheel.project}-${wheel.version}-${wheel.platform}.whl`);
  if (existsSync(file)) {
    if ((await sha256(file)) === wheel.sha256) return file;
    rmSync(file);
  }
  mkdirSync(downloads, { recursive: true });
  return withScratchFolder(cache, async (scratch) => {
    const title = `TensorFlow ${wheel.version} from PyPI (${megabytes(wheel.bytes)} MB, once)`;
    const found = await withProgress(title, (say) => fetchWithPip(python, wheel, scratch, say));
    const actual = await sha256(found);
    if (actual !== wheel.sha256) {
      throw new SetupProblem(
        `the TensorFlow wheel has the wrong sha256 (${actual}, expected ${wheel.sha256})`,
        'do not use it; look at what serves your Python packages (pip config list)',
      );
    }
    renameSync(found, file);
    return file;
  });
}

/** @param {string} python @param {Wheel} wheel @param {string} scratch @param {(detail: string) => void} say */
async function fetchWithPip(python, wheel, scratch, say) {
  const requirements = join(scratch, 'requirements.txt');
  writeFileSync(requirements, `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--no-cache-dir',
    '--progress-bar',
    'off',
  ];
  args.push('--disable-pip-version-check', '--retries', '2', '--timeout', '20', '--require-hashes');
  args.push(
    '--python-version',
    '3.11',
    '--implementation',
    'cp',
    '--abi',
    'cp311',
    '--platform',
    wheel.platform,
  );
  if (await canResume(python)) args.push('--resume-retries', '20');
  let output = '';
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const attemptFolder = join(scratch, `attempt-${attempt}`);
    mkdirSync(attemptFolder);
    const watch = setInterval(() => say(howFar(attemptFolder, wheel.bytes)), 500);
    const result = await run(python, [...args, '-d', attemptFolder, '-r', requirements], {
      env: { ...process.env, TMPDIR: attemptFolder },
    });
    clearInterval(watch);
    const found = readdirSync(attemptFolder).find((name) => name.endsWith('.whl'));
    if (result.ok && found !== undefined) return join(attemptFolder, found);
    output = result.output;
    rmSync(attemptFolder, { recursive: true, force: true });
  }
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  throw new SetupProblem(
    `TensorFlow could not be downloaded (pip: ${last.slice(0, 200)})`,
    'look at the network, then `npm run setup`',
    {
      worthRetrying: true,
    },
  );
}

/** From 25.1 on, pip goes on with a broken download. @param {string} python */
async function canResume(python) {
  const { output } = await run(python, ['-m', 'pip', 'download', '--help']);
  return output.includes('--resume-retries');
}

/** pip writes into the folder it was given for temporary files; the largest file there is the download. @param {string} folder @param {number} bytes */
function howFar(folder, bytes) {
  let largest = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true })) {
      const stat = statSync(join(folder, String(entry)));
      if (stat.isFile()) largest = Math.max(largest, stat.size);
    }
  } catch {
    // A temporary file went away while we looked.
  }
  return `${megabytes(largest)} MB, ${Math.floor((100 * largest) / bytes)} %`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}

/**
 * Unpacks the two libraries and the headers of the C interface, 614 of the wheel's 1,100 MB.
 * @param {{ python: string, file: string, into: string }} given
 */
export async function extractLibrary({ python, file, into }) {
  const script = fileURLToPath(new URL('extract.py', import.meta.url));
  await withProgress('Unpacking TensorFlow', async (say) => {
    const result = await run(python, [script, file, into], { onLine: say });
    if (!result.ok) {
      throw new SetupProblem(
        `TensorFlow could not be unpacked (${result.output.trimEnd().split('\n').at(-1)})`,
        'see that there is 1 GB of space in the cache folder, then `npm run setup`',
      );
    }
  });
}
