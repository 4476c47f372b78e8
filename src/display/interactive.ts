/** A slider whose every move runs TypeScript in the kernel, and shows what it gives in the same place. */
import { HandgradError } from '../formula/index.js';
import { attachDisplay, jupyterDisplay, type MimeBundle, plotlyMime } from './bundle.js';
import { errorBundle } from './error.js';
import { type SliderState, widgetState } from './interactive-view.js';
import {
  type CellHost,
  currentHost,
  type HostComm,
  type HostDisplay,
  untilRunAgain,
} from './notebook-host.js';
import { formatNumber } from './numbers.js';

/** The range of a slider that `interactive` shows, and where it stands at first. */
export interface InteractiveOptions {
  readonly min: number;
  readonly max: number;
  /** Where the slider stands at first; the middle unless given. */
  readonly value?: number;
  /** How far one move goes; a hundredth of the range unless given. */
  readonly step?: number;
  /** What is moved; stands before the slider. */
  readonly label?: string;
}

/** A slider that cannot be, or that has no kernel to talk to. */
export class InteractiveError extends HandgradError {
  override readonly name = 'InteractiveError';
}

/** The target of Jupyter's widgets, and the version of their protocol that is spoken here. */
const target = 'jupyter.widget';
const protocolVersion = '2.1.0';
const widgetMime = 'application/vnd.jupyter.widget-view+json';

/** What `interactive` returns. It shows itself as the last expression of a cell, or by `display`. */
export class Interactive {
  readonly #options: SliderState;
  readonly #callback: (value: number) => unknown;
  readonly #shown: Shown[] = [];
  #value: number;

  constructor(options: SliderState, callback: (value: number) => unknown) {
    this.#options = options;
    this.#callback = callback;
    this.#value = options.value;
  }

  /** Where the slider stands. */
  get value(): number {
    return this.#value;
  }

