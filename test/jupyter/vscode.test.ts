/**
 * The kernel as VS Code uses it: JupyterLab's own client (the package that VS Code has inside) directly on ZeroMQ, without a
 * Jupyter server, with requests that are sent before iopub is subscribed.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import services from '@jupyterlab/services';
import { createConnection, type OwnConnection } from '../../src/kernel/client/connection-file.js';
import { type DirectSocket, directSockets } from './direct-socket.js';

const kernelFile = fileURLToPath(new URL('../../src/kernel/main.js', import.meta.url));

type Client = services.Kernel.IKernelConnection;
type Published = services.KernelMessage.IIOPubMessage;

let own: OwnConnection;
let kernel: ChildProcess;
let client: Client;
let socket: DirectSocket;

before(async () => {
  own = await createConnection();
  kernel = spawn(process.execPath, [kernelFile, own.file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { WebSocket, made } = directSockets(own);
  const settings = services.ServerConnection.makeSettings({ WebSocket, wsUrl: 'ws://kernel' });
  client = new services.KernelConnection({
    model: { id: 'direct', name: 'handgrad' },
    serverSettings: settings,
    handleComms: true,
    username: 'somebody',
  });
  const [first] = made;
  assert.ok(first);
  socket = first;
});
after(async () => {
  client.dispose();
  socket.close();
  kernel.kill();
  own.remove();
});

/** Runs a cell as VS Code does; all that was published for it, and the reply. */
async function run(code: string): Promise<{ readonly published: Published[]; readonly reply: string }> {
  const future = client.requestExecute({
    code,
    silent: false,
    stop_on_error: false,
    allow_stdin: true,
    store_history: true,
  });
  const published: Published[] = [];
  future.onIOPub = (message) => {
    published.push(message);
  };
  const reply = await future.done;
  return { published, reply: reply.content.status };
}

const types = (published: readonly Published[]): readonly string[] =>
  published.map(({ header }) => header.msg_type);

test('what is asked before iopub is subscribed is answered; from the welcome on nothing is missed', async () => {
  // VS Code asks again until something arrives on iopub. These three never hear of their idle: nobody waits for them.
  for (let times = 0; times < 3; times++) void client.requestKernelInfo().catch(() => undefined);
  // Its idle may pass before the subscription has arrived, so nobody waits for that either.
  run('const early = 6').catch(() => undefined);
  while (socket.replied.length < 3) await wait(5);
  assert.deepEqual(socket.replied.slice(0, 3), Array(3).fill('kernel_info_reply'));
  assert.equal(socket.published.length, 0);
  socket.subscribe();
  while (!socket.published.includes('iopub_welcome')) await wait(5);
  await client.requestKernelInfo();
  assert.equal((await client.info).language_info.name, 'typescript');
  const { published, reply } = await run('console.log(early); early * 7');
  assert.equal(reply, 'ok');
  assert.deepEqual(types(published), ['status', 'execute_input', 'stream', 'execute_result', 'status']);
  // The client takes the messages of a cell one by one, and this one last.
  for (let turns = 0; client.status !== 'idle' && turns < 400; turns++) await wait(5);
  assert.equal(client.status, 'idle');
});

test('errors, displays that are updated, answers to questions', async () => {
  const failed = await run('null.x');
  assert.equal(failed.reply, 'error');
  assert.ok(types(failed.published).includes('error'));
  const shown = await run("const handle = display('before', { id: 'x' }); handle.update('after')");
  assert.deepEqual(types(shown.published).slice(2, -1), ['display_data', 'update_display_data']);
  const future = client.requestExecute({ code: "await prompt('name? ')", allow_stdin: true });
  future.onStdin = (message) => {
    if (services.KernelMessage.isInputRequestMsg(message)) {
      client.sendInputReply({ status: 'ok', value: 'Ada' }, message.header);
    }
  };
  const results: unknown[] = [];
  future.onIOPub = (message) => {
    if (services.KernelMessage.isExecuteResultMsg(message)) results.push(message.content.data['text/plain']);
  };
  await future.done;
  assert.deepEqual(results, ["'Ada'"]);
});

test('completion, inspection, history, comms, as its views ask for them', async () => {
  const completed = await client.requestComplete({ code: 'earl', cursor_pos: 4 });
  assert.ok(completed.content.status === 'ok' && completed.content.matches.includes('early'));
  const inspected = await client.requestInspect({ code: 'early', cursor_pos: 5, detail_level: 0 });
  assert.ok(inspected.content.status === 'ok' && inspected.content.found);
  const comms = await client.requestCommInfo({ target_name: 'jupyter.widget' });
  assert.deepEqual(comms.content, { status: 'ok', comms: {} });
  await run("comms.register('echo', (comm) => comm.onMessage((data) => comm.send(data)))");
  const comm = client.createComm('echo');
  const echoed = new Promise((resolve) => {
    comm.onMsg = (message) => resolve(message.content.data);
  });
  await comm.open({}).done;
  await comm.send({ said: 'hello' }).done;
  assert.deepEqual(await echoed, { said: 'hello' });
  comm.close();
});

/** A request that JupyterLab leaves to its server, and whose type its client therefore does not know. */
function onControl(msgType: string, content: object): Parameters<Client['sendControlMessage']>[0] {
  const options = { msgType: 'debug_request', channel: 'control', session: client.clientId } as const;
  const request = services.KernelMessage.createMessage<services.KernelMessage.IDebugRequestMsg>({
    ...options,
    content: { seq: 0, type: 'request', command: '' },
  });
  return Object.assign(request, { header: { ...request.header, msg_type: msgType }, content });
}

test('a loop is interrupted by a message on control, and the next cell finds the state', async () => {
  const future = client.requestExecute({ code: "console.log('begun'); while (true) {}" });
  const begun = new Promise<void>((resolve) => {
    future.onIOPub = (message) => {
      if (services.KernelMessage.isStreamMsg(message)) resolve();
    };
  });
  await begun;
  // The client's own `interrupt` asks a server; VS Code puts the message on control where the kernelspec says so.
  await client.sendControlMessage(onControl('interrupt_request', {}), true).done;
  assert.equal((await future.done).content.status, 'error');
  assert.equal((await run('early')).reply, 'ok');
});

test('shutdown: the kernel answers on control and is gone', async () => {
  const exited = once(kernel, 'exit');
  client.sendControlMessage(onControl('shutdown_request', { restart: false }), false);
  assert.equal((await exited)[0], 0);
});
