/** The files for Kubernetes and Compose agree with the image, with the command line, and with each other. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { root } from '../project/places.js';
import { runToEnd } from '../project/process.js';

/** A part of a document by its path, such as `spec.template.spec.containers.0.args`. */
function at(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    assert.ok(typeof value === 'object' && value !== null && name in value, `${path}: no ${name}`);
    return (value as Readonly<Record<string, unknown>>)[name];
  }, document);
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The documents of a file, none of which may have an error or a key twice. */
function documents(path: string): readonly unknown[] {
  return parseAllDocuments(read(path), { uniqueKeys: true }).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as unknown;
  });
}

function jobOf(path: string): unknown {
  const job = documents(path).find((document) => at(document, 'kind') === 'Job');
  assert.ok(job);
  return job;
}

const container = 'spec.template.spec.containers.0';
const dockerfile = read('Dockerfile');
const { version } = JSON.parse(read('package.json')) as { version: string };

/** The words of `handgrad …` in the shell line of a job. */
function commandOf(job: unknown): readonly string[] {
  const [shell, flag, line] = at(job, `${container}.args`) as readonly string[];
  assert.deepEqual([shell, flag], ['sh', '-c']);
  const words = (line ?? '').split(' ');
  assert.deepEqual(words.slice(0, 2), ['exec', 'handgrad']);
  return words.slice(2);
}

for (const file of ['gallery-job', 'gallery-report']) {
  test(`${file}: the options that its command uses are there`, async () => {
    const [command = '', ...words] = commandOf(jobOf(`deploy/kubernetes/${file}.yaml`));
    const help = await runToEnd(process.execPath, [join(root, 'dist/cli.js'), command, '--help']);
    for (const option of words.filter((word) => word.startsWith('--')))
      assert.match(help.stdout, new RegExp(`${option}\\b`), option);
  });

  test(`${file}: runs as the image's own user, needs no rights, and writes only where a volume is`, () => {
    const job = jobOf(`deploy/kubernetes/${file}.yaml`);
    const [uid, gid] = /^USER (\d+):(\d+)$/m.exec(dockerfile)?.slice(1).map(Number) ?? [];
    assert.deepEqual(
      ['runAsUser', 'runAsGroup'].map((name) => at(job, `spec.template.spec.securityContext.${name}`)),
      [uid, gid],
    );
    assert.deepEqual(at(job, `${container}.securityContext`), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const home = /HOME=(\S+)/.exec(dockerfile)?.[1];
    const mounted = at(job, `${container}.volumeMounts`) as readonly { name: string; mountPath: string }[];
    assert.deepEqual(mounted.map(({ mountPath }) => mountPath).sort(), [home, '/reports', '/tmp'].sort());
    const volumes = at(job, 'spec.template.spec.volumes') as readonly { name: string }[];
    for (const { name } of mounted)
      assert.ok(
        volumes.some((volume) => volume.name === name),
        name,
      );
    assert.match(String(at(job, `${container}.image`)), new RegExp(`/handgrad:${version}$`));
  });
}

test('the gallery runs in as many parts as there are pods, and all write where the report looks', () => {
  const job = jobOf('deploy/kubernetes/gallery-job.yaml');
  const words = commandOf(job);
  assert.equal(at(job, 'spec.completionMode'), 'Indexed');
  assert.equal(words[words.indexOf('--shard') + 1], `env/${String(at(job, 'spec.completions'))}`);
  assert.equal(words[words.indexOf('--output-dir') + 1], '"/reports/$JOB_COMPLETION_INDEX"');
  const report = jobOf('deploy/kubernetes/gallery-report.yaml');
  assert.ok(commandOf(report).includes('/reports/*/report.json'));
  const claims = [job, report].map((each) =>
    at(each, 'spec.template.spec.volumes.0.persistentVolumeClaim.claimName'),
  );
  const [claim] = documents('deploy/kubernetes/gallery-job.yaml');
  assert.deepEqual(claims, [at(claim, 'metadata.name'), at(claim, 'metadata.name')]);
});

test('a class on Kubernetes: the image, its home and user, and the server of the chart’s own hub', () => {
  const values = parse(read('deploy/kubernetes/values.yaml'), { uniqueKeys: true }) as unknown;
  const hub = /^jupyterhub==(\S+) --hash=sha256:[0-9a-f]{64}$/m.exec(
    read('deploy/kubernetes/jupyterhub.txt'),
  )?.[1];
  assert.equal(at(values, 'singleuser.image.tag'), `${version}-hub${hub ?? ''}`);
  assert.match(
    read('deploy/kubernetes/Dockerfile'),
    new RegExp(`^ARG IMAGE=handgrad:${version.replaceAll('.', '\\.')}$`, 'm'),
  );
  assert.equal(at(values, 'singleuser.storage.homeMountPath'), /HOME=(\S+)/.exec(dockerfile)?.[1]);
  assert.equal(at(values, 'singleuser.uid'), 1000);
  assert.equal(at(values, 'singleuser.cmd'), 'jupyterhub-singleuser');
});

test('one machine with Compose: this machine alone, and nothing that can be written but the home and /tmp', () => {
  const lab = at(parse(read('compose.yaml'), { uniqueKeys: true }), 'services.lab');
  for (const port of at(lab, 'ports') as readonly string[]) assert.match(port, /^127\.0\.0\.1:/);
  assert.equal(at(lab, 'read_only'), true);
  assert.deepEqual(at(lab, 'cap_drop'), ['ALL']);
});

test('Binder builds the Dockerfile at the top: no folder of its own hides it', () => {
  for (const folder of ['binder', '.binder']) assert.ok(!existsSync(join(root, folder)), folder);
});
