/** A run shared out over several machines: shards, sweeps, and their reports joined. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { announcing, cell, Workplace } from './command-line.js';

const place = new Workplace();
after(() => place.remove());

interface Report {
  readonly passed: boolean;
  readonly shard?: { readonly index: number; readonly of: number; readonly plan: string };
  readonly notebooks: readonly { readonly path: string; readonly parameters?: object }[];
  readonly failures: readonly object[];
}

function report(name: string): Report {
  return JSON.parse(place.text(name)) as Report;
}

describe('handgrad run --shard and handgrad merge', () => {
  before(async () => {
    place.write('a.ipynb', [
      cell('one', announcing('claim of a', 'proved')),
      cell('two', '1'),
      cell('three', '2'),
    ]);
    place.write('b.ipynb', [cell('gradient', announcing('claim of b', 'refuted'))]);
    place.write('c.ipynb', [cell('one', announcing('claim of c', 'agrees'))]);
    const ran = await Promise.all([
      place.run(['a.ipynb', 'b.ipynb', 'c.ipynb', '--shard', '1/2', '-o', 'part-1']),
      place.run(['a.ipynb', 'b.ipynb', 'c.ipynb', '--shard', 'env/2', '-o', 'part-2'], {
        JOB_COMPLETION_INDEX: '1',
      }),
    ]);
    assert.deepEqual(
      ran.map(({ code }) => code),
      [0, 1],
      ran.map(({ stderr }) => stderr).join(),
    );
  });

  it('shares the notebooks out by their cells', () => {
    const [first, second] = [report('part-1/report.json'), report('part-2/report.json')];
    assert.deepEqual(
      first.notebooks.map(({ path }) => path),
      ['a.ipynb'],
    );
    assert.deepEqual(
      second.notebooks.map(({ path }) => path),
      ['b.ipynb', 'c.ipynb'],
    );
    assert.deepEqual([first.shard?.index, second.shard?.index, second.shard?.of], [1, 2, 2]);
    assert.equal(first.shard?.plan, second.shard?.plan);
  });

  it('joins the reports as one run would have given them', async () => {
    const { code, stdout } = await place.command([
      ...['merge', 'part-2/report.json', 'part-1/report.json'],
      ...['--html', 'all.html', '--junit', 'all.xml', '--markdown', 'all.md', '--report', 'all.json'],
    ]);
    assert.equal(code, 1);
    assert.match(stdout, /3 claims in 3 notebooks: 1 proved, 1 refuted, 1 agrees\. Failed: 1 failure\./);
    assert.match(stdout, /b\.ipynb, code cell 1 \(gradient\): refuted/);
    for (const file of ['all.html', 'all.xml', 'all.md']) assert.match(place.text(file), /claim of a/);
    assert.match(
      place.text('all.html'),
      /<pre class="source">const announce/,
      'the executed notebooks are found',
    );
    const whole = await place.run(['a.ipynb', 'b.ipynb', 'c.ipynb', '--json', '-o', 'whole']);
    const { passed, failures } = JSON.parse(whole.stdout) as Report;
    assert.deepEqual(
      { passed, failures },
      { passed: report('all.json').passed, failures: report('all.json').failures },
    );
    const again = await place.command(['merge', 'all.json', '--json']);
    assert.deepEqual((JSON.parse(again.stdout) as Report).failures, failures);
  });

  it('refuses a missing part, unless told', async () => {
    const refused = await place.command(['merge', 'part-1/report.json']);
    assert.deepEqual([refused.code, refused.stdout], [2, '']);
    assert.match(refused.stderr, /Missing: part 2 of 2/);
    assert.equal((await place.command(['merge', 'part-1/report.json', '--allow-missing'])).code, 0);
  });

  it('shares out by the times of an earlier report where it is given', async () => {
    const earlier = report('part-1/report.json');
    const timed = { a: 1, b: 100, c: 2 };
    const notebooks = Object.entries(timed).map(([name, milliseconds]) => ({
      path: `${name}.ipynb`,
      milliseconds,
      cells: [],
    }));
    writeFileSync(join(place.folder, 'times.json'), JSON.stringify({ ...earlier, notebooks }));
    const { stderr } = await place.run([
      'a.ipynb',
      'b.ipynb',
      'c.ipynb',
      '--shard',
      '2/2',
      '--durations',
      'times.json',
      '-o',
      'timed',
    ]);
    assert.match(stderr, /Part 2 of 2: 2 of 3 runs\./);
    assert.deepEqual(
      report('timed/report.json').notebooks.map(({ path }) => path),
      ['a.ipynb', 'c.ipynb'],
    );
  });

  it('says what is no report', async () => {
    writeFileSync(join(place.folder, 'other.json'), '{"format": 3}');
    for (const [file, said] of [
      ['absent.json', /there is no such file/],
      ['a.ipynb', /expected a report of handgrad run/],
      ['other.json', /found 3/],
    ] as const) {
      const { code, stderr } = await place.command(['merge', file]);
      assert.equal(code, 2);
      assert.match(stderr, said);
    }
  });
});

describe('handgrad run --parameters-file', () => {
  before(() => {
    place.write('study.ipynb', [
      cell('defaults', "let rows = 3;\nlet name = 'a';", 'parameters'),
      cell('claim', `if (rows > 2) {\n${announcing('few rows', 'refuted')}\n}\nname.repeat(rows)`),
    ]);
    writeFileSync(join(place.folder, 'sweep.json'), '{ "rows": [2, 3], "name": ["x", "3"] }');
  });

  it('runs a notebook once for each set, and others once', async () => {
    const { code, stdout } = await place.run([
      'study.ipynb',
      'c.ipynb',
      '--parameters-file',
      'sweep.json',
      '-o',
      'swept',
    ]);
    assert.equal(code, 1);
    const { notebooks, failures } = report('swept/report.json');
    assert.deepEqual(
      notebooks.map(({ path }) => path),
      [
        'study.ipynb [rows=2, name=x]',
        'study.ipynb [rows=2, name=3]',
        'study.ipynb [rows=3, name=x]',
        'study.ipynb [rows=3, name=3]',
        'c.ipynb',
      ],
    );
    assert.deepEqual(notebooks[1]?.parameters, { rows: 2, name: '3' });
    assert.equal(failures.length, 2);
    assert.match(stdout, /study\.ipynb \[rows=3, name=x\], code cell 3 \(claim\): refuted/);
    const [value] = place.read('swept/study.2.rows=2,name=3.ipynb').cells[2]?.outputs ?? [];
    assert.ok(
      value?.output_type === 'execute_result' && value.data['text/plain'] === "'33'",
      JSON.stringify(value),
    );
  });

  it('is shared out too', async () => {
    const names = await Promise.all(
      ['1/2', '2/2'].map(async (part) => {
        const folder = `part-of-${part[0]}`;
        await place.run(['study.ipynb', '--parameters-file', 'sweep.json', '--shard', part, '-o', folder]);
        return report(`${folder}/report.json`).notebooks.map(({ path }) => path);
      }),
    );
    assert.deepEqual(
      names.map(({ length }) => length),
      [2, 2],
    );
    assert.equal(new Set(names.flat()).size, 4);
  });

  it('refuses names that nobody reads, sets that cannot be, and two answers', async () => {
    writeFileSync(join(place.folder, 'typo.json'), '[{ "row": 2 }]');
    writeFileSync(join(place.folder, 'number.json'), '3');
    const cases: readonly [readonly string[], RegExp][] = [
      [['study.ipynb', '--parameters-file', 'typo.json'], /does not declare “row”/],
      [['study.ipynb', '--parameters-file', 'number.json'], /no set of parameters\. Expected a list/],
      [['study.ipynb', '--parameters-file', 'absent.json'], /no such file/],
      [['c.ipynb', '--parameters-file', 'sweep.json'], /no notebook here has a cell tagged “parameters”/],
      [
        ['study.ipynb', '--parameters-file', 'sweep.json', '-p', 'rows', '1'],
        /“rows” is set by --parameter and by/,
      ],
      [['study.ipynb', '--parameters-file', 'sweep.json', '--in-place'], /--in-place with --parameters-file/],
      [['study.ipynb', '--durations', 'part-1/report.json'], /give --shard too/],
    ];
    for (const [args, said] of cases) {
      const { code, stderr } = await place.run(args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, said);
    }
  });
});
