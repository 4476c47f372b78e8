import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { given } from '../../src/derivation/index.js';

const place = Symbol.for('handgrad.cell');
const host = globalThis as { [place]?: { id: string; run: number } };
let runs = 0;

/** Runs something as a cell of a notebook does. */
function cell<T>(id: string, body: () => T): T {
  runs += 1;
  host[place] = { id, run: runs };
  try {
    return body();
  } finally {
    delete host[place];
  }
}

afterEach(() => {
  delete host[place];
});

describe('running a cell again', () => {
  test('replaces the definitions it made; later ones are read anew', () => {
    const scope = given({ x: ['n'] });
    cell('a', () => scope.define('y_i = x_i^2'));
    cell('b', () => scope.define('L = Σ_i y_i'));
    assert.equal(String(scope.differentiate('∂L/∂x_j')), '2 x_j');
    cell('a', () => scope.define('y_i = x_i^3'));
    assert.equal(String(scope.differentiate('∂L/∂x_j')), '3 x_j^2');
  });

  test('changes nothing where the new text cannot be read', () => {
    const scope = given({ x: ['n'] });
    cell('a', () => scope.define('y_i = x_i^2'));
    assert.throws(() => cell('a', () => scope.define('y_i = (((')));
    assert.equal(String(scope.differentiate('∂y_i/∂x_j')), '2 x_i δ_ij');
  });

  test('replaces the lines it added, in their place; the lines after them are stale', () => {
    const scope = given({ x: ['n'] });
    scope.define('y = Σ_i x_i^2');
    const d = scope.derive('∂y/∂x_j');
    cell('a', () => d.step('Σ_i 2 x_i'));
    const last = cell('b', () => d.step('2 x_j'));
    assert.equal(d.firstWrong, 0);
    cell('a', () => d.step('Σ_i 2 x_i δ_ij'));
    assert.deepEqual(
      d.steps.map((s) => s.text),
      ['Σ_i 2 x_i δ_ij', '2 x_j'],
    );
    assert.equal(d.firstWrong, undefined);
    assert.ok(d.isStale(last));
    cell('b', () => d.step('2 x_j'));
    assert.ok(d.steps.every((s) => !d.isStale(s)));
    assert.equal(d.verdict.status, 'proved');
  });

  test('a derivation says when what it rests on was defined anew', () => {
    const scope = given({ x: ['n'] });
    cell('a', () => scope.define('y = Σ_i x_i^2'));
    const d = scope.derive('∂y/∂x_j');
    d.step('2 x_j');
    assert.equal(d.stale, undefined);
    cell('a', () => scope.define('y = Σ_i x_i^2'));
    assert.equal(d.stale, undefined);
    cell('a', () => scope.define('y = Σ_i x_i^4'));
    assert.match(d.stale ?? '', /^y was defined anew/);
    assert.match(String(d), /stale: y was defined anew/);
  });

  test('several lines of one run stay', () => {
    const scope = given({ x: [] });
    scope.define('y = x^2');
    const d = scope.derive('∂y/∂x');
    for (let again = 0; again < 2; again += 1) {
      cell('a', () => {
        d.step('2 x^{2 − 1}');
        d.step('2 x');
      });
      assert.deepEqual(
        d.steps.map((s) => s.text),
        ['2 x^{2 − 1}', '2 x'],
      );
    }
  });

  test('outside a kernel every line is added', () => {
    const scope = given({ x: [] });
    scope.define('y = x^2');
    const d = scope.derive('∂y/∂x');
    d.step('2 x');
    d.step('2 x');
    assert.equal(d.steps.length, 2);
  });
});
