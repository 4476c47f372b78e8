/** What the kernel puts at hand in every cell, as TypeScript sees it. Kept beside the values by child/globals.ts. */
export const declarations = `
/** What was shown, and can be shown anew in the same place. */
interface DisplayHandle {
  readonly id: string;
  /** Shows another value in the place of the first, in the same mode (raw or not). */
  update(value: unknown): void;
}
/**
 * Shows a value: by its own \`Symbol.for('Jupyter.display')\` method, or as text. With \`raw\` the value is itself a
 * MIME bundle: \`display({ 'text/html': '<b>bold</b>', 'text/plain': 'bold' }, { raw: true })\`.
 */
declare function display(value: unknown, options?: { id?: string; raw?: boolean }): DisplayHandle;
/** Clears what this cell has shown so far; with \`wait\`, only when there is something new to show. */
declare function clearOutput(options?: { wait?: boolean }): void;
/** Asks the person at the front end. Rejects where nobody can be asked. */
declare function prompt(question?: string, options?: { password?: boolean }): Promise<string>;
/** A channel between this kernel and something in the front end. */
interface Comm {
  readonly id: string;
  readonly target: string;
  send(data: Record<string, unknown>, buffers?: readonly Uint8Array[]): void;
  onMessage(listener: (data: Record<string, unknown>, buffers: readonly Uint8Array[]) => void): void;
  onClose(listener: (data: Record<string, unknown>) => void): void;
  close(data?: Record<string, unknown>): void;
}
declare const comms: {
  /** What to do when a front end opens a comm of this target. */
  register(target: string, opened: (comm: Comm, data: Record<string, unknown>) => void): void;
  /** Opens a comm from here. */
  open(target: string, data?: Record<string, unknown>, metadata?: Record<string, unknown>): Comm;
};
/** WebAssembly as Node has it; its types are otherwise in the library for browsers alone. */
declare namespace WebAssembly {
  type Exports = Record<string, any>;
  type Imports = Record<string, Record<string, unknown>>;
  class Module {
    constructor(bytes: BufferSource);
    static exports(module: Module): { name: string; kind: string }[];
    static imports(module: Module): { module: string; name: string; kind: string }[];
    static customSections(module: Module, name: string): ArrayBuffer[];
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Table {
    constructor(descriptor: { element: 'anyfunc' | 'externref'; initial: number; maximum?: number });
    readonly length: number;
    get(index: number): any;
    set(index: number, value?: unknown): void;
    grow(by: number, value?: unknown): number;
  }
  class Global {
    constructor(descriptor: { value: 'i32' | 'i64' | 'f32' | 'f64' | 'externref' | 'anyfunc'; mutable?: boolean }, value?: unknown);
    value: any;
    valueOf(): any;
  }
  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}
  type BufferSource = ArrayBuffer | ArrayBufferView;
  function validate(bytes: BufferSource): boolean;
  function compile(bytes: BufferSource): Promise<Module>;
  function instantiate(bytes: BufferSource, imports?: Imports): Promise<{ module: Module; instance: Instance }>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
}
`;
