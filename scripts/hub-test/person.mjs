// A person at the hub, as a browser acts for them: the login form, their server, a kernel.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const patienceSeconds = 90;

export class Person {
  #cookies = new Map();
  /** The hub's token for this person. */
  token = '';

  /** @param {string} hub the hub's address @param {string} name @param {string} password */
  constructor(hub, name, password) {
    this.hub = hub;
    this.name = name;
    this.password = password;
  }

  /**
   * A request as a browser makes it when it opens a page: with this person's cookies. (`fetch` says that it is a script, and
   * the hub gives a script no XSRF cookie.) Redirects are not followed.
   * @param {string} path
   * @param {{ method?: string, headers?: Record<string, string>, body?: string }} [init]
   * @returns {Promise<{ status: number, text: string }>}
   */
  ask(path, { method = 'GET', headers = {}, body } = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const request = http.request(
        `${this.hub}${path}`,
        { method, headers: { cookie, ...headers } },
        (response) => {
          for (const line of response.headers['set-cookie'] ?? []) {
            const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
            this.#cookies.set(name, value);
          }
          let text = '';
          response.setEncoding('utf8').on('data', (part) => {
            text += part;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  /** A request by token, as programs make it. @param {string} path @param {RequestInit} [init] */
  byToken(path, init = {}) {
    const headers = { authorization: `token ${this.token}`, ...init.headers };
    return fetch(`${this.hub}${path}`, { redirect: 'manual', ...init, headers });
  }

  /** Fills in the login form, and gets a token. @returns {Promise<number>} the form's status: 302 when it let us in */
  async login() {
    await this.ask('/hub/login');
    const fields = { username: this.name, password: this.password, _xsrf: this.#cookies.get('_xsrf') ?? '' };
    const { status } = await this.ask('/hub/login', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
    if (status !== 302) return status;
    await this.ask('/hub/home');
    const made = await this.ask(`/hub/api/users/${this.name}/tokens`, {
      method: 'POST',
      headers: { 'x-xsrftoken': this.#cookies.get('_xsrf') ?? '' },
    });
    if (made.status !== 201) throw new Error(`${this.name} got no token: ${made.status} ${made.text}`);
    this.token = /** @type {{ token: string }} */ (JSON.parse(made.text)).token;
    return status;
  }

  async logout() {
    await this.ask('/hub/logout');
  }

  /** Starts the server and waits until it answers. @returns {Promise<number>} seconds */
  async startServer() {
    const begin = Date.now();
    const started = await this.byToken(`/hub/api/users/${this.name}/server`, { method: 'POST' });
    if (![201, 202].includes(started.status))
      throw new Error(`${this.name}: ${started.status} ${await started.text()}`);
    for (;;) {
      const { status } = await this.byToken(`/user/${this.name}/api/status`);
      if (status === 200) return (Date.now() - begin) / 1000;
      if (Date.now() - begin > patienceSeconds * 1000)
        throw new Error(`${this.name}'s server does not answer: ${status}`);
      await wait(250);
    }
  }

  /** Starts a kernel. @returns {Promise<string>} its id */
  async startKernel() {
    const response = await this.byToken(`/user/${this.name}/api/kernels`, {
      method: 'POST',
      body: JSON.stringify({ name: 'handgrad' }),
    });
    if (response.status !== 201) throw new Error(`${this.name} got no kernel: ${response.status}`);
    return /** @type {{ id: string }} */ (await response.json()).id;
  }

  /**
   * Runs a cell, as JupyterLab does.
   * @param {string} kernel @param {string} code
   * @returns {Promise<string>} what it printed; rejects when it failed
   */
  async run(kernel, code) {
    const address = `${this.hub.replace('http', 'ws')}/user/${this.name}/api/kernels/${kernel}/channels?token=${this.token}`;
    const socket = new WebSocket(address);
    const id = randomUUID();
    const header = {
      msg_id: id,
      msg_type: 'execute_request',
      session: id,
      username: this.name,
      version: '5.4',
    };
    const content = { code, silent: false, store_history: false, allow_stdin: false, stop_on_error: true };
    const message = { header, parent_header: {}, metadata: {}, content, channel: 'shell', buffers: [] };
    try {
      return await new Promise((resolve, reject) => {
        let printed = '';
        const late = setTimeout(
          () => reject(new Error(`${this.name}: no answer; so far: ${printed}`)),
          patienceSeconds * 1000,
        );
        socket.onopen = () => socket.send(JSON.stringify(message));
        socket.onerror = () => reject(new Error(`${this.name}: the kernel's channels cannot be opened`));
        socket.onmessage = ({ data }) => {
          const { parent_header: parent, msg_type: type, content: said } = JSON.parse(String(data));
          if (parent.msg_id !== id) return;
          if (type === 'stream') printed += said.text;
          if (type === 'error')
            reject(new Error(`${said.ename}: ${said.evalue}\n${said.traceback.join('\n')}`));
          if (type === 'status' && said.execution_state === 'idle') {
            clearTimeout(late);
            resolve(printed);
          }
        };
      });
    } finally {
      socket.close();
    }
  }
}
