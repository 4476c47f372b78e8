#!/usr/bin/env node
/** The command line. Each command is defined in its room; only the room of the command that was given is loaded. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';

interface Room {
  readonly commands: readonly string[];
  addTo(program: Command): Promise<void>;
}

/** In the order of the help. */
const rooms: readonly Room[] = [
  {
    commands: ['run', 'report', 'merge'],
    addTo: async (program) => (await import('./run/index.js')).addRunCommands(program),
  },
  {
    commands: ['check'],
    addTo: async (program) => (await import('./document/index.js')).addCheckCommand(program),
  },
  {
    commands: ['new'],
    addTo: async (program) => (await import('./new/index.js')).addNewCommand(program),
  },
  {
    commands: ['kernel', 'install', 'uninstall'],
    addTo: async (program) => (await import('./kernel-commands.js')).addKernelCommands(program),
  },
  {
    commands: ['lab'],
    addTo: async (program) => (await import('./lab/index.js')).addLabCommand(program),
  },
  {
    commands: ['doctor'],
    addTo: async (program) => (await import('./doctor/index.js')).addDoctorCommand(program),
  },
];

const usageError = 2;

const help = `
Exit code of every command: 0 all came out as it should; 1 it did not; 2 wrong usage.

Examples:
  $ handgrad run notebooks     run notebooks: a verdict for every check
  $ handgrad check README.md   the derivations in a document
  $ handgrad lab               JupyterLab with the gallery
  $ handgrad install           make the kernel known to Jupyter
  $ handgrad doctor            what is in use, and what is missing`;

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** The program with the commands that these words may mean: one room's, or, for the help and for mistakes, all. */
async function programFor(words: readonly string[]): Promise<Command> {
  const program = new Command('handgrad')
    .description('Derive gradients by hand in TypeScript notebooks; every line is checked.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help, or that of a command')
    .addHelpText('after', help)
    .exitOverride();
  const asked = rooms.filter(({ commands }) => commands.includes(words[0] ?? ''));
  for (const room of asked.length > 0 ? asked : rooms) await room.addTo(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

async function main(words: readonly string[]): Promise<void> {
  const program = await programFor(words);
  try {
    if (words.length === 0) program.help({ error: true });
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : usageError;
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(
    `handgrad: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
});
