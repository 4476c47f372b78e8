/** Each line of what the kernel must do, over real ZeroMQ; all messages are checked against the specification. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Json, Message } from '../../src/kernel/wire/message.js';
import { executeContent, RawKernel, resultText, streamText, types } from './raw-kernel.js';

let kernel: RawKernel;
before(async () => {
  kernel = await RawKernel.start();
});
after(() => kernel.stop());

function find(published: readonly Message[], type: string): Json {
  const message = published.find(({ header }) => header.msg_type === type);
  assert.ok(message, `${type} was not published: ${types(published).join(' ')}`);
  return message.content;
}

test('kernel_info on shell and on control: what it is, with the true version of the language', async () => {
  for (const channel of ['shell', 'control'] as const) {
    const { reply, published } = await kernel.ask('kernel_info_request', {}, channel);
    assert.equal(reply?.content.status, 'ok');
    assert.deepEqual(reply.content.supported_features, []);
    const info = reply.content.language_info as Json;
    assert.equal(info.name, 'typescript');
    assert.match(String(info.version), /^\d+\.\d+\.\d+/);
    assert.deepEqual(types(published), ['busy', 'idle']);
  }
});

test('order for a cell: busy, execute_input, outputs, execute_result, reply, idle', async () => {
  const { reply, published } = await kernel.execute(
    "console.log('one'); console.error('two'); display({ 'text/html': '<b>3</b>', 'text/plain': '3' }, { raw: true }); console.log('four'); 5",
  );
  assert.deepEqual(types(published), [
    'busy',
    'execute_input',
    'stream',
    'stream',
    'display_data',
    'stream',
    'execute_result',
    'idle',
  ]);
  assert.equal(reply?.content.status, 'ok');
  assert.equal(reply.content.execution_count, find(published, 'execute_input').execution_count);
  assert.equal(find(published, 'execute_result').execution_count, reply.content.execution_count);
  assert.deepEqual(find(published, 'display_data').data, { 'text/html': '<b>3</b>', 'text/plain': '3' });
});

test('results: null, NaN and big integers have one, undefined and statements have none, promises are awaited on demand', async () => {
  const results: Readonly<Record<string, unknown>> = {
    null: 'null',
    NaN: 'NaN',
    '10n': '10n',
    "'text'": "'text'",
    undefined: undefined,
    'const silentConstant = 1': undefined,
    'await Promise.resolve(7)': '7',
    '[1, 2].map((n) => n + 1)': '[ 2, 3 ]',
    '': undefined,
  };
  for (const [code, expected] of Object.entries(results)) {
    const { published, reply } = await kernel.execute(code);
    assert.equal(reply?.content.status, 'ok', code);
    assert.equal(resultText(published), expected, code);
  }
});

test('an error: on iopub and in the reply, with name, message and a traceback into the cell', async () => {
  const { reply, published } = await kernel.execute(
    'function fail(): never {\n  throw new RangeError("too far");\n}\n\nfail();',
  );
  assert.deepEqual(types(published), ['busy', 'execute_input', 'error', 'idle']);
  for (const content of [find(published, 'error'), reply?.content ?? {}]) {
    assert.equal(content.ename, 'RangeError');
    assert.equal(content.evalue, 'too far');
    const traceback = (content.traceback as string[]).join('\n');
    assert.match(traceback, /^RangeError: too far/);
    assert.match(
      traceback,
      /at fail \(cell \[\d+\], line 2, column \d+\)\n.*at cell \[\d+\], line 5, column 1$/,
    );
    assert.doesNotMatch(traceback, /node_modules|kernel\/|node:/);
  }
});

test('anything can be thrown', async () => {
  const values = [
    'null',
    'undefined',
    "'text'",
    'Object.create(null)',
    'new Proxy({}, { get() { throw 1 } })',
  ];
  for (const thrown of values) {
    const { reply } = await kernel.execute(`throw ${thrown}`);
    assert.equal(reply?.content.status, 'error', thrown);
    assert.notEqual(reply.content.ename, '', thrown);
  }
  const { reply } = await kernel.execute("throw 'text'");
  assert.match(String(reply?.content.evalue), /text/);
});

test('a type error is reported before the cell runs, with line and column', async () => {
  const { reply, published } = await kernel.execute("console.log('ran');\nconst wrong: number = 'text';");
  assert.equal(streamText(published), '');
  assert.equal(reply?.content.ename, 'TypeScriptError');
  assert.match(
    String(reply.content.evalue),
    /line 2, column 7: .*'string' is not assignable to type 'number'/,
  );
  assert.match((reply.content.traceback as string[]).join('\n'), /cell \[\d+\], line 2, column 7: .*TS2322/);
});

test('a syntax error is an error as well', async () => {
  const { reply } = await kernel.execute('const = 1');
  assert.equal(reply?.content.ename, 'SyntaxError');
});

test('names can be declared anew, with another type', async () => {
  await kernel.execute('const again: number = 1; class Thing { a = 1 }');
  const { published } = await kernel.execute(
    "const again: string = 'one'; class Thing { b = 2 }; [again, new Thing().b]",
  );
  assert.equal(resultText(published), "[ 'one', 2 ]");
});

test('globals that Node has: WebAssembly is typed, and what a cell declares is what is there', async () => {
  const bytes = 'new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])';
  const code = `new WebAssembly.Module(${bytes}) instanceof WebAssembly.Module && WebAssembly.validate(${bytes})`;
  assert.equal(resultText((await kernel.execute(code)).published), 'true');
  const wrong = await kernel.execute("new WebAssembly.Memory({ initial: 'one' })");
  assert.equal(wrong.reply?.content.ename, 'TypeScriptError');
  await kernel.execute('(globalThis as any).fromOutside = 41');
  const declared = await kernel.execute('declare const fromOutside: number;\nfromOutside + 1');
  assert.equal(resultText(declared.published), '42');
  assert.equal(resultText((await kernel.execute('fromOutside')).published), '41');
});

test('silent cells publish nothing and leave no trace; cells that are not stored keep the count', async () => {
  const before = Number((await kernel.execute('1')).reply?.content.execution_count);
  const silent = await kernel.execute("console.log('quiet'); 1", { silent: true });
  assert.deepEqual(types(silent.published), ['busy', 'idle']);
  assert.equal(silent.reply?.content.status, 'ok');
  assert.equal(silent.reply.content.execution_count, before);
  const unstored = await kernel.execute("console.log('heard'); 1", { store_history: false });
  assert.deepEqual(types(unstored.published), ['busy', 'execute_input', 'stream', 'execute_result', 'idle']);
  assert.equal((await kernel.execute('1')).reply?.content.execution_count, before + 1);
  const { reply } = await kernel.ask('history_request', {
    hist_access_type: 'tail',
    n: 2,
    output: false,
    raw: true,
  });
  assert.ok(reply);
  assert.deepEqual(
    (reply.content.history as unknown[][]).map((entry) => entry[2]),
    ['1', '1'],
  );
});

test('user_expressions: each on its own, a failing one does not hide the others', async () => {
  const { reply } = await kernel.execute('const measured = 4', {
    user_expressions: {
      good: 'measured + 1',
      bad: 'nowhere + 1',
      thrown: '(() => { throw new Error("no") })()',
    },
  });
  const results = reply?.content.user_expressions as Record<string, Json>;
  assert.deepEqual(results.good, { status: 'ok', data: { 'text/plain': '5' }, metadata: {} });
  assert.equal(results.bad?.status, 'error');
  assert.equal(results.thrown?.ename, 'Error');
  assert.equal(reply?.content.status, 'ok');
});

test('cells queued behind a failing one are aborted; later ones run; without stop_on_error all run', async () => {
  const send = (code: string, options: Json = {}): string =>
    kernel.send('execute_request', executeContent(code, options));
  const first = send("await new Promise((resolve) => setTimeout(resolve, 50)); throw new Error('stop')");
  const queued = [send('1'), send('2')];
  const info = kernel.send('kernel_info_request', {});
  assert.equal((await kernel.outcome(first)).reply?.content.status, 'error');
  for (const id of queued) {
    const { reply, published } = await kernel.outcome(id);
    assert.equal(reply?.content.status, 'aborted');
    assert.deepEqual(types(published), ['busy', 'idle']);
  }
  assert.equal((await kernel.outcome(info)).reply?.content.status, 'ok');
  assert.equal((await kernel.execute('3')).reply?.content.status, 'ok');
  const tolerant = send("throw new Error('go on')", { stop_on_error: false });
  const next = send('4');
  assert.equal((await kernel.outcome(tolerant)).reply?.content.status, 'error');
  assert.equal((await kernel.outcome(next)).reply?.content.status, 'ok');
});

test('completion: members with their kinds, cursors in code points', async () => {
  const code = 'const 𝛿𝛿 = { alpha: 1, beta: 2 }; 𝛿𝛿.al';
  const { reply } = await kernel.ask('complete_request', { code, cursor_pos: [...code].length });
  assert.deepEqual(reply?.content.matches, ['alpha']);
  assert.equal(reply.content.cursor_start, [...code].length - 2);
  assert.equal(reply.content.cursor_end, [...code].length);
  const types = (reply.content.metadata as Json)._jupyter_types_experimental as Json[];
  assert.equal(types[0]?.type, 'property');
  const globals = await kernel.ask('complete_request', { code: 'clearOut', cursor_pos: 8 });
  assert.deepEqual(globals.reply?.content.matches, ['clearOutput']);
});

test('inspection: signature and documentation; nothing where there is nothing', async () => {
  await kernel.execute('/** Twice as much. */\nfunction twice(n: number): number { return 2 * n }');
  const { reply } = await kernel.ask('inspect_request', { code: 'twice(3)', cursor_pos: 5, detail_level: 0 });
  assert.equal(reply?.content.found, true);
  const text = String((reply.content.data as Json)['text/plain']);
  assert.match(text, /function twice\(n: number\): number/);
  assert.match(text, /Twice as much\./);
  const nothing = await kernel.ask('inspect_request', { code: '   ', cursor_pos: 1, detail_level: 0 });
  assert.deepEqual([nothing.reply?.content.status, nothing.reply?.content.found], ['ok', false]);
});

