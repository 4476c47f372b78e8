/** What is taken out of a document, and that every piece knows where it stood. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Block } from '../../src/document/block.js';
import { braceDepths, equalsSigns } from '../../src/document/depth.js';
import { markdownBlocks } from '../../src/document/markdown.js';
import { SourceText } from '../../src/document/source-text.js';
import { statementsOf } from '../../src/document/statement.js';
import { texBlocks } from '../../src/document/tex.js';

/** Names and lines of the blocks, each line with its place. */
function told(blocks: readonly Block[]): readonly (readonly string[])[] {
  return blocks.map(({ name, parts }) => [
    name,
    ...parts.map(({ text }) => `${text.place().line}:${text.place().column} ${text.text}`),
  ]);
}

describe('SourceText', () => {
  it('knows the place of every character, through cutting, trimming and blanking', () => {
    const line = fc.string({ unit: fc.constantFrom('a', '∂', '🙂', ' ', '&', '\\') });
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 4 }),
        fc.nat(30),
        fc.nat(30),
        (lines, from, to) => {
          const whole = new SourceText(lines.map((text, at) => ({ text, line: at + 1, column: 1 })));
          const [first = 0, last = 0] = [from, to]
            .map((at) => (whole.text.charCodeAt(at) === 0xde42 ? at - 1 : at))
            .sort((a, b) => a - b);
          const cut = whole.slice(first, last).trim().blank(/&/g);
          let at = 0;
          for (const character of cut.text) {
            const { line: number, column } = cut.place(at);
            at += character.length;
            if (/[\s\p{Cs}]/u.test(character)) continue;
            assert.equal([...(lines[number - 1] ?? '')][column - 1], character);
          }
        },
      ),
    );
  });
});

describe('blocks of Markdown', () => {
  it('are fenced as handgrad, with a name or without, by backticks or tildes', () => {
    const text =
      'a\n```handgrad\n= x\n  = y\n```\n~~~~ handgrad two\nq\n~~~\n~~~~\n``` js\n= no\n```\n```handgrad\nopen';
    assert.deepEqual(told(markdownBlocks(text)), [
      ['', '3:1 = x', '4:1   = y'],
      ['two', '7:1 q', '8:1 ~~~'],
      ['', '14:1 open'],
    ]);
  });

  it('stand in lists and quotes too; the columns are those of the document', () => {
    const text = '> ```handgrad\n> = x\n> ```\n\n1. a\n\n    ```handgrad\n    = y\n  = z\n    ```\n';
    assert.deepEqual(told(markdownBlocks(text)), [
      ['', '2:3 = x'],
      ['', '8:5 = y', '9:3 = z'],
    ]);
  });

  it('are none inside another fence, in indented code, or in a word', () => {
    const text =
      '````\n```handgrad\n= x\n```\n````\ntext\n\n    ```handgrad\n    = x\n    ```\n```handgradient\n= x\n```\n`` ```handgrad `` ';
    assert.deepEqual(markdownBlocks(text), []);
  });

  it('are found with Windows’ line ends', () => {
    assert.deepEqual(told(markdownBlocks('```handgrad\r\n= x\r\n```\r\n')), [['', '2:1 = x']]);
  });
});

