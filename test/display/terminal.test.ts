import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fit, layTable, painter, textWidth } from '../../src/display/index.js';

const plain = (text: string) => text;
const rows = [
  ['a-long-name-of-a-notebook', 'short claim', '✓ agrees'],
  ['b', 'a claim that is very much longer than the others', '✗ refuted'],
];
const titles = ['notebook', 'claim', 'verdict'];
const yields = [
  { column: 0, least: 6 },
  { column: 1, least: 10 },
];

describe('layTable', () => {
  it('lines columns up, and stands whole where there is no width', () => {
    const lines = layTable(titles, rows, { yields, paint: plain }).split('\n');
    assert.equal(lines.length, 3);
    assert.equal(lines[1]?.indexOf('✓'), lines[2]?.indexOf('✗'));
    assert.ok(lines[2]?.includes(rows[1]?.[1] ?? ''));
  });

  it('fits the terminal, taking from columns in the order they give way', () => {
    for (const width of [90, 70, 40]) {
      const lines = layTable(titles, rows, { width, yields, paint: plain }).split('\n');
      for (const line of lines) assert.ok(textWidth(line) <= width, line);
    }
    const lines = layTable(titles, rows, { width: 70, yields, paint: plain });
    assert.match(lines, /^a-[a-z-]{3,8}… /m);
    assert.match(lines, /longer than the others/);
  });

  it('counts wide and combining characters as a terminal does', () => {
    assert.deepEqual(['abc', '∂L/∂x', '日本', 'e\u0301', '✓', '🙂'].map(textWidth), [3, 5, 4, 1, 1, 2]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        assert.ok(textWidth(fit(text, width)) <= width);
      }),
    );
  });
});

describe('painter', () => {
  const tty = { write: () => true, isTTY: true };
  const cases: [string, { isTTY?: boolean }, NodeJS.ProcessEnv, boolean][] = [
    ['a terminal', tty, {}, true],
    ['a pipe', {}, {}, false],
    ['NO_COLOR', tty, { NO_COLOR: '1' }, false],
    ['NO_COLOR that is empty', tty, { NO_COLOR: '' }, true],
    ['a dumb terminal', tty, { TERM: 'dumb' }, false],
    ['FORCE_COLOR', {}, { FORCE_COLOR: '1' }, true],
    ['NO_COLOR against FORCE_COLOR', {}, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ];
  for (const [name, terminal, environment, coloured] of cases) {
    it(`${coloured ? 'paints' : 'does not paint'}: ${name}`, () => {
      const painted = painter({ write: () => true, ...terminal }, environment)('green', 'x');
      assert.equal(painted !== 'x', coloured);
    });
  }
});
