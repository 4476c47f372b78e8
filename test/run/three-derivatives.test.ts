import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Workplace } from './command-line.js';

const notebook = fileURLToPath(
  new URL('../../../notebooks/02-three-derivatives-by-hand.ipynb', import.meta.url),
);
const place = new Workplace();
after(() => place.remove());

/** The mistake that each line which is meant to be wrong must be met with, first. */
const mistakes: Readonly<Record<string, string>> = {
  'log-softmax-slip-step': 'delta-replaced-by-one',
  'confusion-step': 'lost-factor',
  'bce-slip-step': 'sign-of-term',
  'bce-double-step': 'extra-factor',
  'linear-transposed-step': 'transposed',
  'linear-bias-slip': 'missing-contraction',
  'linear-inputs-slip': 'transposed',
};

interface Judged {
  readonly status: string;
  readonly expected?: string;
  readonly diagnoses: readonly { readonly mistake: string }[];
}

it('three derivatives by hand: right lines proved, wrong ones refuted with the mistake named', async () => {
  const { code, stdout, stderr } = await place.run([notebook, '--json']);
  const { notebooks } = JSON.parse(stdout) as {
    notebooks: readonly { cells: readonly { id: string; verdicts: readonly Judged[] }[] }[];
  };
  assert.equal(code, 0, stderr);
  const named: Record<string, string | undefined> = {};
  for (const { id, verdicts } of notebooks[0]?.cells ?? []) {
    for (const verdict of verdicts) {
      if (verdict.expected === 'refuted') named[id] = verdict.diagnoses[0]?.mistake;
      else assert.equal(verdict.status, 'proved', id);
    }
  }
  assert.deepEqual(named, mistakes);
});
