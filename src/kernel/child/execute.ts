/** Runs one cell: outcome, value, questions at its end, expressions of the front end. */
import type { Failure, Interpreter, Outcome } from '../language/interpreter.js';
import type { ExecuteRequest, ExecuteResponse, ExpressionResult } from '../link/protocol.js';
import type { Json } from '../wire/message.js';
import { Interrupted } from './failures.js';
import type { Facilities } from './globals.js';
import { origins } from './output.js';
import { show } from './show.js';
import { Turns } from './turns.js';
import type { Verdicts } from './verdicts.js';

/** A last line such as `tensor?` or `tf.add??` asks for documentation. */
const question = /(?:^|\n)[ \t]*([\p{ID_Start}$_][\p{ID_Continue}$.]*)[ \t]*(\?{1,2})[ \t;]*\n*$/u;

interface Running {
  readonly request: ExecuteRequest;
  readonly settle: (response: ExecuteResponse) => void;
}

export class Executions {
  readonly #interpreter: Interpreter;
  readonly #facilities: Facilities;
  readonly #verdicts: Verdicts;
  readonly #turns = new Turns();
  #running: Running | undefined;

  constructor(interpreter: Interpreter, facilities: Facilities, verdicts: Verdicts) {
    this.#interpreter = interpreter;
    this.#facilities = facilities;
    this.#verdicts = verdicts;
  }

  /**
   * Resolves when the cell has ended or was interrupted. The cell starts in a turn of its own: when an interrupt unwinds
   * it, nothing of this method is on the stack.
   */
  run(request: ExecuteRequest): Promise<ExecuteResponse> {
    return new Promise((resolve) => {
      this.#running = { request, settle: resolve };
      const start = (): void => {
        if (this.#givenUp(request)) return;
        this.#runCell(request).then(
          (response) => this.#finish(request, response),
          (thrown: unknown) =>
            this.#finish(request, this.#failed(request, this.#interpreter.describe(thrown))),
        );
      };
      this.#turns.run(() => origins.run(request.origin, start));
    });
  }

  /** Gives up the cell that runs, if one does. @param stack of what was unwound to get here, if anything was. */
  interrupt(stack: string | undefined): void {
    const running = this.#running;
    if (!running) return;
    const reason = new Interrupted(stack);
    this.#facilities.prompts.cancel(reason);
    this.#finish(running.request, this.#failed(running.request, this.#interpreter.describe(reason)));
  }

  #finish(request: ExecuteRequest, response: ExecuteResponse): void {
    if (this.#running?.request !== request) return; // Given up before.
    const { settle } = this.#running;
    this.#running = undefined;
    this.#facilities.prompts.allowed = false;
    if (response.failure && !request.silent) {
      this.#facilities.output.packet({ type: 'error', origin: request.origin, failure: response.failure });
    }
    settle(response);
  }

  async #runCell(request: ExecuteRequest): Promise<ExecuteResponse> {
    const { output, displays, prompts } = this.#facilities;
    output.fence(request.origin);
    this.#verdicts.begin(request.origin);
    prompts.allowed = request.allowStdin;
    const asked = question.exec(request.code);
    const code = asked ? request.code.slice(0, asked.index) : request.code;
    announceCell(request);
    const outcome = await this.#execute(code, request, '');
    await displays.settled(request.origin);
    if (outcome.status === 'error') return this.#failed(request, outcome.failure);
    if (outcome.hasValue && !asked && !request.silent && !this.#givenUp(request)) {
      const data = await show(outcome.value);
      if (!this.#givenUp(request)) {
        output.packet({ type: 'result', origin: request.origin, count: request.count, data, metadata: {} });
      }
    }
    const payload = asked ? this.#page(asked[1] ?? '', asked[2] === '??' ? 1 : 0) : [];
    const expressions = await this.#evaluate(request);
    return { expressions, payload, verdicts: this.#verdicts.take(request.origin) };
  }

  async #execute(code: string, request: ExecuteRequest, suffix: string): Promise<Outcome> {
    if (code.trim() === '') return { status: 'ok', hasValue: false };
    return this.#interpreter.execute({ code, count: request.count, id: `${request.origin}${suffix}` });
  }

  #givenUp(request: ExecuteRequest): boolean {
    return this.#running?.request !== request;
  }

  #failed(request: ExecuteRequest, failure: Failure): ExecuteResponse {
    return { failure, expressions: {}, payload: [], verdicts: this.#verdicts.take(request.origin) };
  }

  /** The pager's page for `name?`. */
  #page(name: string, level: 0 | 1): readonly Json[] {
    const found = this.#interpreter.inspect(name, name.length, level);
    const data = found.found ? found.data : { 'text/plain': `Nothing is known of ${name}.` };
    return [{ source: 'page', data, start: 0 }];
  }

  /** Each expression of the front end on its own: one that fails does not hide the others. */
  async #evaluate(request: ExecuteRequest): Promise<Record<string, ExpressionResult>> {
    const results: Record<string, ExpressionResult> = {};
    for (const [name, code] of Object.entries(request.expressions)) {
      const outcome = await this.#execute(code, request, `:${name}`);
      if (outcome.status === 'error') {
        const { name: ename, message: evalue, traceback } = outcome.failure;
        results[name] = { status: 'error', ename, evalue, traceback };
      } else {
        const data = await show(outcome.hasValue ? outcome.value : undefined);
        results[name] = { status: 'ok', data, metadata: {} };
      }
    }
    return results;
  }
}

/** Where a library can learn which cell runs (a front end's id, the same at every run; each run has another number). */
const cellPlace = Symbol.for('handgrad.cell');

function announceCell({ cellId, origin }: ExecuteRequest): void {
  const host = globalThis as { [cellPlace]?: { readonly id: string; readonly run: number } };
  if (cellId === undefined) delete host[cellPlace];
  else host[cellPlace] = { id: cellId, run: origin };
}
