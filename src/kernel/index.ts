/** The Jupyter kernel: run it, install it, or use it without a front end. */
export { KernelStartError, startKernel } from './client/client.js';
export type {
  CellError,
  ExecuteOptions,
  ExecuteResult,
  KernelClient,
  KernelInfo,
  MimeBundle,
  NotebookOutput,
  OutputEvent,
  StartOptions,
} from './client/types.js';
export { ConnectionFileError } from './connection.js';
export {
  InstallError,
  type InstallOptions,
  installKernel,
  kernelDirectory,
  uninstallKernel,
} from './install.js';
export { runKernel } from './server.js';
