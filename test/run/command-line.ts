/** `handgrad run` as a person types it, on notebooks made for a test. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Notebook, type NotebookCell, readNotebook, writeNotebook } from '../../src/run/index.js';

/** The command line as it is shipped. */
const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly ended: Promise<Ended>;
  signal(name: NodeJS.Signals): void;
}

/** A folder for one test, removed with it. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'handgrad-run-'));

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(name: string, cells: readonly NotebookCell[]): void {
    const kernelspec = { name: 'handgrad', display_name: 'TypeScript (handgrad)', language: 'typescript' };
    writeFileSync(join(this.folder, name), writeNotebook({ cells, metadata: { kernelspec } }));
  }

  read(name: string): Notebook {
    return readNotebook(this.text(name), name);
  }

  text(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** Runs `handgrad run …` here, to its end. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.start(args, environment).ended;
  }

  /** Runs another command of `handgrad` here, to its end. */
  command(args: readonly string[]): Promise<Ended> {
    return this.#spawn(args, {}).ended;
  }

  /** Starts `handgrad run …` here. */
  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Started {
    return this.#spawn(['run', ...args], environment);
  }

  #spawn(args: readonly string[], environment: NodeJS.ProcessEnv): Started {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: '1', ...environment },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { ended, signal: (name) => void child.kill(name) };
  }

  /** Resolves when a cell has written this file. */
  async appears(name: string): Promise<void> {
    while (!existsSync(join(this.folder, name))) await wait(20);
  }
}

/** The source of a cell that announces a verdict, without the library. */
export function announcing(claim: string, status: string, rest: object = {}): string {
  const verdict = { claim, status, witnesses: [], diagnoses: [], warnings: [], ...rest };
  return (
    `const announce = (globalThis as any)[Symbol.for('handgrad.verdicts')] as Set<(verdict: object) => void>;\n` +
    `for (const listener of announce) listener(${JSON.stringify(verdict)});`
  );
}

export function cell(id: string, source: string, ...tags: string[]): NotebookCell {
  const metadata = tags.length === 0 ? {} : { tags };
  return { id, type: 'code', source, metadata, executionCount: null, outputs: [] };
}
