import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import type { Verdict } from '../../src/check/index.js';
import {
  attachDisplay,
  escapeHtml,
  escapeMarkdown,
  jupyterDisplay,
  meetsExpectation,
  oneLine,
  verdictBundle,
  verdictMime,
} from '../../src/display/index.js';

const refuted: Verdict = {
  claim: 's(1−s) is the Jacobian',
  status: 'refuted',
  expected: 'refuted',
  witnesses: [
    { name: 'autograd', says: 'differs at 6 of 9 entries', finds: 'against', error: 0.0838, tolerance: 1e-6 },
  ],
  counterexample: { indices: [0, 2], yours: 0, right: -0.0838195, values: { x: [-1, -1, 1] } },
  diagnoses: [
    {
      mistake: 'diagonal-only',
      message: 'Only the diagonal is filled.',
      wrong: '0',
      right: '-0.0838195',
      hint: 'Does s_0 move when x_2 moves?',
    },
  ],
  warnings: [],
};

describe('a verdict shows itself', () => {
  const bundle = verdictBundle(refuted);

  for (const mime of ['text/plain', 'text/html', 'text/markdown']) {
    it(`${mime} says in words what, by whom, where and why`, () => {
      const words = String(bundle[mime])
        .replace(/<[^>]*>/g, ' ')
        .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
      for (const part of [
        'refuted',
        'as expected',
        's(1−s) is the Jacobian',
        'autograd',
        'differs at 6 of 9 entries',
        'entry [0, 2]: yours 0, right -0.0838195',
        'diagonal-only',
        'Does s_0 move when x_2 moves?',
      ]) {
        assert.ok(words.includes(part), `${mime} lacks “${part}”:\n${words}`);
      }
    });
  }

  it('carries itself as JSON, with NaN and infinity as their names', () => {
    const broken = verdictBundle({
      ...refuted,
      counterexample: { indices: [], yours: Number.NaN, right: -Infinity, values: {} },
    });
    const data = JSON.parse(JSON.stringify(broken[verdictMime])) as { counterexample: unknown };
    assert.deepEqual(data.counterexample, { indices: [], yours: 'NaN', right: '-Infinity', values: {} });
  });

  it('uses nothing in HTML that an untrusted notebook strips', () => {
    assert.doesNotMatch(
      String(bundle['text/html']),
      /<(script|style|svg|iframe|img)|\son\w+=|\sid=|\sclass=/i,
    );
  });

  it('names a missed expectation', () => {
    assert.match(
      String(verdictBundle({ ...refuted, expected: 'agrees' })['text/plain']),
      /refuted \(expected agrees\)/,
    );
  });
});

describe('meetsExpectation', () => {
  const cases: [Verdict['status'], Verdict['status'] | undefined, boolean][] = [
    ['proved', undefined, true],
    ['agrees', undefined, true],
    ['refuted', undefined, false],
    ['undecided', undefined, false],
    ['refuted', 'refuted', true],
    ['agrees', 'refuted', false],
    ['undecided', 'undecided', true],
    ['agrees', 'proved', false],
  ];
  const { expected: _, ...bare } = refuted;
  for (const [status, expected, meets] of cases) {
    it(`${status}, expected ${expected ?? 'nothing'}: ${meets}`, () => {
      assert.equal(meetsExpectation({ ...bare, status, ...(expected ? { expected } : {}) }), meets);
    });
  }
});

describe('hostile text', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      "'",
      '`',
      '$',
      '|',
      '*',
      '_',
      '[',
      ']',
      '(',
      ')',
      '\\',
      '\n',
      '\u001b',
      '\u202e',
      'script',
      'x',
      ' ',
    ),
  });

  it('never becomes markup in HTML, wherever it stands in a verdict', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const html = String(
          verdictBundle({
            ...refuted,
            claim: text,
            witnesses: [{ name: 'autograd', says: text, finds: 'against' }],
            counterexample: { indices: [0], yours: 1, right: 2, values: { [text]: text } },
            diagnoses: [{ mistake: 'sign', message: text, wrong: text, right: text, hint: text }],
          })['text/html'],
        );
        const tags = html.match(/<[^>]*>/g) ?? [];
        for (const tag of tags) {
          assert.match(tag, /^<\/?(div|strong|code|em|details|summary|pre)( style="[^"<>]*")?>$/);
        }
        assert.doesNotMatch(html.replace(/<[^>]*>/g, ''), /[<>]/);
        assert.ok(!html.includes('\u001b') && !html.includes('\u202e'));
      }),
    );
  });

  it('has no meaning left in Markdown', () => {
    fc.assert(
      fc.property(nasty, (text) => assert.doesNotMatch(escapeMarkdown(text), /[<>`*_[\]|$\\\n\p{Cc}]/u)),
    );
    assert.equal(escapeMarkdown('plain words'), 'plain words');
  });

  it('cannot steer a terminal', () => {
    assert.equal(oneLine('a\u001b[31mred\n\tb\u202e'), 'a\\u001b[31mred b\\u202e');
    assert.equal(escapeHtml('a & <b>'), 'a &amp; &lt;b&gt;');
  });
});

describe('attachDisplay', () => {
  class Point {
    constructor(readonly x: number) {}
  }
  attachDisplay(Point.prototype, (point: Point) => ({ 'text/plain': `point at ${point.x}` }));

  it('gives instances their way of showing themselves, in Jupyter and in Node', () => {
    const point = new Point(3) as Point & { [jupyterDisplay](): unknown };
    assert.deepEqual(point[jupyterDisplay](), { 'text/plain': 'point at 3' });
    assert.equal(inspect(point), 'point at 3');
  });

  it('leaves the value the plain data it was', () => {
    const shown = attachDisplay({ a: 1 }, () => ({ 'text/plain': 'one' }));
    assert.deepEqual(Object.keys(shown), ['a']);
    assert.equal(JSON.stringify(shown), '{"a":1}');
  });

  it('does not replace a display that is there', () => {
    const own = { [jupyterDisplay]: () => ({ 'text/plain': 'mine' }) };
    attachDisplay(own, () => ({ 'text/plain': 'other' }));
    assert.deepEqual(own[jupyterDisplay](), { 'text/plain': 'mine' });
  });
});
