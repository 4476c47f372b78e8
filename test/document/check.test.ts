/** Documents judged: what is found, and where. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { ready } from '../../src/autograd/index.js';
import {
  checkText,
  type DocumentResult,
  type Kind,
  passes,
  reasonOf,
  textReport,
} from '../../src/document/index.js';
import { root } from '../project/places.js';

before(() => ready());

const softmax = 'given x: n; t: n\ndefine s_i = exp(x_i) / Σ_k exp(x_k)\n';

function check(lines: string, kind: Kind = 'markdown'): DocumentResult {
  return checkText(kind === 'markdown' ? `\`\`\`handgrad\n${lines}\n\`\`\`\n` : lines, kind);
}

/** `line:column reason (mistake)` of what fails. */
function failures({ findings }: DocumentResult): readonly string[] {
  return findings
    .filter((finding) => !passes(finding))
    .map((finding) => {
      const mistake = finding.verdict?.diagnoses[0]?.mistake;
      return `${finding.line}:${finding.column} ${reasonOf(finding)}${mistake === undefined ? '' : ` (${mistake})`}`;
    });
}

describe('a derivation in a document', () => {
  it('is judged line by line; the wrong line is named, the right one behind it is not', () => {
    const result = check(`${softmax}derive ∂s_i/∂x_j\n= s_i (1 − s_j)\n= s_i (δ_ij − s_j)`);
    assert.deepEqual(failures(result), ['5:3 refuted (delta-replaced-by-one)']);
    assert.deepEqual([result.derivations, result.findings.length], [1, 2]);
  });

  it('may be wrong on purpose; what is then right, or wrong in another way, is not as meant', () => {
    const lines = [
      'expect refuted: = s_i (1 − s_j)',
      'expect refuted (delta-replaced-by-one): = s_i (1 − s_j)',
      'expect refuted (sign): = s_i (1 − s_j)',
      'expect refuted: = s_i (δ_ij − s_j)',
      '= s_i (δ_ij − s_j)',
    ];
    assert.deepEqual(failures(check(`${softmax}derive ∂s_i/∂x_j\n${lines.join('\n')}`)), [
      '7:26 refuted as expected, but as delta-replaced-by-one, not as sign (delta-replaced-by-one)',
      '8:19 proved, though refuted was expected',
    ]);
  });

  it('must come to an end, unless the rest is left to the reader', () => {
    const begin = `${softmax}define L = −Σ_i t_i log(s_i)\nderive ∂L/∂x_j\n`;
    const chain = '= Σ_i ∂L/∂s_i ∂s_i/∂x_j';
    assert.deepEqual(failures(check(begin + chain)), ['5:8 unfinished']);
    assert.deepEqual(failures(check(begin)), ['5:8 unfinished']);
    assert.deepEqual(failures(check(`${begin}${chain}\n= …`)), []);
  });

  it('goes on behind an equality by itself', () => {
    const lines = 'derive ∂s_i/∂x_j\n= ∂s_i/∂x_j\ncheck Σ_i s_i = 1\n= s_i (δ_ij − s_j)';
    assert.deepEqual(failures(check(softmax + lines)), []);
  });

  it('goes on in the next block; given begins anew; names keep threads apart', () => {
    const text = [
      '```handgrad',
      'given x: n',
      'define y_i = x_i^2',
      'derive ∂y_i/∂x_j',
      '```',
      '```handgrad other',
      'given x: []',
      'given x: ; z:',
      'derive ∂x/∂z = 0',
      '```',
      '```handgrad',
      '= 2 x_i δ_ij',
      '```',
      '```handgrad',
      'given q: n',
      'check y_i = q_i',
      '```',
    ];
    const result = checkText(text.join('\n'), 'markdown');
    assert.deepEqual(failures(result), ['7:7 unreadable', '16:7 unreadable']);
    assert.equal(result.findings.find(({ line }) => line === 12)?.verdict?.status, 'proved');
  });
});

describe('what cannot be read', () => {
  it('is named at its place, in the words of the block language', () => {
    const cases: readonly [string, string, RegExp][] = [
      ['= s_i + q_j', '5:9 unreadable', /the name q is not known[\s\S]*given q: n/],
      ['= s_i +\n  q_j', '6:3 unreadable', /the name q/],
      ['let Z = Σ_k exp)', '5:13 unreadable', /argument of exp is missing/],
      ['s_i (δ_ij − s_j)', '5:1 unreadable', /begins no statement/],
      ['expect refute: = 3', '5:1 unreadable', /expected proved, agrees/],
      ['check s_i', '5:7 unreadable', /two formulas with “=”/],
      ['check s_i = r_i', '5:13 unreadable', /the name r/],
    ];
    for (const [line, place, said] of cases) {
      const result = check(`${softmax}derive ∂s_i/∂x_j\n${line}\n= s_i (δ_ij − s_j)`);
      const first = result.findings[0];
      assert.equal(failures(result)[0], place, line);
      assert.match(first?.problem ?? '', said);
    }
    for (const [given, place] of [
      ['given 3x: n', '2:7'],
      ['given x: n; y z', '2:13'],
      ['given x: n, t: n', '2:7'],
      ['given', '2:6'],
    ] as const) {
      assert.deepEqual(failures(check(given)), [`${place} unreadable`], given);
    }
    assert.deepEqual(failures(check('given x: n\n= x_i')), ['3:3 unreadable']);
  });

  it('does not bring down what depends on it as a row of errors: that is counted as not checked', () => {
    const result = check(
      'given x: n\ndefine y_i = q_i\nderive ∂y_i/∂x_j\n= 1\n= 2\ngiven z: n\ncheck z_i = z_i',
    );
    assert.deepEqual(failures(result), ['3:14 unreadable']);
    assert.equal(result.notChecked, 3);
    assert.equal(result.findings.at(-1)?.verdict?.status, 'proved');
    const derive = check('given x: n\nderive ∂q/∂x_j\n= 1\nderive ∂x_i/∂x_j = δ_ij');
    assert.deepEqual(failures(derive), ['3:9 unreadable']);
    assert.deepEqual([derive.notChecked, derive.findings.at(-1)?.verdict?.status], [1, 'proved']);
  });
});

