/** Several notebooks at a time: what becomes of one does not become of the others. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { inParallel, sensibleJobs } from '../../src/run/pool.js';
import { inOrderOfBeginning } from '../../src/run/run.js';
import { announcing, cell, Workplace } from './command-line.js';

const place = new Workplace();
after(() => place.remove());

interface Report {
  readonly passed: boolean;
  readonly interrupted: boolean;
  readonly notebooks: readonly {
    readonly path: string;
    readonly passed: boolean;
    readonly cells: readonly { readonly status: string }[];
    readonly usage?: { readonly cpuMilliseconds: number; readonly peakBytes: number };
  }[];
}

/** A cell that leaves the number of its process behind, then does something. */
function leaving(name: string, source: string): string {
  const leave = `import { writeFileSync } from 'node:fs';\nwriteFileSync('${name}.pid', String(process.pid));`;
  return `${leave}\n${source}`;
}

/** Whether the process of a cell still runs; one that has ended and that nobody has asked for its exit code does not. */
function lives(name: string): boolean {
  const id = Number(place.text(`${name}.pid`));
  try {
    process.kill(id, 0);
    return process.platform !== 'linux' || !/\) Z/.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** What was killed is gone a moment later. */
async function isGone(name: string): Promise<boolean> {
  for (let tries = 0; tries < 100 && lives(name); tries++) await wait(20);
  return !lives(name);
}

describe('handgrad run --jobs', () => {
  it('runs the others while one hangs, one dies and one floods, and joins one report', async () => {
    place.write('hangs.ipynb', [cell('hangs', leaving('hangs', 'await new Promise(() => {});'))]);
    place.write('dies.ipynb', [cell('dies', "process.kill(process.ppid, 'SIGKILL');\nwhile (true) {}")]);
    place.write('floods.ipynb', [
      cell('floods', "for (let line = 0; line < 30_000; line++) console.log('x'.repeat(999));"),
      cell('behind', announcing('judged behind the flood', 'agrees')),
    ]);
    place.write('good.ipynb', [cell('good', announcing('a right claim', 'proved'))]);
    const names = ['hangs.ipynb', 'dies.ipynb', 'floods.ipynb', 'good.ipynb'];
    const { code, stdout, stderr } = await place.run([
      ...names,
      ...['--jobs', '4', '--timeout', '8', '--output-limit', '10', '--json'],
    ]);
    assert.equal(code, 1, stderr);
    const { notebooks } = JSON.parse(stdout) as Report;
    assert.deepEqual(
      notebooks.map(({ path, passed, cells }) => [path, passed, ...cells.map(({ status }) => status)]),
      [
        ['hangs.ipynb', false, 'timeout'],
        ['dies.ipynb', false, 'dead'],
        ['floods.ipynb', true, 'ok', 'ok'],
        ['good.ipynb', true, 'ok'],
      ],
    );
    const [flood, note] = place.read('.handgrad/floods.ipynb').cells[0]?.outputs ?? [];
    assert.ok(flood?.output_type === 'stream' && flood.text.length === 10e6);
    assert.ok(note?.output_type === 'stream' && /20\.0 million characters .* left out/.test(note.text));
    assert.match(place.text('.handgrad/report.html'), /judged behind the flood/);
    assert.ok(await isGone('hangs'));
    assert.equal(stderr.match(/^Running /gm)?.length, 4);
    assert.equal(stderr.match(/^Done {4}/gm)?.length, 4);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none of them is what is asked.
    assert.doesNotMatch(stderr, /\u001b|\r/, 'no terminal, no codes of one');
  });

  it('stops all at Ctrl-C, leaves no process, and writes what is known', async () => {
    const stuck = (name: string, source: string) =>
      place.write(`${name}.ipynb`, [
        cell('said', "console.log('so far')"),
        cell('stuck', leaving(name, source)),
      ]);
    stuck('waits', 'await new Promise(() => {});');
    stuck('loops', 'while (true) {}');
    stuck('native', "import { execSync } from 'node:child_process';\nexecSync('sleep 1000');");
    place.write('later.ipynb', [cell('later', '1')]);
    const running = place.start([
      'waits.ipynb',
      'loops.ipynb',
      'native.ipynb',
      'later.ipynb',
      '-j',
      '3',
      '--json',
    ]);
    for (const name of ['waits', 'loops', 'native']) await place.appears(`${name}.pid`);
    await wait(100);
    running.signal('SIGINT');
    const { code, stdout } = await running.ended;
    assert.equal(code, 1);
    const report = JSON.parse(stdout) as Report;
    assert.deepEqual([report.passed, report.interrupted], [false, true]);
    assert.deepEqual(
      report.notebooks.map(({ cells }) => cells.map(({ status }) => status)),
      [['ok', 'interrupted'], ['ok', 'interrupted'], ['ok', 'interrupted'], ['not-run']],
    );
    for (const name of ['waits', 'loops', 'native']) {
      assert.ok(await isGone(name), name);
      assert.match(place.text(`.handgrad/${name}.ipynb`), /so far/);
    }
    assert.ok(!readdirSync(`${place.folder}/.handgrad`).includes('later.ipynb'));
  });

  it('says what each kernel took, with --time', async () => {
    place.write('takes.ipynb', [
      cell('memory', 'const held = new Uint8Array(300e6).fill(1);\nheld.length'),
      cell('work', 'const end = Date.now() + 500;\nwhile (Date.now() < end);'),
    ]);
    const { code, stdout } = await place.run(['takes.ipynb', '--time']);
    assert.equal(code, 0);
    const report = JSON.parse(place.text('.handgrad/report.json')) as Report;
    const usage = report.notebooks[0]?.usage;
    if (process.platform === 'linux') {
      assert.ok(usage && usage.peakBytes > 300e6 && usage.cpuMilliseconds > 300);
      assert.match(stdout, /takes\.ipynb +\d+\.\d s +\d+\.\d s +\d+ MB/);
    } else assert.match(stdout, /unknown/);
  });
});

describe('inParallel', () => {
  it('begins each once, in their order, and not more at a time than it may', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 1, max: 5 }), async (given, limit) => {
        const items = given.map((delay, at) => ({ delay, at }));
        const begun: number[] = [];
        let running = 0;
        let most = 0;
        await inParallel(items, limit, async ({ delay, at }) => {
          begun.push(at);
          most = Math.max(most, ++running);
          for (let turn = 0; turn < delay; turn++) await Promise.resolve();
          running -= 1;
        });
        assert.deepEqual(begun, [...items.keys()]);
        assert.ok(most <= limit);
        assert.equal(running, 0);
      }),
    );
  });

  it('begins nothing behind an abort', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      if (item === 2) controller.abort();
    };
    await inParallel([1, 2, 3], 1, work, controller.signal);
    assert.deepEqual(begun, [1, 2]);
  });
});

describe('the order of beginning', () => {
  it('is that of the plan for one at a time, else the longest first, unknown ones before them', () => {
    const jobs = ['a', 'b', 'c', 'd'].map((path) => ({ path }));
    const durations = new Map([
      ['a', 1],
      ['c', 3],
      ['d', 2],
    ]);
    const order = (atATime: number) =>
      inOrderOfBeginning(jobs, { jobs: atATime, durations })
        .map(({ path }) => path)
        .join('');
    assert.deepEqual([order(1), order(2)], ['abcd', 'bcda']);
  });
});

describe('sensibleJobs', () => {
  it('is one a processor, one a gigabyte, and at least one', () => {
    assert.deepEqual([sensibleJobs(4, 64e9), sensibleJobs(64, 8.5e9), sensibleJobs(8, 0.2e9)], [4, 8, 1]);
    assert.ok(sensibleJobs() >= 1);
  });
});
