/** Which backend judged: the autograd witness is as good as what computes it, so a run says it. */
import type { KernelClient } from '../kernel/index.js';

/** What the library in the kernel says of itself: see `Backend` in autograd/. */
export interface BackendInUse {
  readonly name: string;
  readonly native?: string;
  readonly why?: string;
}

const question = `const { backend: handgradBackend } = await import('handgrad');
console.log(JSON.stringify(handgradBackend()));`;

/** Asks the library in the kernel which backend it uses; undefined when the kernel or the library has no answer. */
export async function askBackend(kernel: KernelClient): Promise<BackendInUse | undefined> {
  const { status, outputs } = await kernel.execute(question, { cellId: 'handgrad-backend', timeout: 30_000 });
  const said = outputs.find((output) => output.output_type === 'stream' && output.name === 'stdout');
  if (status !== 'ok' || said?.output_type !== 'stream') return undefined;
  try {
    const { name, native, why } = JSON.parse(said.text) as Record<string, unknown>;
    if (typeof name !== 'string') return undefined;
    return {
      name,
      ...(typeof native === 'string' ? { native } : {}),
      ...(typeof why === 'string' ? { why } : {}),
    };
  } catch {
    return undefined;
  }
}

/** `tensorflow (native, 2.19.0)`, `cpu (native TensorFlow does not load: …)`. */
export function backendText({ name, native, why }: BackendInUse): string {
  if (name === 'tensorflow') return `tensorflow (native${native === undefined ? '' : `, ${native}`})`;
  return why === undefined ? name : `${name} (${why})`;
}
