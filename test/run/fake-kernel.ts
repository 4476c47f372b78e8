/** A kernel whose cells do what a script says: for the logic of a run, without a process. */
import type { ExecuteOptions, ExecuteResult, KernelClient, NotebookOutput } from '../../src/kernel/index.js';
import type { NotebookCell } from '../../src/run/index.js';

/** What a cell's source makes the fake kernel answer. */
export type Script = Readonly<
  Record<
    string,
    (options: ExecuteOptions, kernel: FakeKernel) => Partial<ExecuteResult> | Promise<Partial<ExecuteResult>>
  >
>;

export class FakeKernel implements KernelClient {
  readonly info = {
    implementation: 'fake',
    implementationVersion: '0',
    languageVersion: '6.0',
    languageInfo: { name: 'typescript' },
    protocolVersion: '5.5',
  };
  readonly processId = undefined;
  readonly executed: string[] = [];
  killed = false;
  interrupted = false;
  shutDown = false;
  onInterrupt: (() => void) | undefined;

  constructor(readonly script: Script) {}

  async execute(code: string, options: ExecuteOptions = {}): Promise<ExecuteResult> {
    this.executed.push(code);
    const answer = (await this.script[code]?.(options, this)) ?? {};
    return {
      status: 'ok',
      executionCount: this.executed.length,
      outputs: [],
      verdicts: [],
      metadata: {},
      ...answer,
    };
  }

  async interrupt(): Promise<void> {
    this.interrupted = true;
    this.onInterrupt?.();
  }

  async shutdown(): Promise<void> {
    this.shutDown = true;
  }

  kill(): void {
    this.killed = true;
  }

  onDeath(): void {}
}

export function stream(text: string): NotebookOutput {
  return { output_type: 'stream', name: 'stdout', text };
}

export function code(source: string, ...tags: string[]): NotebookCell {
  return {
    id: source.replace(/[^a-z0-9]+/gi, '-'),
    type: 'code',
    source,
    metadata: tags.length === 0 ? {} : { tags },
    executionCount: 7,
    outputs: [stream('of an earlier run\n')],
  };
}

export const boom = { ename: 'Error', evalue: 'boom', traceback: ['Error: boom', 'at cell'] };
