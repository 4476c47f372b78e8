/** What computes autograd's side of a check, and why it is not native TensorFlow where it is not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend } from '../autograd/index.js';
import type { Finding } from './finding.js';
import { packageFolder } from './packages.js';

/** What the set-up wrote down (scripts/setup/native-state.mjs). */
type NativeState =
  | { readonly native: true; readonly tensorflow: string }
  | { readonly native: false; readonly reason: string; readonly remedy: string };

function readNativeState(): NativeState | undefined {
  const folder = packageFolder('@tensorflow/tfjs-node');
  if (folder === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(join(folder, 'lib/handgrad.json'), 'utf8')) as NativeState;
  } catch {
    return undefined;
  }
}

/** Loads the backend as the library does, and says which it is. */
export async function backend(): Promise<Finding> {
  try {
    const { ready } = await import('../autograd/index.js');
    return judge(await ready(), readNativeState());
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return { about: 'backend', state: 'broken', says, remedy: 'npx handgrad doctor --fix' };
  }
}

const names = { tensorflow: 'native TensorFlow', wasm: 'WebAssembly', cpu: 'plain JavaScript' } as const;

/**
 * Native TensorFlow is the best; with another all works, slower. A backend that was forced is what the person wanted.
 * The set-up's reason is preferred to the loader's: it says what is missing, not what could not be opened.
 */
export function judge(inUse: Backend, setUp: NativeState | undefined): Finding {
  const native = inUse.native === undefined ? '' : ` ${inUse.native}`;
  const says = `${names[inUse.name]}${native} through TensorFlow.js ${inUse.version}`;
  if (inUse.name === 'tensorflow') return { about: 'backend', state: 'ok', says };
  if (process.env.HANDGRAD_BACKEND) {
    return { about: 'backend', state: 'ok', says: `${says}, because HANDGRAD_BACKEND asks for it` };
  }
  const failed = setUp?.native === false ? setUp : undefined;
  const why = failed?.reason ?? inUse.why ?? 'native TensorFlow was not set up';
  const remedy =
    failed === undefined ? 'npx handgrad doctor --fix' : `${failed.remedy}, then: npx handgrad doctor --fix`;
  return { about: 'backend', state: 'missing', says: `${says}, because ${why}`, remedy };
}
