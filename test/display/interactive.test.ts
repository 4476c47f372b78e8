/** Sliders that call TypeScript: what they tell a kernel, here one that only notes it. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { inspect } from 'node:util';
import {
  heatmap,
  InteractiveError,
  interactive,
  jupyterDisplay,
  type MimeBundle,
} from '../../src/display/index.js';

type Data = Readonly<Record<string, unknown>>;

interface OpenedComm {
  readonly target: string;
  readonly state: Data;
  readonly metadata: Data;
  readonly sent: Data[];
  closed: boolean;
  receive(data: Data): void;
  closeFromFrontEnd(): void;
}

const opened: OpenedComm[] = [];
/** All that was shown, and each update, in order. */
const shown: unknown[] = [];
const cellPlace = Symbol.for('handgrad.cell');
type Host = { comms?: unknown; display?: unknown; [cellPlace]?: { id: string; run: number } };
const host = globalThis as unknown as Host;

beforeEach(() => {
  opened.length = 0;
  shown.length = 0;
  host.comms = {
    open(target: string, data: { state: Data }, metadata: Data) {
      let listener: (data: Data) => void = () => undefined;
      let onClose: () => void = () => undefined;
      const one: OpenedComm = {
        target,
        state: data.state,
        metadata,
        sent: [],
        closed: false,
        receive: (message) => listener(message),
        closeFromFrontEnd: () => onClose(),
      };
      opened.push(one);
      return {
        id: `comm-${opened.length}`,
        send: (message: Data) => one.sent.push(message),
        onMessage(given: typeof listener) {
          listener = given;
        },
        onClose(given: typeof onClose) {
          onClose = given;
        },
        close() {
          assert.equal(one.closed, false, 'a comm is closed once');
          one.closed = true;
        },
      };
    },
  };
  host.display = (value: unknown) => {
    shown.push(value);
    return { update: (next: unknown) => shown.push(next) };
  };
});

afterEach(() => {
  delete host.comms;
  delete host.display;
  delete host[cellPlace];
});

function show(value: object): MimeBundle {
  const method = (value as { [jupyterDisplay]?: () => MimeBundle })[jupyterDisplay];
  assert.ok(method);
  return method.call(value);
}

function only(): OpenedComm {
  assert.equal(opened.length, 1);
  const [comm] = opened;
  assert.ok(comm);
  return comm;
}

function bundleOf(value: unknown): Record<string, string> {
  return show(value as object) as unknown as Record<string, string>;
}

test('it opens a widget as anywidget reads it, under the first result', () => {
  const control = interactive({ label: 'z', min: -1, max: 1, value: 0.5 }, (z) => `z² = ${z * z}`);
  assert.deepEqual(shown, [], 'nothing runs before it is shown');
  const bundle = show(control);
  const comm = only();
  assert.deepEqual(shown, ['z² = 0.25']);
  assert.equal(comm.target, 'jupyter.widget');
  assert.deepEqual(comm.metadata, { version: '2.1.0' });
  assert.deepEqual(bundle['application/vnd.jupyter.widget-view+json'], {
    version_major: 2,
    version_minor: 0,
    model_id: 'comm-1',
  });
  assert.match(String(bundle['text/plain']), /^z = 0\.5 \(-1 … 1; moves while the kernel runs\)$/);
  const { label, min, max, step, value, _model_module } = comm.state;
  assert.deepEqual([label, min, max, step, value, _model_module], ['z', -1, 1, 0.02, 0.5, 'anywidget']);
});

test('its module is one that can be imported, with a render function', async () => {
  show(interactive({ min: 0, max: 1 }, () => ''));
  const source = String(only().state._esm);
  const loaded = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
    default: { render: unknown };
  };
  assert.equal(typeof loaded.default.render, 'function');
});

test('a move calls the function and replaces what was shown', () => {
  const control = interactive({ min: 0, max: 10, step: 1 }, (value) => `doubled: ${2 * value}`);
  show(control);
  only().receive({ method: 'update', state: { value: 7 }, buffer_paths: [] });
  assert.deepEqual(shown, ['doubled: 10', 'doubled: 14']);
  assert.equal(control.value, 7);
});

test('a figure is drawn anew by way of its picture, for a front end that keeps the first figure it drew', () => {
  show(interactive({ min: 0, max: 9, value: 1 }, (z) => heatmap([[z]])));
  only().receive({ method: 'update', state: { value: 5 } });
  const types = shown.map((value) => Object.keys(bundleOf(value)));
  assert.deepEqual(types[0], ['application/vnd.plotly.v1+json', 'image/svg+xml', 'text/plain']);
  assert.deepEqual(types[1], ['image/svg+xml', 'text/plain']);
  assert.deepEqual([...(types[2] ?? [])].sort(), types[0]);
  assert.match(bundleOf(shown[2])['image/svg+xml'] ?? '', />5</);
});