test('name? pages the documentation', async () => {
  const { reply, published } = await kernel.execute('const asked = Math.max(1, 2)\nasked?');
  assert.ok(reply);
  const [page] = reply.content.payload as Json[];
  assert.ok(page);
  assert.equal(page.source, 'page');
  assert.match(String((page.data as Json)['text/plain']), /asked: number/);
  assert.deepEqual(types(published), ['busy', 'execute_input', 'idle']);
});

test('is_complete: complete, incomplete with an indent, invalid', async () => {
  const answers: Readonly<Record<string, string>> = {
    '1 + 1': 'complete',
    'function f() {': 'incomplete',
    'const text = `a': 'incomplete',
    '[1,': 'incomplete',
    'const = 2': 'invalid',
    '1 +* 2': 'invalid',
  };
  for (const [code, status] of Object.entries(answers)) {
    const { reply } = await kernel.ask('is_complete_request', { code });
    assert.equal(reply?.content.status, status, code);
  }
});

test('history: tail, range, search, unique, with and without output', async () => {
  const count = Number((await kernel.execute('"history one"')).reply?.content.execution_count);
  await kernel.execute('"history two"');
  await kernel.execute('"history one"');
  const ask = async (content: Json): Promise<unknown> =>
    (await kernel.ask('history_request', { output: false, raw: true, ...content })).reply?.content.history;
  assert.deepEqual(await ask({ hist_access_type: 'tail', n: 2 }), [
    [1, count + 1, '"history two"'],
    [1, count + 2, '"history one"'],
  ]);
  assert.deepEqual(await ask({ hist_access_type: 'range', session: 0, start: count, stop: count + 1 }), [
    [1, count, '"history one"'],
  ]);
  assert.deepEqual(await ask({ hist_access_type: 'search', pattern: '*history*', unique: true }), [
    [1, count + 1, '"history two"'],
    [1, count + 2, '"history one"'],
  ]);
  assert.deepEqual(await ask({ hist_access_type: 'tail', n: 1, output: true }), [
    [1, count + 2, ['"history one"', "'history one'"]],
  ]);
});

