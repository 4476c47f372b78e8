import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { jupyterDisplay, type MimeBundle } from '../../src/display/index.js';
import { given } from '../../src/index.js';

/** What a value of the package shows of itself. */
function shown(value: object): MimeBundle {
  return (value as { [jupyterDisplay](): MimeBundle })[jupyterDisplay]();
}

/** The words of HTML, formulas included. */
function words(value: object): string {
  return String(shown(value)['text/html'])
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

const scope = given({ x: ['n'], t: ['n'] });
const softmax = scope.define('s_i = exp(x_i) / Σ_k exp(x_k)');
scope.define('L = −Σ_i t_i log(s_i)');
const derivation = scope.derive('∂L/∂x_j');
const chain = derivation.step('Σ_i ∂L/∂s_i ∂s_i/∂x_j', { because: 'all <paths>' });
const planned = derivation.step('−t_j (1 − s_j)', { expect: 'refuted' });
const right = derivation.step('s_j Σ_i t_i − t_j');
const wrong = derivation.step('s_j − t_j');

describe('what the calculus shows', () => {
  it('a definition: both sides, typeset, and as text', () => {
    assert.equal(shown(softmax)['text/plain'], 's_i = exp(x_i) / Σ_k exp(x_k)');
    assert.match(String(shown(softmax)['text/html']), /\$\\displaystyle s_\{i\} = \\frac/);
    assert.equal(inspect(softmax), 's_i = exp(x_i) / Σ_k exp(x_k)');
  });

  it('a formula: LaTeX and its own text', () => {
    const formula = scope.differentiate('∂s_i/∂x_j');
    assert.equal(shown(formula)['text/plain'], 's_i (δ_ij − s_j)\n  in matrix notation: diag(s) − s sᵀ');
    assert.equal(shown(formula)['text/latex'], `$\\displaystyle ${formula.latex}$`);
  });

  it('components written out: LaTeX in HTML, with & escaped, in a box that scrolls', () => {
    const html = String(shown(scope.differentiate('∂s_i/∂x_j').explicit({ n: 3 }))['text/html']);
    assert.match(html, /overflow-x:auto/);
    assert.match(html, /&amp;/);
    assert.doesNotMatch(html, /&(?!amp;)/);
  });

  it('a line: how it was read, its verdict, the reasons, every witness', () => {
    assert.match(words(chain), /\\sum_\{i\}.* ✓ proved – all &lt;paths&gt;, chain rule .*symbolic.*float64/);
    assert.match(words(planned), /✗ refuted \(as expected\).*entry \[\d\]: yours/);
    assert.match(inspect(right), /= s_j Σ_i t_i − t_j\n✓ proved/);
  });

  it('a line that is right but does not follow, and one that follows from a mistake', () => {
    // a mistake that was made on purpose is no line to go on from
    assert.doesNotMatch(words(right), /does not follow/);
    const mistaken = scope.derive('∂L/∂x_j');
    mistaken.step('−t_j (1 − s_j)');
    assert.match(
      words(mistaken.step('s_j Σ_i t_i − t_j')),
      /Right, but it does not follow from the line before/,
    );
    mistaken.step('s_j − 2 t_j');
    assert.match(
      words(mistaken.step('−2 t_j + s_j')),
      /It follows from the line before; the mistake was made earlier/,
    );
    assert.doesNotMatch(words(wrong), /follow/);
  });

  it('a derivation: a row for each line, where it goes wrong and why', () => {
    const html = String(shown(derivation)['text/html']);
    assert.equal(html.match(/<tr>/g)?.length, 5);
    assert.match(
      words(derivation),
      /4 .*✗ refuted : here it goes wrong needs-assumption : .*Likely mistake \( needs-assumption \).*what else would explain it/,
    );
    assert.match(String(shown(derivation)['text/latex']), /^\$\$\\begin\{aligned\}/);
    assert.match(words(scope.worked('∂L/∂x_j')), /because verdict 1 .*✓ proved $/);
    assert.doesNotThrow(() => shown(scope.derive('∂L/∂x_j')));
  });

  it('a hint', () => {
    assert.match(words(scope.derive('∂L/∂x_j').hint()), /Next: chain rule/);
  });

  it('nothing that an untrusted notebook strips, and nothing a person typed as markup', () => {
    for (const value of [chain, planned, right, wrong, derivation, softmax]) {
      assert.doesNotMatch(
        String(shown(value)['text/html']),
        /<(script|style|svg|iframe|img|paths)|\son\w+=|\sid=|\sclass=/i,
      );
    }
  });
});
