/** NumPy's .npz: a zip archive of .npy files. */
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { TensorFileError } from './errors.js';
import { npyMagic, readNpy } from './npy.js';
import { bytesSource, type Source } from './source.js';
import { type FileTensor, load, refuseTooLarge } from './tensor.js';
import { crc32, zipChecksums } from './zip-checksums.js';

/** A whole archive in memory, and the tensors in it by name; each is unpacked when it is asked for. */
export interface Archive {
  readonly names: readonly string[];
  load(name: string, limit: number): FileTensor;
}

function unzip(
  source: Source,
  bytes: Uint8Array,
  filter: (file: UnzipFileInfo) => boolean,
): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof TensorFileError) throw error;
    throw new TensorFileError(
      `${source.path} is a zip archive that cannot be read: ${error instanceof Error ? error.message : String(error)}. It is damaged or truncated.`,
    );
  }
}

/** A PyTorch checkpoint is a zip archive too. */
function refuseCheckpoint(source: Source, files: readonly string[]): void {
  if (!files.some((file) => file.endsWith('.pkl'))) return;
  throw new TensorFileError(
    `${source.path} is a PyTorch checkpoint, which is pickled; unpickling runs code, and handgrad never does. ` +
      'Save with safetensors.torch.save_file(tensors, path), or np.savez(path, dx=dx.numpy()).',
  );
}

/**
 * The archive of an .npz file.
 *
 * @throws TensorFileError where it is damaged, encrypted, or holds the same name twice.
 */
export function readNpz(source: Source, limit: number): Archive {
  refuseTooLarge(source.size, limit, source.path);
  const bytes = source.read(0, source.size);
  const files = new Map<string, UnzipFileInfo>();
  unzip(source, bytes, (file) => {
    if (files.has(file.name)) {
      throw new TensorFileError(`${source.path} holds '${file.name}' twice; which one is meant?`);
    }
    files.set(file.name, file);
    return false;
  });
  refuseCheckpoint(source, [...files.keys()]);
  const checksums = zipChecksums(bytes);
  const fileOf = new Map(
    [...files.keys()].filter((file) => file.endsWith('.npy')).map((file) => [file.slice(0, -4), file]),
  );
  return {
    names: [...fileOf.keys()],
    load: (name, most) => {
      const wanted = fileOf.get(name);
      const found = unzip(source, bytes, (file) => {
        if (file.name !== wanted) return false;
        refuseTooLarge(file.originalSize, most, `The tensor '${name}' of ${source.path}`);
        return true;
      });
      const unpacked = wanted === undefined ? undefined : found[wanted];
      const path = `'${name}' of ${source.path}`;
      const checksum = wanted === undefined ? undefined : checksums.get(wanted);
      if (unpacked !== undefined && checksum !== undefined && crc32(unpacked) !== checksum) {
        throw new TensorFileError(
          `${path} is damaged: its checksum (CRC-32) is not the one that the archive has of it. Write or copy the file again.`,
        );
      }
      if (unpacked === undefined || npyMagic.some((byte, k) => unpacked[k] !== byte)) {
        throw new TensorFileError(`${path} is no .npy file; the archive is damaged, or of another kind.`);
      }
      const inside = bytesSource(path, unpacked);
      return load(inside, readNpy(inside, name), most);
    },
  };
}
