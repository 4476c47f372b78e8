import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { checkGradient, type Derivation, given, tf } from '../../src/index.js';

const schema = (name: string): object =>
  JSON.parse(
    readFileSync(fileURLToPath(new URL(`../../../docs/schema/${name}.json`, import.meta.url)), 'utf8'),
  ) as object;

const ajv = new Ajv({ allErrors: true });
ajv.addSchema(schema('verdict'));
const isVerdict = ajv.getSchema('https://handgrad.invalid/schema/verdict.json');
const isDerivation = ajv.compile(schema('derivation'));

type Shown = Record<symbol, () => Record<string, unknown>>;

function shown(value: object, mime: string): unknown {
  return (value as Shown)[Symbol.for('Jupyter.display')]?.()[mime];
}

function story(): Derivation {
  const scope = given({ x: ['n'], t: ['n'] });
  scope.define('s_i = softmax(x)_i');
  scope.define('L = −Σ_i t_i log(s_i)');
  const derivation = scope.derive('∂L/∂x_j');
  derivation.step('let Z = Σ_k exp(x_k)');
  derivation.step('∂Z/∂x_j = exp(x_j)');
  derivation.step('−t_j (1 − s_j)', { expect: 'refuted', because: 'entry by entry' });
  derivation.step('s_j Σ_i t_i − t_j');
  return derivation;
}

test('a derivation fits its published schema', () => {
  const data = shown(story(), 'application/vnd.handgrad.derivation+json');
  assert.ok(isDerivation(data), JSON.stringify(isDerivation.errors));
});

test('verdicts of lines and of numbers fit theirs, and what is none does not', () => {
  const verdicts = [
    ...story().steps.map((s) => s.verdict),
    checkGradient([2, 4], { of: (x) => tf.sum(tf.square(x)), at: [1, 2] }),
    checkGradient([2, 5], { of: (x) => tf.sum(tf.square(x)), at: [1, 2], expect: 'refuted' }),
  ];
  for (const verdict of verdicts) {
    const data = shown(verdict, 'application/vnd.handgrad.verdict+json');
    assert.ok(isVerdict?.(data), JSON.stringify(isVerdict?.errors));
  }
  assert.equal(
    isVerdict?.({ claim: 'x', status: 'fine', witnesses: [], diagnoses: [], warnings: [] }),
    false,
  );
});
