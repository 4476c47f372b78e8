/**
 * What the library changes in the engine for a while, taken back whatever happens. `finally` does it when something throws; but
 * an interrupt of handgrad's kernel ends JavaScript without running `finally` (decision 0102), and a tape left on, or
 * kernels left rounding otherwise, would spoil every later result. So each change is noted, and what is still noted at the
 * next turn of the event loop, when nothing of the library can be running, is taken back then.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { engine } from './engine.js';

type Undo = () => void;

/** The state of the engine that a computation goes through: its scopes, its tape, how deep it is in what. */
interface EngineState {
  readonly scopeStack: readonly unknown[];
  activeTape: readonly { readonly saved?: readonly Tensor[] }[] | null;
  gradientDepth: number;
  kernelDepth: number;
}

interface Noted {
  readonly undo: Undo;
}

const noted: Noted[] = [];
let before: Undo | undefined;

function state(): EngineState {
  return engine().engine().state as unknown as EngineState;
}

/** Remembers where the engine stands; the result brings it back there. */
function remembered(): Undo {
  const { activeTape, gradientDepth, kernelDepth, scopeStack } = state();
  const scopes = scopeStack.length;
  return () => {
    const now = state();
    now.activeTape = activeTape;
    now.gradientDepth = gradientDepth;
    now.kernelDepth = kernelDepth;
    while (now.scopeStack.length > scopes) engine().engine().endScope();
  };
}

/** Takes back what was left undone; the last change first. */
function takeBack(): void {
  for (const { undo } of noted.splice(0).reverse()) undo();
  before?.();
  before = undefined;
}

/**
 * Notes how a change is undone, in case that JavaScript is ended before it is; the function returned says that it is over.
 */
export function note(undo: Undo): () => void {
  if (noted.length === 0) {
    before = remembered();
    setImmediate(takeBack).unref();
  }
  const entry = { undo };
  noted.push(entry);
  return () => {
    const at = noted.lastIndexOf(entry);
    if (at >= 0) noted.splice(at, 1);
    if (noted.length === 0) before = undefined;
  };
}

/** Runs `compute` and then undoes a change that was made for it, whatever throws, and whatever ends it. */
export function whileChanged<Result>(undo: Undo, compute: () => Result): Result {
  const over = note(undo);
  try {
    return compute();
  } finally {
    over();
    undo();
  }
}

/**
 * Runs `compute` with a method of the engine replaced: `replacement` is given the one that was there, bound to its runner.
 *
 * @example whileReplaced(runner, 'runKernel', (before) => (...call) => before(...call), compute);
 */
export function whileReplaced<Name extends string, Method extends (...call: never[]) => unknown, Result>(
  runner: Record<Name, Method>,
  name: Name,
  replacement: (before: Method) => Method,
  compute: () => Result,
): Result {
  const own = Object.getOwnPropertyDescriptor(runner, name);
  const restore = (): void => {
    if (own === undefined) Reflect.deleteProperty(runner, name);
    else Object.defineProperty(runner, name, own);
  };
  runner[name] = replacement(runner[name].bind(runner) as Method);
  return whileChanged(restore, compute);
}
