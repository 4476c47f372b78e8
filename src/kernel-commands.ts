/** `handgrad kernel`, `install` and `uninstall`, as commands of the command line. */
import type { Command } from 'commander';

interface Flags {
  readonly name?: string;
  readonly prefix?: string;
  readonly sysPrefix?: boolean;
  readonly preload?: boolean;
}

const places = `
Without --prefix or --sys-prefix the kernel is the user's own: every Jupyter that the user starts finds it.

Exit code: 0 done; 1 it could not be done; 2 wrong usage.`;

const installHelp = `${places}

Examples:
  $ handgrad install
  $ handgrad install --sys-prefix              into the active virtual environment
  $ handgrad install --prefix /opt/jupyter     into an image
  $ handgrad install --preload --name lesson   cells need no import`;

const uninstallHelp = `${places}

Examples:
  $ handgrad uninstall
  $ handgrad uninstall --sys-prefix`;

const kernelHelp = `
Jupyter starts the kernel by itself, as its kernelspec says: see handgrad install.

Exit code: 0 shut down; 1 the connection file cannot be used; 2 wrong usage.

Example:
  $ handgrad kernel /run/user/1000/jupyter/kernel-1.json`;

/** Adds the three commands to a commander program. Their actions set `process.exitCode`. */
export function addKernelCommands(program: Command): void {
  program
    .command('kernel')
    .summary('run the Jupyter kernel for a connection file')
    .description('Runs the kernel for the front ends of a connection file, until it is shut down.')
    .argument('<connection-file>', 'the JSON file that Jupyter wrote')
    .addHelpText('after', kernelHelp)
    .action(async (connectionFile: string) => {
      const { ConnectionFileError, runKernel } = await import('./kernel/index.js');
      await reporting('kernel', ConnectionFileError, () => runKernel(connectionFile));
    });
  withPlace(program.command('install').summary('make the kernel known to Jupyter'))
    .description('Makes the kernel known to Jupyter, over an older installation of the same name.')
    .option('--preload', 'cells find everything that handgrad exports without an import')
    .addHelpText('after', installHelp)
    .action(async (flags: Flags) => {
      const { InstallError, installKernel } = await import('./kernel/index.js');
      await reporting('install', InstallError, () => {
        process.stdout.write(`Installed in ${installKernel(flags)}\n`);
      });
    });
  withPlace(program.command('uninstall').summary('take the kernel away from Jupyter'))
    .description('Removes what handgrad install wrote with the same options.')
    .addHelpText('after', uninstallHelp)
    .action(async (flags: Flags) => {
      const { InstallError, kernelDirectory, uninstallKernel } = await import('./kernel/index.js');
      await reporting('uninstall', InstallError, () => {
        const removed = uninstallKernel(flags);
        const said =
          removed === undefined ? `Nothing was in ${kernelDirectory(flags)}` : `Removed ${removed}`;
        process.stdout.write(`${said}\n`);
      });
    });
}

function withPlace(command: Command): Command {
  return command
    .option('--name <name>', 'the name of the kernel', 'handgrad')
    .option('--prefix <folder>', 'under share/jupyter in this folder')
    .option('--sys-prefix', 'in the active virtual environment');
}

/** An expected error is one line on stderr and exit code 1. */
async function reporting(
  command: string,
  expected: new (message: string) => Error,
  work: () => void | Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof expected)) throw error;
    process.stderr.write(`handgrad ${command}: ${error.message}\n`);
    process.exitCode = 1;
  }
}