test('stdin: prompt asks the front end that ran the cell; it throws where nobody may be asked', async () => {
  const id = kernel.send(
    'execute_request',
    executeContent("await prompt('name? ', { password: true })", { allow_stdin: true }),
  );
  const request = await kernel.until(
    ({ channel, message }) => channel === 'stdin' && message.parent.msg_id === id,
  );
  assert.deepEqual(request.content, { prompt: 'name? ', password: true });
  kernel.send('input_reply', { value: 'Ada', status: 'ok' }, 'stdin', request.header);
  assert.equal(resultText((await kernel.outcome(id)).published), "'Ada'");
  const { reply } = await kernel.execute("await prompt('name? ')");
  assert.equal(reply?.content.ename, 'PromptNotAllowedError');
});

test('displays are updated by id, values show themselves, output is cleared', async () => {
  const { published } = await kernel.execute(`
    const handle = display('first', { id: 'mine' });
    handle.update('second');
    display({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/latex': '$x$', 'image/png': new Uint8Array([1, 2]) }) });
    clearOutput({ wait: true });`);
  assert.deepEqual(types(published).slice(2), [
    'display_data',
    'update_display_data',
    'clear_output',
    'display_data',
    'idle',
  ]);
  assert.deepEqual(find(published, 'update_display_data').transient, { display_id: 'mine' });
  const shown = published.filter(({ header }) => header.msg_type === 'display_data').at(-1);
  assert.deepEqual(shown?.content.data, { 'text/latex': '$x$', 'image/png': 'AQI=' });
  assert.deepEqual(find(published, 'clear_output'), { wait: true });
});

