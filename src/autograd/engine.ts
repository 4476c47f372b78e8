/**
 * TensorFlow.js as handgrad uses it: one engine, loaded when first touched, so that importing handgrad stays cheap.
 * Native TensorFlow where it loads; else the plain backend, or WebAssembly once `ready()` has been awaited.
 */
import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs';
import { BackendError } from './errors.js';
import { addMissingGradients } from './gradients/index.js';
import { runOnPlainBackend } from './plain-kernels.js';

export type Engine = typeof TensorFlow;

/** The backends there are, best first. */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

/** What computes the ground truth, for `handgrad doctor` and reports. */
export interface Backend {
  readonly name: BackendName;
  /** The version of TensorFlow.js. */
  readonly version: string;
  /** The version of native TensorFlow, where that is in use. */
  readonly native?: string;
  /** Why it is not native TensorFlow; one line. */
  readonly why?: string;
}

interface Loaded {
  readonly tf: Engine;
  readonly why?: string;
}

const require = createRequire(import.meta.url);
let loaded: Loaded | undefined;
/** WebAssembly is started once, however often it is waited for. */
let starting: Promise<string | undefined> | undefined;

/** The backend that `HANDGRAD_BACKEND` forces, if any. Throws a `BackendError` for a name that is not one. */
function forced(): BackendName | undefined {
  const asked = process.env.HANDGRAD_BACKEND;
  if (asked === undefined || asked === '') return undefined;
  if (asked === 'tensorflow' || asked === 'wasm' || asked === 'cpu') return asked;
  throw new BackendError(
    `HANDGRAD_BACKEND is '${asked}'; it can be 'tensorflow' (native), 'wasm' or 'cpu'. Unset it to let handgrad choose.`,
  );
}

/** Node 23 removed two functions that tfjs-node 4.22.0 still calls: https://github.com/tensorflow/tfjs/issues/8609. */
function restoreRemovedNodeFunctions(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}

/** The plain backend, without the advertisement it prints to the console on first use. */
function usePlainBackend(tf: Engine): void {
  (tf.engine().findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;
  void tf.setBackend('cpu');
}

/** Native TensorFlow, or the reason why it does not load. Its start-up lines on stderr are quieted. */
function loadNative(): { readonly tf: Engine } | { readonly why: string } {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  restoreRemovedNodeFunctions();
  try {
    const tf = require('@tensorflow/tfjs-node') as Engine;
    void tf.setBackend('tensorflow');
    return { tf: require('@tensorflow/tfjs') as Engine };
  } catch (error) {
    return { why: `native TensorFlow does not load: ${firstLine(error)}` };
  }
}

function load(): Loaded {
  const want = forced();
  let why = want === undefined || want === 'tensorflow' ? undefined : `HANDGRAD_BACKEND asks for ${want}`;
  if (want === undefined || want === 'tensorflow') {
    const native = loadNative();
    if ('tf' in native) {
      addMissingGradients(native.tf);
      return { tf: native.tf };
    }
    why = native.why;
    if (want === 'tensorflow') {
      throw new BackendError(
        `HANDGRAD_BACKEND asks for native TensorFlow, but ${why}. Run 'handgrad doctor'.`,
      );
    }
  }
  const tf = require('@tensorflow/tfjs') as Engine;
  usePlainBackend(tf);
  addMissingGradients(tf);
  return why === undefined ? { tf } : { tf, why };
}

/** The engine; the first call loads it. */
export function engine(): Engine {
  loaded ??= load();
  return loaded.tf;
}

/** What is in use now. Loads the engine. */
export function backend(): Backend {
  const tf = engine();
  const name = tf.getBackend() as BackendName;
  const version = tf.version['tfjs-core'] ?? '';
  if (name === 'tensorflow') {
    const { binding } = tf.backend() as unknown as { binding?: { TF_Version?: string } };
    return binding?.TF_Version === undefined
      ? { name, version }
      : { name, version, native: binding.TF_Version };
  }
  return loaded?.why === undefined ? { name, version } : { name, version, why: loaded.why };
}

/**
 * WebAssembly in place of the plain backend, which lends it the kernels it lacks; the reason if it does not start.
 * The instance is made first and registered when it is there: while TensorFlow.js itself waits for a backend, no other
 * can be used.
 */
async function startWebAssembly(tf: Engine): Promise<string | undefined> {
  try {
    require('@tensorflow/tfjs-backend-wasm');
    const made = await tf.findBackendFactory('wasm')();
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', () => made, 2);
    if (!(await tf.setBackend('wasm'))) return 'WebAssembly does not start';
    runOnPlainBackend(tf, 'wasm');
    return undefined;
  } catch (error) {
    return `WebAssembly does not start: ${firstLine(error)}`;
  }
}

/**
 * Waits for the best backend there is and says which. Only WebAssembly needs the wait; without it the plain backend
 * serves. Throws a `BackendError` where `HANDGRAD_BACKEND` forces one that does not start.
 *
 * @example
 * const { name, why } = await ready(); // 'tensorflow'; why says what is missing otherwise
 */
export async function ready(): Promise<Backend> {
  const tf = engine();
  if (tf.getBackend() === 'cpu' && forced() !== 'cpu') {
    starting ??= startWebAssembly(tf);
    const problem = await starting;
    if (problem !== undefined) {
      if (forced() === 'wasm') throw new BackendError(`HANDGRAD_BACKEND asks for wasm, but ${problem}.`);
      usePlainBackend(tf);
      const before = loaded?.why ?? '';
      loaded = {
        tf,
        why: before === '' ? problem : before.includes(problem) ? before : `${before}; ${problem}`,
      };
    }
  }
  return backend();
}
