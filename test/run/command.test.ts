import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { announcing, cell, Workplace } from './command-line.js';
import { invalidities } from './nbformat.js';

const place = new Workplace();
after(() => place.remove());

const wrongEntry = {
  counterexample: { indices: [2, 0], yours: 0.5, right: -0.5, values: {} },
  diagnoses: [{ mistake: 'sign', message: 'The result is negated.', wrong: '0.5', right: '-0.5', hint: '' }],
};

describe('handgrad run', () => {
  it('exits 0 when every claim came out as it should, and writes beside, never over, the source', async () => {
    place.write('good.ipynb', [
      cell('right', announcing('a right claim', 'agrees')),
      cell('wrong', announcing('a wrong claim', 'refuted', { expected: 'refuted', ...wrongEntry })),
      cell('value', 'const answer: number = 6 * 7;\nanswer'),
      cell('thrown', "throw new Error('as planned')", 'raises-exception'),
      cell('skipped', "throw new Error('never run')", 'skip-execution'),
    ]);
    const before = place.text('good.ipynb');
    const { code, stdout, stderr } = await place.run(['good.ipynb']);
    assert.equal(code, 0, stderr + stdout);
    assert.match(stdout, /a right claim +✓ agrees/);
    assert.match(stdout, /a wrong claim +✗ refuted \(as expected\)/);
    assert.match(stdout, /2 claims in 1 notebook: 1 agrees, 1 refuted \(as expected\)\. Passed\./);
    assert.equal(place.text('good.ipynb'), before);
    const executed = place.read('.handgrad/good.ipynb');
    assert.deepEqual(invalidities(JSON.parse(place.text('.handgrad/good.ipynb'))), []);
    const [value] = executed.cells[2]?.outputs ?? [];
    assert.ok(value?.output_type === 'execute_result' && value.data['text/plain'] === '42');
    assert.equal(executed.cells[3]?.outputs[0]?.output_type, 'error');
    assert.deepEqual(executed.cells[4]?.outputs, []);
    assert.match(place.text('.handgrad/report.html'), /a wrong claim/);
  });

  it('exits 1 for a claim that is refuted against expectation, and names cell, entry and mistake', async () => {
    place.write('wrong.ipynb', [
      cell('fine', announcing('fine', 'proved')),
      cell('gradient', announcing('my gradient', 'refuted', wrongEntry)),
    ]);
    const { code, stdout } = await place.run(['wrong.ipynb']);
    assert.equal(code, 1);
    assert.match(stdout, /wrong\.ipynb, code cell 2 \(gradient\): refuted/);
    assert.match(stdout, /entry \[2, 0\]: yours 0\.5, right -0\.5/);
    assert.match(stdout, /likely mistake \(sign\)/);
    assert.match(stdout, /Failed: 1 failure\./);
  });

  it('exits 1 for undecided, for a missed expectation, and says which', async () => {
    place.write('missed.ipynb', [
      cell('a', announcing('not known', 'undecided')),
      cell('b', announcing('right after all', 'agrees', { expected: 'refuted' })),
    ]);
    const { code, stdout } = await place.run(['missed.ipynb', '--json']);
    assert.equal(code, 1);
    const { passed, failures } = JSON.parse(stdout) as { passed: boolean; failures: object[] };
    assert.equal(passed, false);
    assert.deepEqual(failures, [
      { path: 'missed.ipynb', cell: 'a', number: 1, claim: 'not known', reason: 'undecided' },
      {
        path: 'missed.ipynb',
        cell: 'b',
        number: 2,
        claim: 'right after all',
        reason: 'agrees, though refuted was expected',
      },
    ]);
  });

  it('stops at a cell that throws, names it, and writes what ran; --keep-going goes on', async () => {
    place.write('throws.ipynb', [
      cell('first', "console.log('first ran')"),
      cell('breaks', "throw new RangeError('too far')"),
      cell('last', "console.log('last ran')"),
    ]);
    const stopped = await place.run(['throws.ipynb']);
    assert.equal(stopped.code, 1);
    assert.match(stopped.stdout, /throws\.ipynb, code cell 2 \(breaks\): RangeError: too far/);
    const outputs = () =>
      place
        .read('.handgrad/throws.ipynb')
        .cells.map((one) => one.outputs.map((output) => output.output_type));
    assert.deepEqual(outputs(), [['stream'], ['error'], []]);
    const kept = await place.run(['throws.ipynb', '--keep-going']);
    assert.equal(kept.code, 1);
    assert.deepEqual(outputs(), [['stream'], ['error'], ['stream']]);
  });

  it('interrupts a cell that takes longer than --timeout, and keeps the state', async () => {
    place.write('slow.ipynb', [
      cell('kept', 'const kept = 41;'),
      cell('endless', 'while (true) {}'),
      cell('after', 'kept + 1'),
    ]);
    const { code, stdout } = await place.run(['slow.ipynb', '--timeout', '3', '--keep-going']);
    assert.equal(code, 1);
    assert.match(stdout, /code cell 2 \(endless\): interrupted after .* s \(--timeout\)/);
    const [value] = place.read('.handgrad/slow.ipynb').cells[2]?.outputs ?? [];
    assert.ok(value?.output_type === 'execute_result' && value.data['text/plain'] === '42');
  });

  it('notices at once that the kernel died, names the cell, and still runs the next notebook', async () => {
    place.write('dies.ipynb', [
      cell('killed', "process.kill(process.pid, 'SIGKILL');\nawait new Promise(() => {});"),
      cell('behind', '1'),
    ]);
    place.write('lives.ipynb', [cell('claim', announcing('still judged', 'agrees'))]);
    const { code, stdout } = await place.run(['dies.ipynb', 'lives.ipynb', '--keep-going']);
    assert.equal(code, 1);
    assert.match(stdout, /dies\.ipynb, code cell 1 \(killed\): the kernel died/);
    assert.match(stdout, /still judged +✓ agrees/);
  });

  it('writes the notebook on Ctrl-C, and exits 1', async () => {
    place.write('long.ipynb', [
      cell('done', "console.log('done before')"),
      cell(
        'waits',
        "import { writeFileSync } from 'node:fs';\nconsole.log('has begun');\nwriteFileSync('waiting', '');\nawait new Promise(() => {});",
      ),
      cell('behind', '1'),
    ]);
    const running = place.start(['long.ipynb']);
    await place.appears('waiting');
    running.signal('SIGINT');
    const { code, stdout } = await running.ended;
    assert.equal(code, 1);
    assert.match(stdout, /code cell 2 \(waits\): interrupted by you/);
    const { cells } = place.read('.handgrad/long.ipynb');
    const said = cells.map((one) =>
      one.outputs.flatMap((output) => (output.output_type === 'stream' ? [output.text] : [])),
    );
    assert.deepEqual(said, [['done before\n'], ['has begun\n'], []]);
  });

  it('sets parameters', async () => {
    place.write('parameters.ipynb', [
      cell('defaults', "let rows = 3;\nlet name = 'a';", 'parameters'),
      cell('used', 'name.repeat(rows)'),
    ]);
    const { code } = await place.run(['parameters.ipynb', '-p', 'rows', '2', '-p', 'name=xy']);
    assert.equal(code, 0);
    const executed = place.read('.handgrad/parameters.ipynb');
    assert.deepEqual(
      executed.cells.map(({ id }) => id),
      ['defaults', 'injected-parameters', 'used'],
    );
    const [value] = executed.cells[2]?.outputs ?? [];
    assert.ok(value?.output_type === 'execute_result' && value.data['text/plain'] === "'xyxy'");
  });

  it('runs a folder in order, keeps its shape in --output-dir, and replaces only with --in-place', async () => {
    mkdirSync(join(place.folder, 'set/deep'), { recursive: true });
    place.write('set/b.ipynb', [cell('b', '2')]);
    place.write('set/deep/a.ipynb', [cell('a', '1')]);
    const { code, stderr } = await place.run(['set', '--output-dir', 'out']);
    assert.equal(code, 0);
    assert.deepEqual(stderr.match(/Running \S+/g), ['Running set/b.ipynb', 'Running set/deep/a.ipynb']);
    assert.ok(existsSync(join(place.folder, 'out/deep/a.ipynb')));
    assert.deepEqual(place.read('set/b.ipynb').cells[0]?.outputs, []);
    assert.equal((await place.run(['set/b.ipynb', '--in-place'])).code, 0);
    assert.equal(place.read('set/b.ipynb').cells[0]?.outputs.length, 1);
  });

  it('exits 2, running nothing, for what is no notebook and for wrong usage', async () => {
    writeFileSync(join(place.folder, 'broken.ipynb'), '{');
    mkdirSync(join(place.folder, 'empty'));
    const cases: readonly [readonly string[], RegExp][] = [
      [['good.ipynb', 'broken.ipynb'], /broken\.ipynb: this is no JSON/],
      [['absent.ipynb'], /absent\.ipynb: there is no such file/],
      [['empty'], /empty: no notebook/],
      [['good.ipynb', '-p', '3x', '1'], /is no parameter/],
      [['good.ipynb', '-p', 'rows'], /has no value/],
      [['good.ipynb', '-p', 'rows', '1', '--in-place'], /--in-place with --parameter/],
      [['good.ipynb', '--output-dir', '.'], /lies in the output directory/],
      [['good.ipynb', '--timeout', 'soon'], /number of seconds/],
      [['good.ipynb', '--unknown'], /unknown option/],
      [[], /missing required argument/],
    ];
    for (const [args, said] of cases) {
      const { code, stderr } = await place.run(args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, said);
      assert.doesNotMatch(stderr, /Running/);
    }
  });
});