test('a value that fails to show itself is an error of the cell', async () => {
  const { reply } = await kernel.execute(
    "({ [Symbol.for('Jupyter.display')]: () => { throw new Error('camera shy') } })",
  );
  assert.equal(reply?.content.evalue, 'camera shy');
  const wrong = await kernel.execute("({ [Symbol.for('Jupyter.display')]: () => 3 })");
  assert.match(String(wrong.reply?.content.evalue), /expected a MIME bundle/);
});

test("tslab's display API shows through this kernel", async () => {
  const { published } = await kernel.execute(`
    import * as tslab from 'tslab';
    tslab.display.html('<i>1</i>');
    const place = tslab.newDisplay();
    place.text('a');
    place.text('b');`);
  assert.deepEqual(types(published).slice(2, -1), ['display_data', 'display_data', 'update_display_data']);
});

test('comms: opened by either side, listed, messages with buffers, closed; unknown targets are closed again', async () => {
  await kernel.execute(`
    comms.register('echo', (comm, data) => {
      comm.send({ opened: data });
      comm.onMessage((message, buffers) => comm.send({ echo: message, sizes: buffers.map((buffer) => buffer.length) }));
      comm.onClose(() => console.log('closed'));
    });`);
  const opened = await kernel.ask('comm_open', { comm_id: 'c1', target_name: 'echo', data: { a: 1 } });
  assert.deepEqual(types(opened.published), ['busy', 'comm_msg', 'idle']);
  assert.deepEqual(find(opened.published, 'comm_msg'), { comm_id: 'c1', data: { opened: { a: 1 } } });
  const info = await kernel.ask('comm_info_request', { target_name: 'echo' });
  assert.deepEqual(info.reply?.content.comms, { c1: { target_name: 'echo' } });
  const message = await kernel.ask('comm_msg', { comm_id: 'c1', data: { b: 2 } });
  assert.deepEqual(find(message.published, 'comm_msg').data, { echo: { b: 2 }, sizes: [] });
  const closed = await kernel.ask('comm_close', { comm_id: 'c1', data: {} });
  assert.equal(streamText(closed.published), 'closed\n');
  assert.deepEqual((await kernel.ask('comm_info_request', {})).reply?.content.comms, {});
  const unknown = await kernel.ask('comm_open', { comm_id: 'c2', target_name: 'nobody', data: {} });
  assert.equal(find(unknown.published, 'comm_close').comm_id, 'c2');
  const own = await kernel.execute(
    "const own = comms.open('widget', { state: 1 }, { version: '2.1.0' }); own.send({ n: 1 }, [new Uint8Array([7])]);",
  );
  const open = own.published.find(({ header }) => header.msg_type === 'comm_open');
  assert.deepEqual(open?.metadata, { version: '2.1.0' });
  const sent = own.published.find(({ header }) => header.msg_type === 'comm_msg');
  assert.deepEqual(
    sent?.buffers.map((buffer) => [...buffer]),
    [[7]],
  );
});

