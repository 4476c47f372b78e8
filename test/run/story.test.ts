import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Workplace } from './command-line.js';
import { invalidities } from './nbformat.js';

const story = fileURLToPath(
  new URL('../../../notebooks/01-softmax-and-cross-entropy.ipynb', import.meta.url),
);
const place = new Workplace();
after(() => place.remove());

interface JudgedClaim {
  readonly status: string;
  readonly expected?: string;
  readonly diagnoses: readonly { readonly mistake: string }[];
}

interface Result {
  readonly passed: boolean;
  readonly notebooks: readonly {
    readonly backend: { readonly name: string };
    readonly cells: readonly {
      readonly id: string;
      readonly status: string;
      readonly verdicts: readonly JudgedClaim[];
    }[];
  }[];
  readonly failures: readonly { readonly cell: string; readonly reason: string }[];
}

describe('the story of softmax and cross-entropy', () => {
  it('runs as it is told: each claim comes out as it says, the wrong ones refuted', async () => {
    const { code, stdout, stderr } = await place.run([story, '--json']);
    const { passed, notebooks, failures } = JSON.parse(stdout) as Result;
    assert.deepEqual({ code, passed, failures }, { code: 0, passed: true, failures: [] }, stderr);
    const [{ cells, backend }] = notebooks as [Result['notebooks'][0]];
    const verdicts = new Map(
      cells.flatMap(({ id, verdicts: given }) =>
        given.map(({ status, expected }): [string, string] => [
          id,
          `${status}${expected ? ', as expected' : ''}`,
        ]),
      ),
    );
    assert.deepEqual(Object.fromEntries(verdicts), {
      'four-inputs': 'agrees',
      'any-size-check': 'agrees',
      'claim-1-check': 'refuted, as expected',
      'diagonal-only-check': 'refuted, as expected',
      'sigmoid-check': 'agrees',
      'claim-2-check': 'agrees',
      'claim-3-check': 'refuted, as expected',
      'claim-4-product': 'agrees',
      's-minus-t': 'agrees',
      'assumption-check': 'agrees',
      'assumption-missing': 'refuted, as expected',
      'derive-jacobian': 'proved',
      'prove-row-sums': 'proved',
      'mistake-named': 'refuted, as expected',
      'derive-chain': 'proved',
      'derive-put-in': 'proved',
      'derive-contract': 'proved',
      'derive-too-far': 'refuted, as expected',
      'derive-assumed': 'proved',
      'large-logits': 'undecided, as expected',
      'large-logits-fused': 'agrees',
      solution: 'proved',
    });
    assert.equal(cells.find(({ id }) => id === 'typo-found')?.status, 'raised');
    const named = (cell: string) => cells.find(({ id }) => id === cell)?.verdicts[0]?.diagnoses[0]?.mistake;
    assert.equal(named('diagonal-only-check'), 'diagonal-only');
    assert.equal(named('mistake-named'), 'elementwise-product');
    assert.equal(named('derive-too-far'), 'needs-assumption');
    assert.ok(['tensorflow', 'wasm', 'cpu'].includes(backend.name));
    const executed = place.text('.handgrad/01-softmax-and-cross-entropy.ipynb');
    assert.deepEqual(invalidities(JSON.parse(executed)), []);
    for (const number of [
      '0.10650698, 0.10650698, 0.78698604',
      '2.2395',
      '-9.38905610',
      '0.09516324, 0.09516324, 0.16763901',
      '-0.89349302',
    ]) {
      assert.ok(executed.includes(number), `${number} does not appear`);
    }
    assert.ok(executed.includes('application/vnd.plotly.v1+json') && executed.includes('<svg'));
  });

  for (const { planted, from, to, cell, said } of [
    {
      planted: 'one sign of the Jacobian',
      from: '((i === j ? 1 : 0) - s_j)',
      to: '((i === j ? 1 : 0) + s_j)',
      cell: /code cell 7 \(any-size-check\): refuted/,
      said: /entry \[\d, \d\]: yours /,
    },
    {
      planted: 'one sign of the gradient',
      from: 's.map((s_i, i) => -t[i] / s_i)',
      to: 's.map((s_i, i) => t[i] / s_i)',
      cell: /code cell \d+ \(claim-2-check\): Error: −t\/s\[1\] is 9\.38/,
      said: /the text says -9\.3890561/,
    },
  ]) {
    it(`fails, naming cell and entry, when a mistake is planted: ${planted}`, async () => {
      const text = readFileSync(story, 'utf8');
      assert.equal(text.split(from).length, 2, 'the line to plant in has changed');
      writeFileSync(join(place.folder, 'planted.ipynb'), text.replace(from, to));
      const { code, stdout } = await place.run(['planted.ipynb']);
      assert.equal(code, 1);
      assert.match(stdout, cell);
      assert.match(stdout, said);
    });
  }
});