describe('any document', () => {
  it('has its say, whatever stands in it: each finding in a line of its block, none of them a fault of ours', () => {
    const word = fc.constantFrom(
      ...[
        'x_i',
        'W x',
        '∂s_i/∂x_j',
        '=',
        '+',
        '−',
        '(',
        ')',
        '{',
        '}',
        'Σ_k',
        'exp',
        '[i = j]',
        '\\frac{1}{2}',
        '#',
        '…',
        ':',
        ';',
      ],
    );
    const first = fc.constantFrom(
      '',
      '= ',
      'check ',
      'define ',
      'assume ',
      'derive ',
      'let ',
      'given ',
      'expect refuted: = ',
    );
    const line = fc
      .tuple(first, fc.array(word, { maxLength: 5 }))
      .map(([start, words]) => start + words.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const { findings } = check(`${softmax}derive ∂s_i/∂x_j\n${lines.join('\n')}`);
        for (const { line: at, column, problem } of findings) {
          assert.ok(at >= 4 && at <= 5 + lines.length && column >= 1);
          assert.doesNotMatch(problem ?? '', /fault of handgrad/);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('a LaTeX document', () => {
  const declared =
    '% handgrad: given x: n; t: n\n% handgrad: define s_i = \\frac{e^{x_i}}{\\sum_k e^{x_k}}\n';
  const rows = (body: string) =>
    `${declared}% handgrad: check below\n\\begin{align}\n${body}\n\\end{align}\n`;

  it('has its rows judged as they are printed', () => {
    const body =
      '\\frac{\\partial s_i}{\\partial x_j} &= s_i (1 - s_j) \\\\\n  &= s_i (\\delta_{ij} - s_j) .';
    assert.deepEqual(failures(check(rows(body), 'tex')), ['5:38 refuted (delta-replaced-by-one)']);
    assert.deepEqual(
      failures(check(rows(body.replace('\\\\', '\\\\ % handgrad: expect refuted')), 'tex')),
      [],
    );
  });

  it('may claim equalities of other sides, one after the other', () => {
    const body = '\\sum_i s_i &= 1 \\\\\n &= \\sum_k s_k \\\\\n &= 2';
    assert.deepEqual(
      failures(check(rows(body), 'tex')).map((text) => text.replace(/ \(.*/, '')),
      ['7:5 refuted'],
    );
  });

  it('may break a line over several rows', () => {
    const body =
      '\\frac{\\partial s_i}{\\partial x_j}\n &= s_i \\delta_{ij} \\\\\n & \\quad - s_i s_j \\\\ &= 2 \\cdot {} \\\\ & s_i';
    assert.deepEqual(
      failures(check(rows(body), 'tex')).map((text) => text.slice(0, 12)),
      ['7:26 refuted'],
    );
    assert.deepEqual(failures(check(rows(body.replace(/&= 2.*$/, '')), 'tex')), []);
  });
});

describe('the documents of the project', () => {
  const page = readFileSync(join(root, 'docs/how-to/check-a-document.md'), 'utf8');

  it('docs/how-to/check-a-document.md is right by its own rules, in Markdown and in LaTeX', () => {
    const own = checkText(page, 'markdown');
    assert.deepEqual(failures(own), []);
    assert.ok(own.findings.length >= 10);
    const tex = checkText(/```tex\n([\s\S]*?)```/.exec(page)?.[1] ?? '', 'tex');
    assert.deepEqual(failures(tex), []);
    assert.ok(tex.findings.length >= 5);
  });

  it('what it says that is printed is what is printed', () => {
    const printed = /\$ handgrad check paper\.md\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const paper = `# Softmax\n\n\`\`\`handgrad\n${softmax}derive ∂s_i/∂x_j\n= s_i (1 − s_j)\n\`\`\`\n`;
    const said = textReport([checkText(paper, 'markdown', 'paper.md')], (_colour, text) => text, false);
    assert.equal(`${said}\n`, printed);
  });
});