describe('blocks of LaTeX', () => {
  it('are comments, one or several', () => {
    const text =
      'x % handgrad: given x: n\n50\\% % not\n%% handgrad begin two\n%   = y % z\nprinted\n% handgrad end\n% a handgrad: no';
    assert.deepEqual(told(texBlocks(text)), [
      ['', '1:15 given x: n'],
      ['two', '4:3   = y % z'],
    ]);
  });

  it('are the rows of the environment that a comment asks for', () => {
    const text = [
      '% handgrad: check below',
      'Then \\begin{align*} a &= b, \\label{x=y} && \\text{as $u=v$} \\\\[6pt]',
      '  &= \\begin{cases} c & d \\\\ e & f \\end{cases} \\nonumber \\\\ % handgrad: expect refuted',
      '  % handgrad: expect agrees (sign)',
      '  &= \\{ g \\} % a remark',
      '    + h . \\end{align*} &= i',
      '\\begin{align} &= never \\end{align}',
    ].join('\n');
    const [block, ...more] = texBlocks(text);
    assert.equal(more.length, 0);
    assert.deepEqual(
      block?.parts.map(({ text: row, note }) => [
        row.place().line,
        row.text.replace(/\s+/g, ' ').trim(),
        note?.text,
      ]),
      [
        [2, 'a = b', undefined],
        [3, '= \\begin{cases} c & d \\\\ e & f \\end{cases}', 'expect refuted'],
        [5, '= \\{ g \\} + h', 'expect agrees (sign)'],
      ],
    );
  });

  it('are found in displays of every kind, inner arrangements and other environments passed by', () => {
    const displays = [
      '\\begin{proof}\\begin{gather*} a \\\\ b \\end{gather*}\\end{proof}',
      '\\[ a \\\\[2pt] b \\]',
      '\\$ $x$ $$ a \\\\ b. $$',
      '\\begin{equation}\\label{e}\\begin{split} a &\\\\ & b \\end{split}\\end{equation}',
      '\\begin{alignat}{2} a && {} \\\\ && b \\qquad \\text{so}, \\end{alignat}',
    ];
    for (const text of displays) {
      const [block] = texBlocks(`% handgrad: check below\nwords\n${text} \\begin{align} c \\end{align}`);
      assert.deepEqual(
        block?.parts.map((part) => part.text.text),
        ['a', 'b'],
        text,
      );
    }
  });

  it('are freed of braces under them, boxes and colours, at their places', () => {
    const text = '\\[ = \\underbrace{a \\overbrace{b}^{c}}_{= 1} + \\boxed{d}_e + \\textcolor{red}{f} \\]';
    const [row] = texBlocks(`% handgrad: check below\n${text}`)[0]?.parts ?? [];
    assert.equal(row?.text.text.replace(/\s+/g, ' '), '= (a (b) ) + (d)_e + (f)');
    assert.deepEqual(row?.text.place(row.text.text.indexOf('f')), {
      line: 2,
      column: text.indexOf('f}') + 1,
    });
  });

  it('must follow the comment that asks for them', () => {
    const blocks = texBlocks('% handgrad: check below\n\\begin{figure}\\end{figure} $x$ \\\\[2pt]');
    assert.deepEqual(
      blocks.map(({ kind }) => kind),
      ['nothing-below'],
    );
    assert.match(statementsOf(blocks[0] as Block)[0]?.problem ?? '', /No displayed formula follows/);
  });
});

describe('brackets', () => {
  it('are counted with environments and escapes; equals signs inside them are no ends of sides', () => {
    assert.deepEqual(braceDepths('a(b)c'), [0, 0, 1, 0, 0]);
    assert.deepEqual(braceDepths('\\{a\\}b'), [0, 0, 1, 0, 0, 0]);
    const sides = (text: string) => equalsSigns(text).map((at) => text.slice(at, at + 2));
    assert.deepEqual(sides('=a Σ_{k=1}^{n} [i = j] != >= ≤ =b'), ['=a', '=b']);
    assert.deepEqual(sides('\\begin{cases} a = b \\\\ c = d \\end{cases} =e'), ['=e']);
  });
});

describe('statements', () => {
  const lines = (...texts: readonly string[]): Block => ({
    kind: 'statements',
    name: '',
    parts: texts.map((text, at) => ({ text: new SourceText([{ text, line: at + 1, column: 1 }]) })),
  });
  const read = (...texts: readonly string[]) =>
    statementsOf(lines(...texts)).map(({ kind, body, because, expect }) =>
      [kind, body.text, because, expect?.status, expect?.mistake].filter((part) => part !== undefined),
    );

  it('are lines; those that go on with an operator belong together; comments are reasons', () => {
    assert.deepEqual(
      read('# only words', '', 'derive ∂L/∂x_j', '= a +  # first', '  b', '', '  − c # second', '= d'),
      [
        ['derive', '∂L/∂x_j'],
        ['line', 'a +  \n  b\n  − c', 'first second'],
        ['line', 'd'],
      ],
    );
  });

  it('may give several lines at once', () => {
    assert.deepEqual(read('derive ∂s_i/∂x_j = a = b', '= c = [i = j]'), [
      ['derive', '∂s_i/∂x_j'],
      ['line', 'a'],
      ['line', 'b'],
      ['line', 'c'],
      ['line', '[i = j]'],
    ]);
  });

  it('say what is expected, of the last line they give', () => {
    assert.deepEqual(read('expect refuted (sign): = a = b', 'expect proved check a = b'), [
      ['line', 'a'],
      ['line', 'b', 'refuted', 'sign'],
      ['check', 'a = b', 'proved'],
    ]);
  });

  it('are known by their first word or sign', () => {
    assert.deepEqual(
      read(
        'let Z = 1',
        '∂Z/∂x = 1',
        '\\frac{\\partial Z}{\\partial x} = 1',
        '= …',
        '= ...',
        '= \\dots',
        'lets = 1',
        'expect',
      ).map(([kind]) => kind),
      ['line', 'line', 'line', 'rest', 'rest', 'rest', 'unreadable', 'unreadable'],
    );
  });
});
