/** What the image and the hub are made of is pinned, whole, and of one version where it must be. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../project/places.js';

const places = ['deploy/image', 'deploy/hub'];

function read(...path: readonly string[]): string {
  return readFileSync(join(root, ...path), 'utf8');
}

interface Pin {
  readonly name: string;
  readonly version: string;
  readonly hashes: number;
}

/** The pins of a requirements file: a line `name==version`, and the hashes that follow it. */
function pins(text: string): readonly Pin[] {
  const joined = text.replace(/#.*$/gm, '').replace(/\\\n/g, ' ');
  return joined
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [, name = '', version = ''] = /^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)/.exec(line) ?? [];
      assert.notEqual(version, '', `no exact version: ${line.slice(0, 80)}`);
      return {
        name: normal(name),
        version,
        hashes: line.match(/--hash=sha256:[0-9a-f]{64}(?=\s|$)/g)?.length ?? 0,
      };
    });
}

/** Names of Python packages are compared in lower case, with - for _ and dots. */
function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

for (const place of places) {
  test(`${place}: each package has an exact version and hashes, and each that is asked for is there`, () => {
    const pinned = pins(read(place, 'requirements.txt'));
    assert.ok(pinned.length > 20);
    for (const { name, hashes } of pinned) assert.ok(hashes > 0, name);
    const asked = read(place, 'requirements.in')
      .split('\n')
      .filter((line) => /^[a-z]/i.test(line))
      .map((line) => line.split('==') as [string, string?]);
    for (const [name, version] of asked) {
      const found = pinned.filter((pin) => pin.name === normal(name));
      assert.equal(found.length, 1, name);
      if (version !== undefined) assert.equal(found[0]?.version, version, name);
    }
  });

  test(`${place}: says which command writes it`, () => {
    const command = /^#\s+(node scripts\/[\w-]+\.mjs)$/m.exec(read(place, 'requirements.txt'))?.[1] ?? '';
    assert.match(read(place, 'requirements.in'), new RegExp(command));
    assert.notEqual(read(command.split(' ')[1] ?? ''), '');
  });
}

test('the hub and the server that it starts are of one version', () => {
  const [image, hub] = places.map(
    (place) => pins(read(place, 'requirements.txt')).find(({ name }) => name === 'jupyterhub')?.version,
  );
  assert.equal(image, hub);
});

test('the image is of the version of the package, wherever it is named', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const named = [...read('compose.yaml').matchAll(/image: handgrad:(\S+)/g)].map((match) => match[1]);
  assert.deepEqual(named, [version]);
});
