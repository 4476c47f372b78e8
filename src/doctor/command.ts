/** `handgrad doctor`, as a command of the command line. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { examine } from './examine.js';
import { printed } from './print.js';

interface Flags {
  readonly fix?: boolean;
  readonly json?: boolean;
}

const help = `
✓ is well; – is not there, and handgrad works without it; ✗ is needed and broken.

Exit code: 0 handgrad works; 1 something that it needs is broken; 2 wrong usage.

Environment: HANDGRAD_BACKEND=tensorflow|wasm|cpu forces a backend; HANDGRAD_CACHE is the folder of native TensorFlow
(otherwise handgrad's in XDG_CACHE_HOME or ~/.cache).

Examples:
  $ handgrad doctor
  $ handgrad doctor --fix      set up native TensorFlow (once, about 210 MB from PyPI), then look again
  $ handgrad doctor --json     for a bug report`;

/** Adds `handgrad doctor` to a commander program. The action sets `process.exitCode`. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .summary('say what is in use, what is missing, and what to do about it')
    .description('Looks at all that handgrad uses and says what to do about each thing that is missing.')
    .option('--fix', 'set up native TensorFlow first')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', help)
    .action(async (flags: Flags) => {
      if (flags.fix) await setUpTensorFlow();
      const findings = await examine();
      if (flags.json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
      else process.stdout.write(printed(findings, process.stdout.isTTY === true && !process.env.NO_COLOR));
      process.exitCode = findings.some(({ state }) => state === 'broken') ? 1 : 0;
    });
}

/** What came of it is seen by the examination that follows. */
function setUpTensorFlow(): Promise<void> {
  const script = fileURLToPath(new URL('../../scripts/tensorflow.mjs', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', () => resolve());
  });
}
