/** Files that are damaged, or made to mislead: an error that names itself, before memory is taken. */
import assert from 'node:assert/strict';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { readTensors } from '../../src/files/index.js';
import { root } from '../project/places.js';

const folder = mkdtempSync(join(tmpdir(), 'handgrad-files-'));
after(() => {
  rmSync(folder, { recursive: true });
});

const fixture = (name: string): Buffer => readFileSync(join(root, 'test/files/fixtures', name));
function written(bytes: Uint8Array | string): string {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  return path;
}

/** Everything a file holds. */
function readAll(bytes: Uint8Array | string): void {
  const file = readTensors(written(bytes));
  for (const name of file.names) file.get(name);
}

function npy(header: string, data: Uint8Array = new Uint8Array(0)): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    length,
    Buffer.from(header, 'latin1'),
    data,
  ]);
}

function safetensors(header: unknown, data: Uint8Array = new Uint8Array(0)): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

const header = (shape: string, descr = "'<f4'"): string =>
  `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
const tensorError = (message: RegExp) => ({ name: 'TensorFileError', message });

describe('truncated files', () => {
  for (const name of ['f4.npy', 'fortran.npy', 'all.safetensors', 'stored.npz', 'deflated.npz']) {
    it(`${name}, cut anywhere`, () => {
      const bytes = fixture(name);
      for (let length = 0; length < bytes.length; length += 1 + (length % 5))
        assert.throws(
          () => {
            readAll(bytes.subarray(0, length));
          },
          tensorError(/./u),
          `${length} bytes`,
        );
    });
  }

  it('with one byte changed they are read or refused, never anything else', () => {
    const names = fc.constantFrom('f4.npy', 'i8.npy', 'all.safetensors', 'stored.npz', 'deflated.npz');
    fc.assert(
      fc.property(names, fc.nat(), fc.integer({ min: 1, max: 255 }), (name, at, by) => {
        const bytes = Buffer.from(fixture(name));
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ by;
        try {
          readAll(bytes);
        } catch (error) {
          assert.match(
            (error as Error).name,
            /^Tensor(?:File|TooLarge)Error$/u,
            String((error as Error).stack),
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('.npy files made to mislead', () => {
  it('a shape beyond the file, or beyond any machine', () => {
    assert.throws(
      () => {
        readAll(npy(header('(1000000, 1000000)')));
      },
      tensorError(/takes 4000000000\d+.*truncated/u),
    );
    assert.throws(
      () => {
        readAll(npy(header(`(${'9'.repeat(15)}, ${'9'.repeat(15)})`)));
      },
      tensorError(/no file can hold/u),
    );
  });

  it('more bytes than the shape holds', () => {
    assert.throws(() => {
      readAll(npy(header('(1,)'), Buffer.alloc(8)));
    }, tensorError(/savez/u));
  });

  it('a header that is an expression, nested deeply, or no dictionary', () => {
    for (const text of [
      header('__import__("os").system("true")'),
      header('(2**40,)'),
      header('('.repeat(5000)),
      header('(-1,)'),
      header('(1.5,)'),
      header("'x'"),
      "{'descr': '<f4'}",
      '[1, 2]',
      '',
      `${header('(0,)')} x`,
    ])
      assert.throws(
        () => {
          readAll(npy(text));
        },
        tensorError(/./u),
        text.slice(0, 40),
      );
  });

  it('an unknown version, an unknown type', () => {
    const bytes = npy(header('(0,)'));
    bytes[6] = 9;
    assert.throws(
      () => {
        readAll(bytes);
      },
      tensorError(/version 9/u),
    );
    assert.throws(
      () => {
        readAll(npy(header('(0,)', "'<f16'")));
      },
      tensorError(/'<f16'/u),
    );
  });
});

describe('safetensors made to mislead', () => {
  const entry = (shape: number[], from: number, to: number, dtype = 'F32') => ({
    dtype,
    shape,
    data_offsets: [from, to],
  });
  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ['beyond the file', { a: entry([2], 0, 8) }, /truncated/u],
    ['another size than its shape', { a: entry([2], 0, 4) }, /takes 8/u],
    ['shared bytes', { a: entry([1], 0, 4), b: entry([1], 0, 4) }, /share bytes/u],
    ['negative lengths', { a: entry([-1, -1], 0, 4) }, /whole number/u],
    ['negative places', { a: entry([1], -4, 0) }, /bytes -4/u],
    ['lengths that overflow', { a: entry([2 ** 52, 2 ** 52], 0, 0) }, /no file can hold/u],
    ['an unknown type', { a: entry([1], 0, 4, 'F8_E4M3') }, /F8_E4M3.*float\(\)/u],
    ['a type that every object has', { a: entry([1], 0, 4, 'constructor') }, /constructor/u],
    ['no entry', { a: null }, /undefined/u],
    ['no object', '{"a": ', /no JSON object/u],
  ];
  for (const [name, head, says] of refused)
    it(name, () => {
      assert.throws(() => {
        readAll(safetensors(head, Buffer.alloc(4)));
      }, tensorError(says));
    });

  it('names that every object has are names', () => {
    const bytes = safetensors(`{"__proto__": ${JSON.stringify(entry([1], 0, 4))}}`, Buffer.alloc(4));
    assert.deepEqual(readTensors(written(bytes)).names, ['__proto__']);
    readAll(bytes);
  });
});

describe('.npz files made to mislead', () => {
  it('an entry that unpacks to more than is allowed', () => {
    const bomb = zipSync({ 'x.npy': npy(header('(10000000,)'), Buffer.alloc(4e7)) });
    assert.ok(bomb.length < 1e5);
    assert.throws(() => readTensors(written(bomb), { limit: 1e6 }).get('x'), {
      name: 'TensorTooLargeError',
      message: /40 MB.*1\.0 MB are allowed/u,
    });
  });

  it('an entry that says it is small and is not', () => {
    const bomb = Buffer.from(zipSync({ 'x.npy': npy(header('(100000,)'), Buffer.alloc(4e5)) }));
    const place = bomb.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    bomb.writeUInt32LE(100, place + 24);
    assert.throws(() => {
      readAll(bomb);
    }, tensorError(/./u));
  });

  it('one byte of the data that is not what was written, packed or not', () => {
    const data = Buffer.from(new Float32Array(64).map((_, k) => Math.sin(k)).buffer);
    for (const level of [0, 6] as const) {
      const whole = Buffer.from(zipSync({ 'x.npy': npy(header('(64,)'), data) }, { level }));
      assert.equal(readTensors(written(whole)).get('x').data.length, 64);
      const flipped = Buffer.from(whole);
      const at = 230;
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      assert.throws(() => readAll(flipped), tensorError(/damaged|truncated|no \.npy file/u));
    }
    const stored = Buffer.from(zipSync({ 'x.npy': npy(header('(64,)'), data) }, { level: 0 }));
    stored.fill(0x7f, stored.indexOf(data) + 5, stored.indexOf(data) + 6);
    assert.throws(() => readAll(stored), tensorError(/checksum/u));
  });

  it('a PyTorch checkpoint, a zip of something else, text', () => {
    assert.throws(
      () => {
        readAll(zipSync({ 'archive/data.pkl': Buffer.from('x') }));
      },
      tensorError(/save_file/u),
    );
    assert.throws(
      () => readTensors(written(zipSync({ 'a.txt': Buffer.from('x') }))).get('a'),
      tensorError(/no tensor 'a'/u),
    );
    assert.throws(
      () => {
        readAll(zipSync({ 'a.npy': Buffer.from('x') }));
      },
      tensorError(/no \.npy file/u),
    );
    assert.throws(
      () => {
        readAll('\x80\x02pickle of something');
      },
      tensorError(/none of/u),
    );
  });
});

describe('JSON', () => {
  it('alone, by name, and with a shape', () => {
    assert.deepEqual(Array.from(readTensors(written('[[1, 2], [3, 4]]')).get().data), [1, 2, 3, 4]);
    const file = readTensors(written('{"a": [1, 2], "b": {"shape": [2, 1], "data": [3, 4]}, "c": 5}'));
    assert.deepEqual(file.names, ['a', 'b', 'c']);
    assert.deepEqual(file.get('b').shape, [2, 1]);
    assert.deepEqual(file.get('c').shape, []);
  });

  for (const [text, says] of [
    ['{"a": [NaN]}', /NaN.*Python/u],
    ['[[1, 2], [3]]', /uneven/u],
    ['["1"]', /must hold numbers/u],
    ['{"a": {"shape": [3], "data": [1, 2]}}', /a list of 3/u],
    ['{"a": {"shape": [1.5], "data": [1, 2]}}', /whole number/u],
    ['{"a": {"b": 1}}', /whole number|shape/u],
    ['{"a": [1', /no JSON/u],
  ] as const)
    it(text, () => {
      assert.throws(() => {
        readAll(text);
      }, tensorError(says));
    });
});

it('a large safetensors file is not loaded for one of its tensors', () => {
  const size = 500_000_000;
  const path = written(
    safetensors({
      large: { dtype: 'F32', shape: [size / 4 - 2], data_offsets: [0, size - 8] },
      small: { dtype: 'F32', shape: [2], data_offsets: [size - 8, size] },
    }),
  );
  const from = readFileSync(path).length;
  truncateSync(path, from + size); // sparse
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, Buffer.from(Float32Array.of(1, 2).buffer), 0, 8, from + size - 8);
  closeSync(descriptor);
  const before = process.memoryUsage();
  assert.deepEqual(Array.from(readTensors(path).get('small').data), [1, 2]);
  assert.ok(process.memoryUsage().arrayBuffers - before.arrayBuffers < 1e6);
  assert.throws(() => readTensors(path, { limit: 1e8 }).get('large'), { name: 'TensorTooLargeError' });
});

it('no file, a folder', () => {
  assert.throws(() => readTensors(join(folder, 'none')), /ENOENT/u);
  assert.throws(() => readTensors(folder), /is not a file|EISDIR/u);
});
