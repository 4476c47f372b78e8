import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autogradDerivative } from '../../src/autograd/index.js';
import {
  agree,
  agreeWithDifferences,
  type Expr,
  evaluateWithScale,
  minimise,
  multiply,
  negate,
  num,
  probePoints,
  type Ranged,
  resolveDerivatives,
} from '../../src/formula/index.js';
import { identities, stated } from './identities.js';

for (const identity of identities) {
  test(`${identity.id}: differences and autograd agree with the listed derivative, and with no changed one`, () => {
    const { declarations, question, answer } = stated(identity);
    const derivatives = (node: Expr & { kind: 'derivative' }): Expr => resolveDerivatives(declarations, node);
    const options = { derivatives, count: 2 };
    const found = agreeWithDifferences(answer, question, declarations, options);
    assert.ok(!('none' in found), 'none' in found ? found.none : '');
    assert.ok(found.agrees, JSON.stringify(found.worst));
    const changed = (expr: Expr): Ranged => ({ ...answer, expr });
    for (const wrong of [negate(answer.expr), multiply(num('1.0001'), answer.expr)]) {
      const refuted = agreeWithDifferences(changed(wrong), question, declarations, options);
      assert.ok(!('none' in refuted) && !refuted.agrees && refuted.worst !== undefined);
      const direct = agree(answer, changed(wrong), declarations, options);
      assert.ok(!('none' in direct) && !direct.agrees && direct.worst !== undefined);
      const small = minimise(direct.worst, answer, changed(negate(answer.expr)), declarations, options);
      assert.ok(small.error > small.tolerance);
    }
    const probes = probePoints(declarations, [answer, question.ranged], options);
    assert.ok(!('none' in probes));
    for (const point of probes.points) {
      const autograd = autogradDerivative(question, declarations, point);
      assert.ok(!('none' in autograd), 'none' in autograd ? autograd.none : '');
      const right = evaluateWithScale({ ...answer, free: autograd.free }, point.values, declarations, {
        sizes: point.sizes,
        derivatives,
      });
      right.value.data.forEach((x, at) => {
        const tolerance = 8 * 2 ** -23 * (autograd.scale.data[at] ?? Number.NaN) + 1e-12;
        const y = autograd.value.data[at] ?? Number.NaN;
        assert.ok(Math.abs(x - y) <= tolerance, `entry ${at}: ${x}, autograd ${y} ± ${tolerance}`);
      });
    }
  });
}
