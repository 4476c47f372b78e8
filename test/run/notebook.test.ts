import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { NotebookOutput } from '../../src/kernel/index.js';
import { type Notebook, NotebookError, readNotebook, writeNotebook } from '../../src/run/index.js';
import { injectParameters } from '../../src/run/parameters.js';
import { code } from './fake-kernel.js';
import { invalidities } from './nbformat.js';

const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', '∂', '"', '\u2028', '<', '\\') });
const metadata = fc.constantFrom({}, { tags: ['x'] }, { collapsed: true });
/** Plain objects, as JSON.parse makes them. */
const plain = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  arbitrary.map((value) => structuredClone(value));
const data = fc.record({
  'text/plain': text,
  'application/json': fc.json().map((json): unknown => JSON.parse(json)),
});
const output = fc.oneof(
  fc.record({ output_type: fc.constant('stream' as const), name: fc.constantFrom('stdout', 'stderr'), text }),
  fc.record({ output_type: fc.constant('display_data' as const), data, metadata }),
  fc.record({
    output_type: fc.constant('execute_result' as const),
    execution_count: fc.nat(),
    data,
    metadata,
  }),
  fc.record({
    output_type: fc.constant('error' as const),
    ename: text,
    evalue: text,
    traceback: fc.array(text),
  }),
) as fc.Arbitrary<NotebookOutput>;
const cell = fc.oneof(
  fc.record({
    type: fc.constant('code' as const),
    source: text,
    metadata,
    executionCount: fc.option(fc.nat()),
    outputs: fc.array(output, { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constantFrom('markdown' as const, 'raw' as const),
    source: text,
    metadata,
    executionCount: fc.constant(null),
    outputs: fc.constant([]),
  }),
);
const notebooks: fc.Arbitrary<Notebook> = fc.array(cell, { maxLength: 5 }).map((cells) => ({
  cells: cells.map((one, index) => ({ ...one, id: `cell-${index}` })),
  metadata: { kernelspec: { name: 'handgrad', display_name: 'h' } },
}));

describe('a notebook file', () => {
  it('is valid nbformat 4.5 as written, and reads back the same', () => {
    fc.assert(
      fc.property(plain(notebooks), (notebook) => {
        const written = writeNotebook(notebook);
        assert.deepEqual(invalidities(JSON.parse(written)), []);
        assert.deepEqual(readNotebook(written, 'x.ipynb'), notebook);
      }),
    );
  });

  it('gives cells an id where none, a bad one, or a second one of the same name stands', () => {
    const raw = {
      nbformat: 4,
      cells: ['', 'a', 'a', 'b c'].map((id) => ({ cell_type: 'raw', id, source: [] })),
    };
    const { cells } = readNotebook(JSON.stringify(raw), 'x');
    assert.deepEqual(
      cells.map(({ id }) => id),
      ['cell-1', 'a', 'a-again', 'cell-4'],
    );
  });

  for (const [name, content, said] of [
    ['no JSON', '{', /x\.ipynb: this is no JSON/],
    ['no object', '[]', /expected a notebook/],
    ['nbformat 3', '{"nbformat":3}', /nbformat is 3, expected 4/],
    ['no cells', '{"nbformat":4}', /“cells” is missing/],
    ['a strange cell', '{"nbformat":4,"cells":[{"cell_type":"heading"}]}', /cell 1: cell_type is "heading"/],
  ] as const) {
    it(`is refused with its place: ${name}`, () => {
      assert.throws(
        () => readNotebook(content, 'x.ipynb'),
        (error) => {
          return error instanceof NotebookError && said.test(error.message);
        },
      );
    });
  }
});

describe('parameters', () => {
  const notebook: Notebook = {
    cells: [code('let rows = 3;\nconst name = "a"', 'parameters'), code('run()')],
    metadata: {},
  };
  const parameters = new Map([
    ['rows', '100'],
    ['name', 'it"s'],
  ]);

  it('stand in a cell behind the tagged one, with the keyword it used', () => {
    const injected = injectParameters(notebook, parameters);
    assert.deepEqual(
      injected.cells.map(({ source }) => source),
      ['let rows = 3;\nconst name = "a"', 'let rows = 100;\nconst name = "it\\"s";', 'run()'],
    );
  });

  it('replace those of an earlier run', () => {
    const twice = injectParameters(injectParameters(notebook, parameters), new Map([['rows', '[1, 2]']]));
    assert.equal(twice.cells.length, 3);
    assert.equal(twice.cells[1]?.source, 'let rows = [1,2];');
  });

  it('cannot be used to run anything', () => {
    assert.throws(() => injectParameters(notebook, new Map([['a = evil(); const b', '1']])), NotebookError);
    assert.match(
      injectParameters(notebook, new Map([['a', '1; evil()']])).cells[1]?.source ?? '',
      /^const a = "1; evil\(\)";$/,
    );
  });
});
