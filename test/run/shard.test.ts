import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mergeReports, type NamedReport } from '../../src/run/merge.js';
import { planOf, readShard, shardOf } from '../../src/run/shard.js';
import { setFile, setLabel, setsOf } from '../../src/run/sweep.js';

const items = fc.uniqueArray(
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 8 }),
    weight: fc.double({ min: 0, max: 1e4, noNaN: true }),
  }),
  { maxLength: 30, selector: ({ name }) => name },
);

describe('shardOf', () => {
  it('puts every item in exactly one part, in the order given, whatever that order is', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 9 }), (given, of) => {
        const parts = Array.from({ length: of }, (_, at) => shardOf(given, { index: at + 1, of }));
        assert.deepEqual(
          parts
            .flat()
            .map(({ name }) => name)
            .sort(),
          given.map(({ name }) => name).sort(),
        );
        for (const [at, part] of parts.entries()) {
          const places = part.map((item) => given.indexOf(item));
          assert.deepEqual(
            places,
            [...places].sort((a, b) => a - b),
          );
          const turned = shardOf([...given].reverse(), { index: at + 1, of });
          assert.deepEqual(new Set(turned), new Set(part));
        }
      }),
    );
  });

  it('weighs: no part is heavier than the lightest by more than one of its items', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 9 }), (given, of) => {
        const parts = Array.from({ length: of }, (_, at) => shardOf(given, { index: at + 1, of }));
        const load = (part: readonly { weight: number }[]) =>
          part.reduce((sum, { weight }) => sum + weight, 0);
        const lightest = Math.min(...parts.map(load));
        for (const part of parts.filter(({ length }) => length > 0)) {
          assert.ok(load(part) - Math.min(...part.map(({ weight }) => weight)) <= lightest + 1e-6);
        }
      }),
    );
  });
});

describe('planOf', () => {
  it('is equal for the same run and differs where the run does', () => {
    const run = [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 2 },
    ];
    assert.equal(planOf(run, 2), planOf([...run], 2));
    const others = [
      planOf(run, 3),
      planOf(run.slice(1), 2),
      planOf([{ name: 'a', weight: 3 }, ...run.slice(1)], 2),
    ];
    assert.equal(new Set([planOf(run, 2), ...others]).size, 4);
  });
});

describe('readShard', () => {
  it('reads a part, or the environment of an indexed job', () => {
    const cases: readonly [string, NodeJS.ProcessEnv, number, number][] = [
      ['2/8', {}, 2, 8],
      ['env/8', { JOB_COMPLETION_INDEX: '0' }, 1, 8],
      ['env/8', { JOB_COMPLETION_INDEX: '7' }, 8, 8],
      ['env', { JOB_COMPLETION_INDEX: '1', HANDGRAD_SHARDS: '4' }, 2, 4],
      ['env', { CI_NODE_INDEX: '3', CI_NODE_TOTAL: '3' }, 3, 3],
      ['env/2', { AWS_BATCH_JOB_ARRAY_INDEX: '1' }, 2, 2],
    ];
    for (const [text, environment, index, of] of cases)
      assert.deepEqual(readShard(text, environment), { index, of });
  });

  it('refuses what is no part, and says what was expected', () => {
    const cases: readonly [string, NodeJS.ProcessEnv, RegExp][] = [
      ['2', {}, /expected 2\/8/],
      ['0/3', {}, /counted from 1/],
      ['4/3', {}, /part 4 of 3/],
      ['1/0', {}, /counted from 1/],
      ['env/3', {}, /JOB_COMPLETION_INDEX \(a Kubernetes indexed Job\)/],
      ['env/3', { JOB_COMPLETION_INDEX: '3' }, /part 4 of 3/],
      ['env', { JOB_COMPLETION_INDEX: '0' }, /HANDGRAD_SHARDS/],
    ];
    for (const [text, environment, said] of cases) assert.throws(() => readShard(text, environment), said);
  });
});

describe('a sweep', () => {
  it('is a list of sets, or lists to combine', () => {
    assert.deepEqual(setsOf([{ n: 1 }, { n: 2 }]), [{ n: 1 }, { n: 2 }]);
    assert.deepEqual(setsOf({ n: [1, 2], name: ['a', 'b'] }), [
      { n: 1, name: 'a' },
      { n: 1, name: 'b' },
      { n: 2, name: 'a' },
      { n: 2, name: 'b' },
    ]);
    const refused: readonly [unknown, RegExp][] = [
      [[], /no set/],
      [{ n: [] }, /no set/],
      [{ n: 3 }, /“n” is no list/],
      [[3], /no set of parameters/],
      [[{ n: 1 }, { m: 1 }], /other names/],
      [[{}], /empty/],
      [[{ '3x': 1 }], /no name of TypeScript/],
    ];
    for (const [given, said] of refused) assert.throws(() => setsOf(given), said);
  });

  it('names its sets, and files that any system takes', () => {
    const set = { rows: 10, name: 'a/b: "c"', list: [1, 2] };
    assert.equal(setLabel(set), 'rows=10, name=a/b: "c", list=[1,2]');
    assert.equal(setFile('out/study.ipynb', 3, set), 'out/study.3.rows=10,name=a_b___c_,list=_1,2_.ipynb');
  });
});

describe('mergeReports', () => {
  const report = (file: string, path: string, index?: number, plan = 'p'): NamedReport => ({
    file,
    interrupted: false,
    outcomes: [{ path, cells: [], notebook: { cells: [], metadata: {} }, milliseconds: 0 }],
    ...(index === undefined ? {} : { shard: { index, of: 3, plan } }),
  });

  it('joins all parts, in the order of the notebooks', () => {
    const merged = mergeReports(
      [report('3', '10.ipynb', 3), report('1', '9.ipynb', 1), report('2', '8.ipynb', 2)],
      false,
    );
    assert.deepEqual(
      merged.outcomes.map(({ path }) => path),
      ['8.ipynb', '9.ipynb', '10.ipynb'],
    );
    assert.equal(merged.interrupted, false);
    assert.equal(
      mergeReports([{ ...report('a', 'a'), interrupted: true }, report('b', 'b')], false).interrupted,
      true,
    );
  });

  it('refuses missing parts unless told, parts of other runs, and what is given twice', () => {
    assert.throws(() => mergeReports([report('1', 'a', 1)], false), /Missing: part 2, 3 of 3/);
    assert.equal(mergeReports([report('1', 'a', 1)], true).outcomes.length, 1);
    const cases: readonly [readonly NamedReport[], RegExp][] = [
      [[report('1', 'a', 1), report('2', 'b', 2, 'q')], /2 is part 2 of 3 of another run than 1/],
      [[report('1', 'a', 1), report('again', 'b', 1)], /1 and again are both part 1 of 3/],
      [[report('1', 'a'), report('2', 'a')], /1 and 2 both tell of a/],
    ];
    for (const [reports, said] of cases) assert.throws(() => mergeReports(reports, true), said);
  });
});
