/** Every notebook of the gallery runs, each verdict as meant, each planted mistake met with its name. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Workplace } from '../run/command-line.js';
import { invalidities } from '../run/nbformat.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'notebooks');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.ipynb'))
  .sort();

interface Judged {
  readonly claim: string;
  readonly status: string;
  readonly expected?: string;
  readonly diagnoses: readonly { readonly mistake: string }[];
}

interface Result {
  readonly notebooks: readonly { readonly cells: readonly { id: string; verdicts: readonly Judged[] }[] }[];
}

/** The first mistake named for each line meant to be wrong, by cell and in order; '' where none was named. */
type Mistakes = Readonly<Record<string, readonly string[]>>;

interface Stale {
  differences(committed: string, fresh: string): readonly { readonly kind: string; readonly said: string }[];
}

interface Cell {
  readonly id: string;
  readonly metadata: {
    readonly tags?: readonly string[];
    readonly jupyter?: { readonly source_hidden?: boolean };
  };
}

describe('the gallery', { concurrency: 2 }, () => {
  const place = new Workplace();
  after(() => place.remove());

  it('stands in reading order: each notebook has a number of its own', () => {
    const numbers = names.map((name) => name.slice(0, 3));
    for (const number of numbers) assert.match(number, /^\d\d-$/);
    assert.equal(new Set(numbers).size, names.length, numbers.join(' '));
  });

  it('is listed in notebooks/README.md, each by its own title', () => {
    const listed = [
      ...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| (\d\d) \| \[(.+)\]\((.+)\) \|/gm),
    ];
    const titles = names.map((name) => /^# (.+)$/m.exec(firstText(name))?.[1]);
    assert.deepEqual(
      listed.map(([, number, title, link]) => ({ number, title, link })),
      names.map((link, index) => ({ number: link.slice(0, 2), title: titles[index], link })),
    );
  });

  for (const name of names) {
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');

    it(`${name}: every claim comes out as it says, every mistake is named`, async () => {
      const { code, stdout, stderr } = await place.run([file, '--json']);
      assert.equal(code, 0, stderr);
      const { notebooks } = JSON.parse(stdout) as Result;
      assert.deepEqual(mistakesIn(notebooks[0]?.cells ?? []), await tableOf(name));
      const executed = place.text(`.handgrad/${name}`);
      const { differences } = (await import(
        pathToFileURL(join(root, 'scripts/gallery/stale.mjs')).href
      )) as Stale;
      // What is said differently is stale too, but no fault: `npm run gallery -- --check` tells.
      const changed = differences(text, executed).filter(({ kind }) => kind !== 'words');
      assert.deepEqual(changed, [], 'stale outputs: npm run gallery -- --update');
    });

    it(`${name}: is a notebook by its schema, with nothing of the machine it was run on`, () => {
      assert.deepEqual(invalidities(JSON.parse(text)), []);
      assert.doesNotMatch(text, /(?:^|[\s"'(])\/(?:home|root|tmp|work|Users)\//);
      assert.ok(Buffer.byteLength(text) < 600_000, `${Buffer.byteLength(text)} bytes`);
    });

    it(`${name}: ends with an exercise, its solution folded away`, () => {
      const { cells } = JSON.parse(text) as { cells: readonly Cell[] };
      const tagged = (tag: string) => cells.filter(({ metadata }) => metadata.tags?.includes(tag));
      assert.ok(tagged('exercise').length > 0, 'no cell is tagged exercise');
      assert.ok(tagged('solution').length > 0, 'no cell is tagged solution');
      for (const { id, metadata } of tagged('solution')) assert.ok(metadata.jupyter?.source_hidden, id);
    });
  }
});

/** The source of a notebook's first cell. */
function firstText(name: string): string {
  const { cells } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
    cells: readonly { source: string[] }[];
  };
  return cells[0]?.source.join('') ?? '';
}

/** Also asserts that whatever was not meant to fail did not. */
function mistakesIn(cells: Result['notebooks'][0]['cells']): Mistakes {
  const named: Record<string, string[]> = {};
  for (const { id, verdicts } of cells) {
    for (const { claim, status, expected, diagnoses } of verdicts) {
      assert.equal(status, expected ?? (status === 'agrees' ? 'agrees' : 'proved'), `${id}: ${claim}`);
      if (expected !== 'refuted') continue;
      named[id] = [...(named[id] ?? []), diagnoses[0]?.mistake ?? ''];
    }
  }
  return named;
}

/** test/gallery/mistakes/NN.ts */
async function tableOf(name: string): Promise<Mistakes> {
  const table = new URL(`./mistakes/${name.slice(0, 2)}.js`, import.meta.url);
  assert.ok(existsSync(table), `test/gallery/mistakes/${name.slice(0, 2)}.ts is missing`);
  const { mistakes } = (await import(table.href)) as { mistakes: Mistakes };
  return mistakes;
}
