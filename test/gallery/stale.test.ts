/** What is committed of an executed notebook, and how one sees that it is stale. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { heatmap } from '../../src/display/index.js';
import { root } from '../project/places.js';

const scripts = pathToFileURL(join(root, 'scripts/gallery/')).href;
const { committed } = (await import(`${scripts}committed.mjs`)) as {
  committed(source: string, executed: string): Promise<string>;
};
const { differences } = (await import(`${scripts}stale.mjs`)) as {
  differences(committed: string, fresh: string): readonly { kind: string; said: string }[];
};

interface Shown {
  readonly prose?: string;
  readonly code?: string;
  readonly status?: string;
  readonly mistake?: string;
  readonly text?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A notebook of two cells, executed. */
function executed({
  prose = 'A claim.',
  code = 'check()',
  status = 'refuted',
  mistake = 'sign',
  ...shown
}: Shown) {
  const verdict = {
    claim: 'a = b',
    status,
    witnesses: [{ error: 1 }],
    diagnoses: [{ mistake, message: 'm' }],
  };
  const data = shown.data ?? { 'text/plain': shown.text ?? '✗ refuted: a = b, off by 0.25' };
  const check = {
    cell_type: 'code',
    id: 'check',
    metadata: { handgrad: { verdicts: [verdict] } },
    execution_count: 1,
    source: code,
    outputs: [{ output_type: 'execute_result', execution_count: 1, data, metadata: {} }],
  };
  const text = { cell_type: 'markdown', id: 'prose', metadata: {}, source: prose };
  return JSON.stringify({ cells: [text, check], metadata: {}, nbformat: 4, nbformat_minor: 5 });
}

const before = await committed(executed({}), executed({}));
const kinds = (shown: Shown, old = before) => differences(old, executed(shown)).map(({ kind }) => kind);

describe('stale outputs', () => {
  it('nothing differs from itself, nor where only the prose was rewritten', () => {
    assert.deepEqual(kinds({}), []);
    assert.deepEqual(kinds({}, before.replace('A claim.', 'A bold claim.')), []);
  });

  it('a changed cell, another verdict, another mistake, another number, other words are told apart', () => {
    assert.deepEqual(kinds({}, before.replace('check()', 'check(1)')), ['code']);
    assert.deepEqual(kinds({ status: 'agrees' }), ['verdict']);
    assert.deepEqual(kinds({ mistake: 'transposed' }), ['verdict']);
    assert.deepEqual(kinds({ text: '✗ refuted: a = b, off by 0.26' }), ['output']);
    assert.deepEqual(kinds({ text: '✗ refuted: a = b, wrong by 0.25' }), ['words']);
    assert.deepEqual(kinds({ data: {} }), ['words']);
    assert.deepEqual(kinds({}, executed({})), ['code']);
  });

  it('what float32 and the backend decide is no difference', () => {
    assert.deepEqual(kinds({ text: '✗ refuted: a = b, off by 0.250001' }), []);
    const said = (witness: string) =>
      `✗ refuted: a = b\n  ✗ autograd: ${witness}\n  entry [${witness.length}]: 1`;
    const old = executed({ text: said('off by 2.6e-9') });
    return committed(old, old).then((text) => {
      assert.deepEqual(kinds({ text: said('off by 7.1e-8, at most') }, text), []);
    });
  });
});

describe('what is committed', () => {
  const figure = heatmap(
    [
      [1, 2],
      [3, 4],
    ],
    { title: 'σ, ∂ and ŷ' },
  );
  const shown = executed({
    data: {
      'text/plain': 'x',
      'image/svg+xml': figure.svg,
      'application/vnd.handgrad.verdict+json': { a: 1 },
    },
  });

  it('a figure is there as PNG too, the same each time; what only programs read is not', async () => {
    const [first, second] = [await committed(shown, shown), await committed(shown, shown)];
    assert.equal(first, second);
    const [, cell] = (
      JSON.parse(first) as { cells: { outputs: { data: Record<string, string> }[]; metadata: object }[] }
    ).cells;
    const data = cell?.outputs[0]?.data ?? {};
    assert.deepEqual(Object.keys(data).sort(), ['image/png', 'image/svg+xml', 'text/plain']);
    assert.equal(
      Buffer.from(data['image/png'] ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
      'PNG',
    );
    assert.deepEqual(cell?.metadata, {
      handgrad: {
        verdicts: [{ claim: 'a = b', status: 'refuted', diagnoses: [{ mistake: 'sign', message: 'm' }] }],
      },
    });
  });

  it('a figure of megabytes is committed as pictures only', async () => {
    const heavy = executed({
      data: { 'application/vnd.plotly.v1+json': 'x'.repeat(100_000), 'image/svg+xml': figure.svg },
    });
    assert.ok(!(await committed(heavy, heavy)).includes('plotly'));
  });
});
