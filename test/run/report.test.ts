import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Verdict } from '../../src/check/index.js';
import { plotlyMime, verdictMime } from '../../src/display/index.js';
import type { NotebookOutput } from '../../src/kernel/index.js';
import { outcomeOfExecuted } from '../../src/run/executed.js';
import {
  type NotebookCell,
  type NotebookOutcome,
  readNotebook,
  reportHtml,
  writeNotebook,
} from '../../src/run/index.js';
import { junitXml } from '../../src/run/junit.js';
import { runMarkdown } from '../../src/run/markdown.js';

const wrong: Verdict = {
  claim: 'a < b & <c>',
  status: 'refuted',
  witnesses: [{ name: 'float64', says: 'refuted at [1]', finds: 'against' }],
  counterexample: { indices: [1], yours: 2, right: -2, values: {} },
  diagnoses: [{ mistake: 'sign', message: 'The sign.', wrong: '2', right: '-2', hint: '' }],
  warnings: [],
};

function display(data: Record<string, unknown>): NotebookOutput {
  return { output_type: 'display_data', data, metadata: {} };
}

function codeCell(
  id: string,
  outputs: readonly NotebookOutput[],
  verdicts: readonly Verdict[] = [],
): NotebookCell {
  const metadata = verdicts.length === 0 ? {} : { handgrad: { verdicts } };
  return { id, type: 'code', source: `// ${id}`, metadata, executionCount: 1, outputs };
}

function prose(source: string): NotebookCell {
  return { id: 'prose', type: 'markdown', source, metadata: {}, executionCount: null, outputs: [] };
}

function outcome(...cells: readonly NotebookCell[]): NotebookOutcome {
  return outcomeOfExecuted({ cells, metadata: {} }, 'some <folder>/study.ipynb');
}

/** Scripts and style sheets of a page, and those its policy allows, by hash. */
function hashes(page: string): { present: string[]; allowed: string } {
  const parts = [...page.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)].map((match) => match[2] ?? '');
  const allowed = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  return { present: parts.map((part) => createHash('sha256').update(part).digest('base64')), allowed };
}

describe('the HTML report', () => {
  it('has the failure with its link on top, the verdict at its cell, formulas typeset, figures with their script', async () => {
    const figure = { data: [{ type: 'heatmap', z: [[1]] }], layout: { height: 300 } };
    const page = await reportHtml([
      outcome(
        prose('Here is $x^2$ and\n\n$$\\frac{a}{b}$$\n\n| a | b |\n| - | - |\n| 1 | 2 |'),
        codeCell('bad', [display({ [verdictMime]: wrong, 'text/html': '<b>not this</b>' })], [wrong]),
        codeCell('plot', [display({ [plotlyMime]: figure, 'image/svg+xml': '<svg></svg>' })]),
      ),
    ]);
    assert.match(page, /<div class="failures">.*<a href="#n0c1">.*refuted: a &lt; b &amp; &lt;c&gt;/);
    assert.match(page, /id="n0c1"[\s\S]*<strong>✗ refuted<\/strong>[\s\S]*entry \[1\]: yours 2, right -2/);
    assert.doesNotMatch(page, /not this/);
    assert.ok((page.match(/class="katex"/g)?.length ?? 0) >= 2);
    assert.match(page, /<td>1<\/td>/);
    assert.match(page, /Plotly\.newPlot/);
    const { present, allowed } = hashes(page);
    assert.equal(present.length, 4);
    for (const hash of present)
      assert.ok(allowed.includes(`'sha256-${hash}'`), 'a script or style that the policy refuses');
    assert.match(allowed, /^default-src 'none'/);
    assert.doesNotMatch(allowed, /unsafe-eval|script-src[^;]*unsafe|https?:/);
  });

  it('is small where nothing is to be typeset or drawn', async () => {
    const page = await reportHtml([
      outcome(codeCell('plain', [{ output_type: 'stream', name: 'stdout', text: 'hello' }])),
    ]);
    assert.ok(page.length < 10_000);
    assert.match(page, /script-src 'none'/);
  });

  it('obeys nothing that stands in a notebook', async () => {
    const attack = '<script>evil()</script><img src=x onerror=evil()><a href="javascript:evil()">x</a>';
    const page = await reportHtml([
      outcome(
        prose(
          `${attack}\n\n[x](javascript:evil()) [y](vbscript:x) ![p](https://evil.example/p.png) ![q](file:///etc/passwd)`,
        ),
        prose(
          '$\\href{javascript:evil()}{x}$ $\\includegraphics{https://evil.example}$ $\\htmlId{evil}{x}$ $\\rule{9999em}{9999em}$',
        ),
        codeCell('<i>', [
          display({ 'text/html': attack }),
          display({ 'image/svg+xml': `<svg onload="evil()">${attack}</svg>` }),
          display({ 'image/png': '"><script>evil()</script>', 'text/plain': 'no picture' }),
          display({ 'text/latex': `$${attack}$ ${attack}` }),
          display({ 'text/markdown': attack }),
          display({
            [plotlyMime]: {
              data: [{ type: 'scatter', name: '</script><script>evil()</script>' }],
              layout: {},
            },
          }),
          display({ [verdictMime]: { ...wrong, claim: attack, status: 'refuted' } }),
          { output_type: 'error', ename: attack, evalue: attack, traceback: [`\u001b[31m${attack}`] },
          { output_type: 'stream', name: 'stdout', text: attack },
        ]),
      ),
    ]);
    const withoutOurs = page.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '');
    const tags = withoutOurs.match(/<[a-z][^>]*>/gi) ?? [];
    for (const tag of tags) {
      assert.doesNotMatch(tag, /^<script(?! type="application\/json">)/i);
      assert.doesNotMatch(
        tag.replace(/(srcdoc|xmlns)="[^"]*"/, ''),
        /\son\w+\s*=|javascript:|vbscript:|https?:|file:/i,
        tag.slice(0, 200),
      );
    }
    assert.equal(tags.filter((tag) => tag.startsWith('<iframe')).length, 1);
    assert.match(withoutOurs, /<iframe sandbox=""/);
    const ids = [...withoutOurs.matchAll(/\s(?:id|name)="([^"]*)"/g)].map((match) => match[1]);
    assert.deepEqual(ids, ['viewport', 'referrer', 'n0c1']);
  });

  it('shows pictures that a cell brings along, and no others', async () => {
    const picture = { 'a b.png': { 'image/png': 'iVBORw0KGgo=' } };
    const cell: NotebookCell = {
      ...prose('![mine](attachment:a%20b.png) ![other](attachment:c.png)'),
      attachments: picture,
    };
    const page = await reportHtml([outcome(cell)]);
    assert.match(page, /<img src="data:image\/png;base64,iVBORw0KGgo=" alt="mine">/);
    assert.match(page, /other \(not part of the notebook\)/);
  });
});