test('a page that is opened anew asks for the state, and finds the slider where it stands', () => {
  show(interactive({ min: 0, max: 10 }, String));
  const comm = only();
  comm.receive({ method: 'update', state: { value: 7 }, buffer_paths: [] });
  comm.receive({ method: 'request_state' });
  assert.equal(comm.sent[0]?.method, 'update');
  assert.equal((comm.sent[0]?.state as Data | undefined)?.value, 7);
  comm.receive({ method: 'custom', content: {} });
  comm.receive({ method: 'update', state: { value: 'a lot' } });
  assert.equal(shown.length, 2);
});

test('an error is shown in place, with its message; the next move mends it', () => {
  show(
    interactive({ min: 0, max: 1 }, (value) => {
      if (value === 1) throw new RangeError('<one> is too many');
      return 'fine';
    }),
  );
  only().receive({ method: 'update', state: { value: 1 } });
  const bundle = bundleOf(shown.at(-1));
  assert.match(bundle['text/plain'] ?? '', /^RangeError: <one> is too many/);
  assert.match(bundle['text/html'] ?? '', /RangeError: &lt;one&gt; is too many/);
  only().receive({ method: 'update', state: { value: 0 } });
  assert.equal(shown.at(-1), 'fine');
});

test('an error at the first value fails the cell, and nothing is opened', () => {
  const control = interactive({ min: 0, max: 1 }, () => {
    throw new Error('from the start');
  });
  assert.throws(() => show(control), /from the start/);
  assert.equal(opened.length, 0);
});

test('promises are waited for; the answer to an older move is dropped', async () => {
  const answers = new Map<number, (text: string) => void>();
  const control = interactive({ min: 0, max: 9, value: 0 }, (value) =>
    value === 0 ? Promise.resolve('first') : new Promise((resolve) => answers.set(value, resolve)),
  );
  const bundle = await (show(control) as unknown as Promise<MimeBundle>);
  assert.equal(bundle['text/plain'] !== undefined, true);
  only().receive({ method: 'update', state: { value: 1 } });
  only().receive({ method: 'update', state: { value: 2 } });
  answers.get(2)?.('two');
  answers.get(1)?.('one');
  await turn();
  assert.deepEqual(shown, ['first', 'two']);
});

test('a promise that rejects is shown in place', async () => {
  show(
    interactive({ min: 0, max: 1, value: 0 }, (value) =>
      value === 0 ? 'fine' : Promise.reject(new Error('too late')),
    ),
  );
  only().receive({ method: 'update', state: { value: 1 } });
  await turn();
  assert.match(bundleOf(shown.at(-1))['text/plain'] ?? '', /too late/);
});

test('running the cell again takes the old slider away; another cell’s stays', () => {
  const control = (): object => interactive({ min: 0, max: 1 }, String);
  host[cellPlace] = { id: 'a', run: 1 };
  show(control());
  show(control());
  host[cellPlace] = { id: 'b', run: 2 };
  show(control());
  host[cellPlace] = { id: 'a', run: 3 };
  show(control());
  assert.deepEqual(
    opened.map(({ closed }) => closed),
    [true, true, false, false],
  );
});

test('close takes it away once, also after the front end did', () => {
  const control = interactive({ min: 0, max: 1 }, String);
  show(control);
  control.close();
  control.close();
  assert.equal(only().closed, true);
  const other = interactive({ min: 0, max: 1 }, String);
  show(other);
  opened.at(-1)?.closeFromFrontEnd();
  other.close();
  assert.equal(opened.at(-1)?.closed, false);
});

test('without such a kernel it says so, and what to use instead; inspecting it is always safe', () => {
  delete host.comms;
  const control = interactive({ label: 'z', min: 0, max: 1 }, String);
  assert.throws(() => show(control), InteractiveError);
  assert.throws(() => show(control), /handgrad’s kernel, or use slider/);
  assert.match(inspect(control), /^z = 0\.5/);
});

test('a range that is none is refused', () => {
  const never = (): never => assert.fail('not called');
  for (const [options, message] of [
    [{ min: 1, max: 1 }, /min is 1 and max is 1/],
    [{ min: 0, max: Number.NaN }, /max is NaN/],
    [{ min: 0, max: 1, step: 0 }, /step is 0/],
    [{ min: 0, max: 1, step: 2 }, /step is 2/],
    [{ min: 0, max: 1, value: 3 }, /value is 3/],
    [{ min: 0, max: 1, value: Number.NaN }, /value is NaN/],
  ] as const) {
    assert.throws(() => interactive(options, never), message);
    assert.throws(() => interactive(options, never), InteractiveError);
  }
});
