/** `handgrad lab`, as a command of the command line. */
import { join, relative } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { hasBrowser } from './browser.js';
import { cacheFolder, isSetupProblem, provideLab } from './environment.js';
import { LabFolderError, type Opened, openGallery } from './gallery.js';
import { packageFolder } from './package-folder.js';
import { LabStartError, startLab } from './server.js';

interface Flags {
  readonly port?: number;
  readonly notebookDir?: string;
  readonly browser: boolean;
}

const help = `
JupyterLab runs in a Python environment of handgrad's own (made once, in handgrad's cache: about 330 MB), on this machine only,
with a token. It needs Python 3.10 or later; your own Jupyter, if you have one, is neither used nor changed.

Without --notebook-dir the gallery is opened: in a checkout where it is, else a copy in ./handgrad-notebooks.

Exit code: 0 stopped by you; 1 it could not be started, or ended by itself; 2 wrong usage.

Environment: HANDGRAD_CACHE is the folder of the environment (otherwise handgrad's in XDG_CACHE_HOME or ~/.cache); BROWSER is
the browser to open.

Examples:
  $ handgrad lab
  $ handgrad lab --notebook-dir . --no-browser --port 9000`;

/** Adds `handgrad lab` to a commander program. The action sets `process.exitCode`. */
export function addLabCommand(program: Command): void {
  program
    .command('lab')
    .summary('open JupyterLab with the kernel and the gallery')
    .description(
      'Opens JupyterLab with the kernel installed, figures and widgets drawn, and the gallery at hand.',
    )
    .option('--port <number>', 'listen on this port (otherwise the first free one from 8888 on)', portNumber)
    .option('--notebook-dir <folder>', 'open this folder in place of the gallery')
    .option('--no-browser', 'do not open a browser')
    .addHelpText('after', help)
    .action(async (flags: Flags) => {
      process.exitCode = await lab(flags);
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('Give a whole number from 0 to 65535.');
  return port;
}

/** Starts JupyterLab, says where it is, and stays until it is told to stop; answers the exit code. */
async function lab(flags: Flags): Promise<number> {
  try {
    const opened = openGallery(packageFolder(), flags.notebookDir, process.cwd());
    const environment = await provideLab();
    return await serve(environment, opened, flags);
  } catch (error) {
    const isExpected =
      error instanceof LabStartError || error instanceof LabFolderError || isSetupProblem(error);
    if (!isExpected) throw error;
    process.stderr.write(`handgrad lab: ${error.message}\n`);
    return 1;
  }
}

async function serve(environment: string, opened: Opened, flags: Flags): Promise<number> {
  const stopping = stopOnSignals();
  try {
    const server = await startLab({
      environment,
      folder: opened.folder,
      state: join(await cacheFolder(), 'lab'),
      openBrowser: flags.browser && hasBrowser(),
      signal: stopping.signal,
      ...(opened.first === undefined ? {} : { notebook: opened.first }),
      ...(flags.port === undefined ? {} : { port: flags.port }),
    });
    const copied = opened.copied === 0 ? '' : ` (${opened.copied} of the gallery copied there)`;
    process.stdout.write(
      `JupyterLab: ${server.page}\nNotebooks: ${shortest(opened.folder)}${copied}\nCtrl-C stops it.\n`,
    );
    const ended = await Promise.race([stopping.asked, server.ended]);
    if (ended !== undefined) {
      process.stderr.write(
        `handgrad lab: JupyterLab ended by itself (${ended.code ?? 'killed'}). It said:\n${ended.said}\n`,
      );
      return 1;
    }
    process.stderr.write('Stopping JupyterLab and its kernels.\n');
    await server.stop();
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    throw error;
  } finally {
    stopping.release();
  }
}

/** A folder as a person would type it from here. */
function shortest(folder: string): string {
  const fromHere = relative('.', folder);
  if (fromHere === '') return '.';
  return fromHere.startsWith('..') ? folder : fromHere;
}

interface Stopping {
  readonly signal: AbortSignal;
  readonly asked: Promise<undefined>;
  release(): void;
}

/** The first Ctrl-C (or SIGTERM, SIGHUP) asks to stop; a second one ends this process, and with it the server. */
function stopOnSignals(): Stopping {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let tell: (nothing: undefined) => void = () => undefined;
  const asked = new Promise<undefined>((resolve) => {
    tell = resolve;
  });
  const stop = () => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort();
    tell(undefined);
  };
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    asked,
    release() {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