test('verdicts of a cell stand in the metadata of its reply', async () => {
  const { reply } = await kernel.execute(`
    const announce = (verdict: object) => {
      for (const listener of (globalThis as any)[Symbol.for('handgrad.verdicts')]) listener(verdict);
    };
    announce({ claim: 'a', status: 'proved', error: NaN });
    await null;
    announce({ claim: 'b', status: 'refuted', values: new Float64Array([1, 2]) });`);
  assert.deepEqual(reply?.metadata, {
    handgrad: {
      verdicts: [
        { claim: 'a', status: 'proved', error: 'NaN' },
        { claim: 'b', status: 'refuted', values: [1, 2] },
      ],
    },
  });
  assert.deepEqual((await kernel.execute('1')).reply?.metadata, {});
});

test('a late verdict goes with the next late output of its cell', async () => {
  const { reply } = await kernel.execute(
    "setTimeout(() => { announce({ claim: 'late' }); console.log('late verdict') }, 50); 1",
  );
  const late = await kernel.until(
    ({ message }) => message.header.msg_type === 'stream' && message.content.text === 'late verdict\n',
  );
  assert.deepEqual(late.parent, reply?.parent);
  assert.deepEqual(late.metadata, { handgrad: { verdicts: [{ claim: 'late' }] } });
});

test('a late output belongs to the cell that caused it', async () => {
  const { reply } = await kernel.execute(
    "setTimeout(() => console.log('late timer'), 150); void (async () => { await new Promise((r) => setTimeout(r, 150)); console.log('late await') })(); 1",
  );
  const cause = reply?.parent.msg_id ?? '';
  await kernel.execute("console.log('next')");
  const late = await kernel.until(
    ({ message }) =>
      message.header.msg_type === 'stream' && String(message.content.text).includes('late await'),
  );
  assert.equal(late.parent.msg_id, cause);
  assert.equal(streamText(kernel.publishedFor(cause)).includes('late timer'), true);
});

test('raw writes and the output of child processes belong to the cell, in order, before idle', {
  skip: process.platform === 'win32',
}, async () => {
  const { published } = await kernel.execute(`
    import { writeSync } from 'node:fs';
    import { execSync } from 'node:child_process';
    console.log('1');
    writeSync(1, '2\\n');
    console.log('3');
    execSync('echo 4; echo 5', { stdio: 'inherit' });
    console.log('6');
    execSync('echo error >&2', { stdio: 'inherit' });
    writeSync(1, '7\\n');`);
  assert.equal(streamText(published), '1\n2\n3\n4\n5\n6\n7\n');
  assert.equal(streamText(published, 'stderr'), 'error\n');
  assert.equal(types(published).at(-1), 'idle');
});

test('unknown requests are answered, unknown messages do no harm', async () => {
  const { reply, published } = await kernel.ask('dance_request', {});
  assert.equal(reply?.header.msg_type, 'dance_reply');
  assert.equal(reply.content.status, 'error');
  assert.deepEqual(types(published), ['busy', 'idle']);
  assert.deepEqual(types((await kernel.ask('dance', {})).published), ['busy', 'idle']);
});

test('requests with contents of the wrong kind are refused, and answered', async () => {
  for (const [type, content] of [
    ['execute_request', {}],
    ['execute_request', { code: 7 }],
    ['execute_request', { code: '1', user_expressions: { a: 1 } }],
    ['complete_request', { code: null }],
    ['inspect_request', {}],
    ['is_complete_request', { code: [] }],
    ['history_request', { hist_access_type: 'guess' }],
  ] as const) {
    const { reply, published } = await kernel.ask(type, content);
    assert.equal(reply?.content.status, 'error', type);
    assert.equal(types(published).at(-1), 'idle');
  }
  assert.equal(resultText((await kernel.execute('1 + 1')).published), '2');
});

test('every request of this run ended with idle, on its own parent, exactly once', () => {
  const states = new Map<string, string[]>();
  for (const { message } of kernel.received) {
    const id = message.parent.msg_id;
    if (message.header.msg_type === 'status' && id !== undefined) {
      states.set(id, [...(states.get(id) ?? []), String(message.content.execution_state)]);
    }
  }
  for (const [id, each] of states) assert.deepEqual(each, ['busy', 'idle'], id);
});
