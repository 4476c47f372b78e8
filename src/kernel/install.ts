/** Puts the kernelspec where Jupyter finds it, and takes it away again. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preloadVariable } from './child/preload.js';
import { logo32, logo64, logoSvg } from './logos.js';
import { packageVersion } from './package-version.js';

const kernelFile = fileURLToPath(new URL('./main.js', import.meta.url));

export interface InstallOptions {
  /** `jupyter kernelspec list` shows it; `handgrad` by default. */
  readonly name?: string;
  /** Installs under `PREFIX/share/jupyter` (an environment, an image). */
  readonly prefix?: string;
  /** Installs into the active virtual environment (`VIRTUAL_ENV`, else `CONDA_PREFIX`). */
  readonly sysPrefix?: boolean;
  /** Cells find everything that handgrad exports without an import. */
  readonly preload?: boolean;
}

/** The kernelspec cannot be installed as asked; the message says what to do. */
export class InstallError extends Error {
  override readonly name = 'InstallError';
}

/**
 * Writes kernel.json and the logos, over an older installation of the same name; returns the directory.
 *
 * @throws InstallError for a name that Jupyter does not allow, both places at once, or no active environment.
 */
export function installKernel(options: InstallOptions = {}): string {
  const directory = kernelDirectory(options);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'kernel.json'), `${JSON.stringify(kernelSpec(options), null, 2)}\n`);
  writeFileSync(join(directory, 'logo-32x32.png'), Buffer.from(logo32, 'base64'));
  writeFileSync(join(directory, 'logo-64x64.png'), Buffer.from(logo64, 'base64'));
  writeFileSync(join(directory, 'logo-svg.svg'), `${logoSvg}\n`);
  return directory;
}

/**
 * Removes what `installKernel` wrote with the same options; returns the directory, or undefined where there was none.
 *
 * @throws InstallError as installKernel does.
 */
export function uninstallKernel(options: Omit<InstallOptions, 'preload'> = {}): string | undefined {
  const directory = kernelDirectory(options);
  if (!existsSync(join(directory, 'kernel.json'))) return undefined;
  rmSync(directory, { recursive: true });
  return directory;
}

/** Where the kernelspec is, or would be. */
export function kernelDirectory(options: InstallOptions): string {
  const name = options.name ?? 'handgrad';
  if (!/^[a-z0-9._-]+$/i.test(name)) {
    throw new InstallError(
      `"${name}" is no name for a kernel: only letters, digits, dots, - and _ are allowed.`,
    );
  }
  return join(dataDirectory(options), 'kernels', name);
}

function kernelSpec(options: InstallOptions): object {
  return {
    argv: [process.execPath, kernelFile, '{connection_file}'],
    display_name: 'TypeScript (handgrad)',
    language: 'typescript',
    interrupt_mode: 'message',
    // 5.5 would promise the handshake of kernels that choose their own ports.
    kernel_protocol_version: '5.4.0',
    env: options.preload === true ? { [preloadVariable]: '1' } : {},
    metadata: { debugger: false, handgrad: { version: packageVersion() } },
  };
}

function dataDirectory({ prefix, sysPrefix }: InstallOptions): string {
  if (prefix !== undefined && sysPrefix === true) {
    throw new InstallError('--prefix and --sys-prefix were both given; choose one.');
  }
  if (prefix !== undefined) return join(resolve(prefix), 'share', 'jupyter');
  if (sysPrefix !== true) return userDataDirectory();
  const environment = process.env.VIRTUAL_ENV ?? process.env.CONDA_PREFIX;
  if (environment === undefined || environment === '') {
    throw new InstallError('No virtual environment is active: activate one, or say where with --prefix DIR.');
  }
  return join(environment, 'share', 'jupyter');
}

/** Jupyter's own rule for each system. */
function userDataDirectory(): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = process.env;
  if (JUPYTER_DATA_DIR !== undefined && JUPYTER_DATA_DIR !== '') return JUPYTER_DATA_DIR;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Jupyter');
  if (process.platform === 'win32') return join(APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'jupyter');
  return join(XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'jupyter');
}
