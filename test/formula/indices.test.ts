import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  add,
  allIndices,
  bracket,
  cases,
  combine,
  component,
  delta,
  everyNode,
  fieldFunction,
  freeIndices,
  freshId,
  indicesEqual,
  mapChildren,
  multiply,
  num,
  position,
  renameBinders,
  simpleIndex,
  substituteIndex,
  substituteIndices,
  sum,
  tensor,
  unfold,
  unfoldDefinition,
} from '../../src/formula/index.js';

const n = 'n';

test('free indices are those no binder holds, in order of appearance', () => {
  const expr = multiply(tensor('s', 'j'), sum('k', n, multiply(tensor('W', 'k', 'i'), delta('k', 'j'))));
  assert.deepEqual(freeIndices(expr), ['j', 'i']);
  assert.deepEqual([...allIndices(expr)].sort(), ['i', 'j', 'k']);
});

test('an index put for another is not captured by a binder of that letter', () => {
  const expr = sum('k', n, tensor('W', 'i', 'k'));
  assert.deepEqual(substituteIndex(expr, 'i', simpleIndex('k')), sum('k#2', n, tensor('W', 'k', 'k#2')));
  const below = sum('k', n, sum('l', n, tensor('T', 'i', 'k', 'l')));
  const put = substituteIndex(below, 'i', combine(simpleIndex('k'), simpleIndex('l')));
  assert.deepEqual(freeIndices(put), ['k', 'l']);
  assert.equal(allIndices(put).size, 4);
});

test('a bound id is not replaced, a condition on it is followed', () => {
  const expr = sum('k', n, tensor('x', 'k'), bracket(position('k'), '≠', position('i')));
  assert.equal(substituteIndex(expr, 'k', simpleIndex('j')), expr);
  const put = substituteIndex(expr, 'i', component(0));
  assert.deepEqual(put, sum('k', n, tensor('x', 'k'), bracket(position('k'), '≠', position(0))));
});

test('several ids are replaced at once', () => {
  const swapped = substituteIndices(
    tensor('A', 'i', 'j'),
    new Map([
      ['i', simpleIndex('j')],
      ['j', simpleIndex('i')],
    ]),
  );
  assert.deepEqual(swapped, tensor('A', 'j', 'i'));
});

test('index arithmetic: order does not matter, opposites cancel', () => {
  const ik = combine(simpleIndex('i'), simpleIndex('k'));
  assert.ok(indicesEqual(ik, combine(simpleIndex('k'), simpleIndex('i'))));
  assert.ok(!indicesEqual(ik, simpleIndex('i')));
  assert.deepEqual(combine(ik, simpleIndex('k'), -1), simpleIndex('i'));
  assert.ok(!indicesEqual(component(0), component(1)));
});

test('renamed binders are all different and clear of what is taken', () => {
  const one = sum('k', n, tensor('x', 'k'));
  const expr = multiply(one, one, tensor('y', 'k'));
  const renamed = renameBinders(expr, new Set(['k#2']));
  assert.deepEqual(
    renamed,
    multiply(sum('k#3', n, tensor('x', 'k#3')), sum('k#4', n, tensor('x', 'k#4')), tensor('y', 'k')),
  );
  assert.equal(freshId('k#2', new Set(['k', 'k#2'])), 'k#3');
});

test('softmax unfolds with its copies renamed apart; at a shifted index it is 0 outside the range', () => {
  const soft = fieldFunction('softmax', [{ id: 'k', dimension: n }], sum('j', n, tensor('W', 'k', 'j')), 'i');
  const unfolded = unfold(soft);
  assert.deepEqual(freeIndices(unfolded), ['i']);
  const binders = [...everyNode(unfolded)].flatMap((e) => (e.kind === 'total' ? [e.binder.id] : []));
  assert.equal(new Set(binders).size, binders.length);
  const shifted = combine(simpleIndex('i'), component(1));
  assert.equal(
    unfold(fieldFunction('softmax', [{ id: 'k', dimension: n }], tensor('x', 'k'), shifted)).kind,
    'cases',
  );
});

test('a definition is unfolded at the indices it is written with', () => {
  const body = sum('k', n, multiply(tensor('W', 'i', 'k'), tensor('x', 'k')));
  const y = { name: 'y', dimensions: [n], definition: { indices: ['i'], body } };
  const declarations = { tensors: new Map([['y', y]]), assumptions: [], dimensions: [n] };
  const at = unfoldDefinition(tensor('y', 'k'), declarations);
  assert.deepEqual(at, sum('k#2', n, multiply(tensor('W', 'k', 'k#2'), tensor('x', 'k#2'))));
  assert.equal(unfoldDefinition(tensor('x', 'k'), declarations), undefined);
});

test('mapChildren returns the node itself when nothing changed', () => {
  const expr = cases(
    [{ value: num(1), condition: bracket(position('i'), '=', num(0)) }],
    add(num(1), num(2)),
  );
  assert.equal(
    mapChildren(expr, (child) => child),
    expr,
  );
  assert.notEqual(
    mapChildren(expr, (child) => ({ ...child })),
    expr,
  );
});