  /** Takes the slider away, wherever it is shown; what was shown last stays. */
  close(): void {
    for (const shown of [...this.#shown]) this.#close(shown);
  }

  toString(): string {
    const { label, min, max } = this.#options;
    return `${label} = ${formatNumber(this.#value)} (${formatNumber(min)} … ${formatNumber(max)}; moves while the kernel runs)`;
  }

  /**
   * Shows the first result, and answers the bundle of the slider that stands below it. Here an error of the callback is thrown, so
   * that the cell fails, in a headless run too; later ones are shown in the place of the result.
   */
  show(): MimeBundle | Promise<MimeBundle> {
    const host = currentHost();
    if (host === undefined) throw noKernel();
    const first = this.#callback(this.#value);
    return first instanceof Promise
      ? first.then((result: unknown) => this.#open(host, result))
      : this.#open(host, first);
  }

  #open(host: CellHost, first: unknown): MimeBundle {
    const place = host.display(first);
    const comm = host.comms.open(
      target,
      { state: widgetState({ ...this.#options, value: this.#value }), buffer_paths: [] },
      { version: protocolVersion },
    );
    const shown: Shown = { comm, place, asked: 0 };
    this.#shown.push(shown);
    comm.onMessage((data) => this.#receive(shown, data));
    comm.onClose(() => this.#forget(shown));
    untilRunAgain(() => this.#close(shown));
    return {
      [widgetMime]: { version_major: 2, version_minor: 0, model_id: comm.id },
      'text/plain': this.toString(),
    };
  }

  #close(shown: Shown): void {
    if (this.#forget(shown)) shown.comm.close();
  }

  /** Answers whether it was shown until now. */
  #forget(shown: Shown): boolean {
    const at = this.#shown.indexOf(shown);
    if (at >= 0) this.#shown.splice(at, 1);
    return at >= 0;
  }

  #receive(shown: Shown, data: Readonly<Record<string, unknown>>): void {
    if (data.method === 'request_state') {
      const state = widgetState({ ...this.#options, value: this.#value });
      shown.comm.send({ method: 'update', state, buffer_paths: [] });
      return;
    }
    const value =
      data.method === 'update' ? (data.state as { value?: unknown } | undefined)?.value : undefined;
    if (typeof value !== 'number') return;
    this.#value = value;
    void this.#update(shown, value);
  }

  /** Never rejects: an error is shown where the result would be. The answer to an older move does not replace that to a newer one. */
  async #update(shown: Shown, value: number): Promise<void> {
    const turn = ++shown.asked;
    try {
      const given = this.#callback(value);
      // What is there at once is shown at once, within the front end's own question.
      const result: unknown = given instanceof Promise ? await given : given;
      if (turn === shown.asked) for (const stage of stages(result)) shown.place.update(stage);
    } catch (error) {
      if (turn === shown.asked) shown.place.update(new Failed(error));
    }
  }
}

/**
 * What is shown, one after another, for a result to be seen. The plotly extension of JupyterLab (PyPI plotly 5 to 7.1) never draws
 * a second figure in the place of a first (`renderModel` returns where there is a graph), so its picture comes in between.
 */
function stages(result: unknown): readonly unknown[] {
  if (typeof result !== 'object' || result === null || !(jupyterDisplay in result)) return [result];
  const shows: unknown = result[jupyterDisplay];
  const bundle: unknown = typeof shows === 'function' ? shows.call(result) : undefined;
  if (typeof bundle !== 'object' || bundle === null || !(plotlyMime in bundle)) return [result];
  const { [plotlyMime]: _figure, ...picture } = bundle as MimeBundle;
  return [new Bundled(picture), new Bundled(bundle as MimeBundle)];
}

/** A bundle that shows itself. */
class Bundled {
  constructor(readonly bundle: MimeBundle) {}
}

/** One showing of a slider; `display` of the same one again makes another. */
interface Shown {
  readonly comm: HostComm;
  readonly place: HostDisplay;
  /** How many moves there were. */
  asked: number;
}

/** An error in the place of a result. */
class Failed {
  constructor(readonly error: unknown) {}
}

attachDisplay(Bundled.prototype, ({ bundle }: Bundled) => bundle);
attachDisplay(Failed.prototype, ({ error }: Failed) => errorBundle(error));
attachDisplay(Interactive.prototype, (interactive: Interactive) => interactive.show(), String);

function noKernel(): InteractiveError {
  return new InteractiveError(
    'interactive needs a kernel that speaks with widgets, and there is none here: run the cell in handgrad’s kernel, or use ' +
      'slider(values, draw), whose positions are drawn beforehand and need no kernel.',
  );
}

/**
 * A slider that calls TypeScript: whenever it moves, `callback` is called with its value, and what that returns is shown in the place
 * of what was shown before: a figure, a verdict, a formula, text, anything that `display` takes; or a promise of it. An error is
 * shown in that place too. Needs handgrad's kernel, and anywidget in JupyterLab (`handgrad lab` has it).
 *
 * Throws InteractiveError for a range that is none, and, when it is shown, where there is no such kernel.
 *
 * @example
 * interactive({ label: 'temperature', min: 0.1, max: 3, value: 1 }, (T) => {
 *   const s = tf.softmax([2 / T, 1 / T, 0]);
 *   return heatmap(jacobian((x: tf.Tensor) => tf.softmax(x.div(T)), [2, 1, 0]), { output: 's', input: 'x' });
 * });
 */
export function interactive(options: InteractiveOptions, callback: (value: number) => unknown): Interactive {
  const { min, max, label = 'value' } = options;
  if (!Number.isFinite(min) || !Number.isFinite(max) || min >= max) {
    throw new InteractiveError(`min is ${min} and max is ${max}: give two numbers, the smaller one first.`);
  }
  const { step = (max - min) / 100, value = (min + max) / 2 } = options;
  if (!(step > 0 && step <= max - min)) {
    throw new InteractiveError(
      `step is ${step}: give a number above 0 and at most max − min = ${max - min}.`,
    );
  }
  if (!(value >= min && value <= max)) {
    throw new InteractiveError(`value is ${value}: give a number from min = ${min} to max = ${max}.`);
  }
  return new Interactive({ label, min, max, step, value }, callback);
}
