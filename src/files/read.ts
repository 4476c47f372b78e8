/** Tensors from files that other programs wrote: .npy, .npz, safetensors and JSON. */
import { basename, extname } from 'node:path';
import type { FileDtype } from './dtypes.js';
import { TensorFileError } from './errors.js';
import { readJson } from './json.js';
import { npyMagic, readNpy } from './npy.js';
import { readNpz } from './npz.js';
import { headerLength, readSafetensors } from './safetensors.js';
import { fileSource, type Source } from './source.js';
import { type FileTensor, load, type Stored } from './tensor.js';

/** What a tensor should be; anything else is refused. */
export interface ExpectedTensor {
  readonly shape?: readonly number[];
  readonly dtype?: FileDtype;
}

/** What `readTensors` is told: how much memory a tensor may take. */
export interface ReadOptions {
  /** The most memory that one tensor may take, in bytes; 1 GB unless given. */
  readonly limit?: number;
}

type Format = 'npy' | 'npz' | 'safetensors' | 'json';

interface Contents {
  readonly format: Format;
  readonly names: readonly string[];
  readonly load: (name: string) => FileTensor;
}

/** The tensors of a file, each read when it is asked for. */
export class TensorFile {
  readonly path: string;
  readonly format: Format;
  /** In the order of the file. */
  readonly names: readonly string[];
  readonly #load: (name: string) => FileTensor;

  constructor(path: string, { format, names, load: read }: Contents) {
    this.path = path;
    this.format = format;
    this.names = names;
    this.#load = read;
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /**
   * A tensor by its name; without a name the only one there is. What was expected of it is held against it.
   *
   * @throws TensorFileError where there is none of that name, or its shape or type is another.
   */
  get(name?: string, expected: ExpectedTensor = {}): FileTensor {
    const tensor = this.#load(this.#named(name));
    const { shape, dtype } = expected;
    if (shape !== undefined && shape.join() !== tensor.shape.join()) {
      throw new TensorFileError(
        `The tensor '${tensor.name}' of ${this.path} has the shape [${tensor.shape}]; [${shape}] was expected.`,
      );
    }
    if (dtype !== undefined && dtype !== tensor.dtype) {
      throw new TensorFileError(
        `The tensor '${tensor.name}' of ${this.path} is of ${tensor.dtype}; ${dtype} was expected.`,
      );
    }
    return tensor;
  }

  #named(name: string | undefined): string {
    if (name !== undefined && this.has(name)) return name;
    const [only] = this.names;
    if (name === undefined && only !== undefined && this.names.length === 1) return only;
    const list = this.names.slice(0, 20).join(', ') + (this.names.length > 20 ? ', …' : '');
    const asked = name === undefined ? 'Say which tensor is wanted' : `There is no tensor '${name}'`;
    throw new TensorFileError(`${asked}; ${this.path} holds ${list === '' ? 'none' : list}.`);
  }

  toString(): string {
    return `${this.names.length} tensor(s) in ${this.path} (${this.format}): ${this.names.slice(0, 20).join(', ')}`;
  }
}

function loaded(format: Format, tensors: readonly FileTensor[]): Contents {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return { format, names: [...byName.keys()], load: (name) => byName.get(name) ?? missing(name) };
}

function stored(format: Format, source: Source, places: readonly Stored[], limit: number): Contents {
  const byName = new Map(places.map((place) => [place.name, place]));
  return {
    format,
    names: [...byName.keys()],
    load: (name) => load(source, byName.get(name) ?? missing(name), limit),
  };
}

function missing(name: string): never {
  throw new TensorFileError(`There is no tensor '${name}'.`);
}

const startsWith = (bytes: Uint8Array, magic: Uint8Array): boolean =>
  magic.every((byte, k) => bytes[k] === byte);
const zipMagics = [Uint8Array.of(0x50, 0x4b, 3, 4), Uint8Array.of(0x50, 0x4b, 5, 6)];

/** What a file is by its first bytes, whatever it is called. */
function open(source: Source, limit: number): Contents {
  const only = basename(source.path, extname(source.path));
  const start = source.read(0, Math.min(16, source.size));
  if (startsWith(start, npyMagic)) return stored('npy', source, [readNpy(source, only)], limit);
  if (zipMagics.some((magic) => startsWith(start, magic))) {
    const { names, load: read } = readNpz(source, limit);
    return { format: 'npz', names, load: (name) => read(name, limit) };
  }
  const length = headerLength(source);
  if (length !== undefined) return stored('safetensors', source, readSafetensors(source, length), limit);
  if (/^\s*[[{\d-]/u.test(new TextDecoder('latin1').decode(start)))
    return loaded('json', readJson(source, only, limit));
  throw new TensorFileError(
    `${source.path} (${source.size} bytes) is none of .npy, .npz, safetensors and JSON, or its beginning is damaged. ` +
      'From PyTorch: safetensors.torch.save_file({"dx": dx}, path), or np.save(path, dx.numpy()).',
  );
}

/**
 * The tensors of a file written elsewhere: `.npy`, `.npz`, safetensors or JSON, told apart by their first bytes. Shapes and
 * types are verified against the file's length, sizes estimated before memory is taken, nothing is unpickled or evaluated. Of a
 * .npy or safetensors file only the tensors asked for are read.
 *
 * A tensor read is accepted wherever a check takes numbers: as what was built by hand, and as the point.
 *
 * @throws TensorFileError, TensorTooLargeError; what Node throws where there is no file (ENOENT).
 * @example
 * const made = readTensors('layer-norm.safetensors');          // by safetensors.torch.save_file({ 'x': x, 'dx': x.grad }, …)
 * checkGradient(made.get('dx'), { of: loss, at: made.get('x') });
 */
export function readTensors(path: string, { limit = 1e9 }: ReadOptions = {}): TensorFile {
  return new TensorFile(path, open(fileSource(path), limit));
}