describe('an executed notebook', () => {
  it('tells what came of it, after having been written and read', () => {
    const error: NotebookOutput = { output_type: 'error', ename: 'E', evalue: 'v', traceback: [] };
    const cells = [
      codeCell('bad', [], [wrong]),
      codeCell('threw', [error]),
      { ...codeCell('later', []), executionCount: null },
    ];
    const notebook = readNotebook(writeNotebook({ cells, metadata: {} }), 'x');
    const read = outcomeOfExecuted(notebook, 'x').cells;
    assert.deepEqual(
      read.map(({ status }) => status),
      ['ok', 'error', 'not-run'],
    );
    assert.deepEqual(read[0]?.verdicts, [wrong]);
  });
});

describe('reports for machines', () => {
  const text = fc.string({
    unit: fc.constantFrom('<', '&', '"', ']]>', '\u0000', '\u001b', '\n', '|', '*', 'x'),
  });

  it('JUnit: counts, and text that is always XML', () => {
    const xml = junitXml([
      outcome(codeCell('bad', [], [wrong]), codeCell('good', [], [{ ...wrong, expected: 'refuted' }])),
    ]);
    assert.match(xml, /tests="2" failures="1"/);
    assert.match(
      xml,
      /name="a &lt; b &amp; &lt;c&gt;".*<failure message="refuted">entry \[1\]: yours 2, right -2/,
    );
    fc.assert(
      fc.property(text, (claim) => {
        const hostile = junitXml([outcome(codeCell('c', [], [{ ...wrong, claim }]))]);
        const tags = hostile.replace(
          /<(\?xml|\/?testsuites?|\/?testcase|\/?failure)(\s+[\w-]+="[^"<]*")*\s*[/?]?>/g,
          '',
        );
        assert.doesNotMatch(tags, /[<>]/);
        assert.doesNotMatch(hostile, /(?!\n)\p{Cc}/u);
      }),
    );
  });

  it('Markdown: what failed, and a row for each claim', () => {
    const markdown = runMarkdown([outcome(codeCell('bad', [], [wrong]))]);
    assert.match(markdown, /^- \*\*some &lt;folder&gt;\/study\.ipynb, code cell 1 \(bad\)\*\*: refuted/m);
    assert.match(markdown, /\| 1 bad \| a &lt; b &amp; &lt;c&gt; \| ✗ refuted \| float64 ✗ \|/);
  });
});
