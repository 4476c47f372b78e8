import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import {
  type Declarations,
  declare,
  negate,
  type Point,
  type Proof,
  type ProofStep,
  probePoints,
  prove,
  type Ranged,
  readDefinition,
  readExpression,
  readLine,
  replay,
  writeProof,
} from '../../src/formula/index.js';
import { expression, rewritten, world } from './random-expressions.js';

const softmax = readDefinition(
  's_i = exp(x_i) / Σ_k exp(x_k)',
  declare({ x: ['n'], t: ['n'], a: [], b: [] }),
).declarations;

function written(
  declarations: Declarations,
  left: string,
  right: string,
): { steps: ProofStep[]; point: Point } {
  const a = readExpression(left, declarations);
  const b = readLine(right, declarations, { asked: a });
  assert.ok(b.kind === 'expression');
  const proof = prove(declarations, a.expr, b.ranged.expr, a.ranges) as Proof;
  const probes = probePoints(declarations, [a], { count: 1 });
  assert.ok(!('none' in probes));
  return {
    steps: writeProof(declarations, a.expr, b.ranged.expr, proof.attempt),
    point: probes.points[0] as Point,
  };
}

describe('a proof written down', () => {
  test('names its rules and is replayed', () => {
    const { steps, point } = written(softmax, 'Σ_i t_i s_i (δ_ij − s_j)', 't_j s_j − s_j Σ_i t_i s_i');
    const rules = new Set(steps.map((s) => s.rule));
    assert.ok(rules.has('δ contraction') && rules.has('normal form'), [...rules].join(', '));
    const replayed = replay(steps, softmax, point, false);
    assert.ok(replayed.holds);
    assert.equal(replayed.replayed, steps.length);
  });

  test('common denominators are a step of their own', () => {
    const { steps, point } = written(softmax, 'a/(a + b) + b/(a + b)', '1');
    assert.ok(steps.some((s) => s.rule === 'common denominator'));
    assert.ok(replay(steps, softmax, point, false).holds);
  });

  test('one wrong step is refused, and named', () => {
    const { steps, point } = written(softmax, 'Σ_i t_i s_i (δ_ij − s_j)', 't_j s_j − s_j Σ_i t_i s_i');
    for (const [at, step] of steps.entries()) {
      const wrong: Ranged = { ...step.after, expr: negate(step.after.expr) };
      const planted = steps.map((s, other) => (other === at ? { ...s, after: wrong } : s));
      const replayed = replay(planted, softmax, point, false);
      assert.equal(replayed.holds, false, `${at}: ${step.rule}`);
      assert.equal(replayed.failed?.rule, step.rule);
    }
  });

  test('a difference in the twentieth digit is seen', () => {
    const { steps, point } = written(softmax, 's_i + a', 'a + s_i');
    const [step] = steps;
    assert.ok(step);
    const tiny = readExpression('s_i + a + 1/100000000000000000000', softmax);
    assert.equal(
      replay([{ ...step, after: { ...step.after, expr: tiny.expr } }], softmax, point, false).holds,
      false,
    );
  });

  test('random proofs are replayed without a failure', () => {
    const ranges = new Map([
      ['i', 'n'],
      ['j', 'n'],
      ['c', 'm'],
    ]);
    fc.assert(
      fc.property(expression('everything', 2), fc.integer(), (expr, seed) => {
        const other = rewritten(expr, seed);
        const proof = prove(world, expr, other, ranges);
        assert.ok(proof);
        const probes = probePoints(world, [{ expr, free: ['i', 'j', 'c'], ranges }], { count: 1 });
        if ('none' in probes) return;
        const replayed = replay(
          writeProof(world, expr, other, proof.attempt),
          world,
          probes.points[0] as Point,
          false,
        );
        assert.ok(replayed.holds, replayed.failed?.rule);
      }),
      { numRuns: 40, seed: 17 },
    );
  });
});
