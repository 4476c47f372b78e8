/** `handgrad check` as a person types it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { root } from '../project/places.js';

const folder = mkdtempSync(join(tmpdir(), 'handgrad-check-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function check(
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const { GITHUB_ACTIONS: _, ...rest } = process.env;
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'check', ...args], {
    cwd: folder,
    env: { ...rest, NO_COLOR: '1', ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const three = `# Three derivations

\`\`\`handgrad
given x: n; t: n
define s_i = exp(x_i) / Σ_k exp(x_k)
derive ∂s_i/∂x_j = s_i (δ_ij − s_j)
\`\`\`

\`\`\`handgrad
given z: []; y: []
define p = sigmoid(z)
define L = −y log(p) − (1 − y) log(1 − p)
derive ∂L/∂z
= ∂L/∂p · ∂p/∂z
= p + y
\`\`\`

\`\`\`handgrad
given x: n; W: m n
define y_i = Σ_j W_ij x_j
derive ∂y_i/∂x_j = W_ij
\`\`\`
`.replace('z: []; y: []', 'z; y');

describe('handgrad check', () => {
  writeFileSync(join(folder, 'three.md'), three);
  writeFileSync(join(folder, 'right.md'), three.replace('= p + y', '= p − y'));

  it('of three derivations, one wrong: exits 1 and names file, line and mistake', async () => {
    const { code, stdout, stderr } = await check([
      'three.md',
      '--junit',
      'check.xml',
      '--markdown',
      'check.md',
    ]);
    assert.equal(code, 1, stderr);
    assert.match(
      stdout,
      /^three\.md:15:3: refuted: ∂L\/∂z = p \+ y\n(?: {4}.*\n)* {4}likely mistake \(sign-of-term\): /,
    );
    assert.match(stdout, /3 derivations in 1 document: 3 ✓ proved, 1 ✗ refuted\. Failed: 1 failure\.\n$/);
    assert.doesNotMatch(stdout, /::error/);
    const xml = readFileSync(join(folder, 'check.xml'), 'utf8');
    assert.match(xml, /<testsuite name="three\.md" tests="4" failures="1">/);
    assert.match(xml, /line="15" time="0"><failure message="three\.md:15:3: refuted">/);
    assert.match(readFileSync(join(folder, 'check.md'), 'utf8'), /- \*\*three\.md:15:3\*\*: refuted/);
  });

  it('exits 0 where all is right, and lists every line with --all', async () => {
    const { code, stdout } = await check(['right.md', '--all']);
    assert.equal(code, 0, stdout);
    assert.deepEqual(stdout.match(/^right\.md:\d+:\d+: ✓ proved/gm)?.length, 4);
    assert.match(stdout, /Passed\.\n$/);
  });

  it('prints annotations where GitHub runs it, and when asked', async () => {
    const there = await check(['three.md'], { env: { GITHUB_ACTIONS: 'true' } });
    const annotation =
      /^::error file=three\.md,line=15,col=3,title=handgrad%3A refuted \(sign-of-term\)::∂L\/∂z = p \+ y%0A/m;
    assert.match(there.stdout, annotation);
    assert.match((await check(['three.md', '--annotations'])).stdout, annotation);
  });

  it('reads stdin, folders, and other names as it is told', async () => {
    const piped = await check(['-', '--json'], { input: three });
    assert.equal(piped.code, 1);
    const { passed, documents } = JSON.parse(piped.stdout) as {
      passed: boolean;
      documents: { path: string; findings: { passed: boolean; line: number; reason?: string }[] }[];
    };
    assert.equal(passed, false);
    assert.deepEqual(
      documents.map(({ path, findings }) => [
        path,
        findings.filter((one) => !one.passed).map(({ line, reason }) => [line, reason]),
      ]),
      [['stdin', [[15, 'refuted']]]],
    );
    mkdirSync(join(folder, 'papers/deep'), { recursive: true });
    writeFileSync(
      join(folder, 'papers/deep/a.tex'),
      '% handgrad: given x: n\n% handgrad: check x_i = 2 x_i\n',
    );
    writeFileSync(join(folder, 'papers/notes.txt'), three);
    const inFolder = await check(['papers']);
    assert.equal(inFolder.code, 1);
    assert.match(inFolder.stdout, /^papers\/deep\/a\.tex:2:19: refuted/);
    assert.equal((await check(['papers/notes.txt', '--as', 'markdown'])).code, 1);
  });

  it('passes a document without blocks, and says that there is none', async () => {
    writeFileSync(join(folder, 'words.md'), '# Words\n');
    const { code, stderr, stdout } = await check(['words.md']);
    assert.equal(code, 0);
    assert.match(stderr, /words\.md: no block for handgrad in it/);
    assert.match(stdout, /0 derivations in 1 document\. Passed\./);
  });

  it('exits 2 for wrong usage', async () => {
    mkdirSync(join(folder, 'bare'), { recursive: true });
    const bare = await check(['bare']);
    assert.deepEqual([bare.code, bare.stdout], [2, '']);
    assert.match(bare.stderr, /there is no document \(\.md, \.tex\) in bare/);
    for (const [args, said] of [
      [['absent.md'], /absent\.md: there is no such file/],
      [['papers/notes.txt'], /expected a document in Markdown \(\.md\) or LaTeX \(\.tex\)/],
      [['three.md', '--as', 'html'], /Give markdown or tex/],
      [[], /missing required argument/],
    ] as const) {
      const { code, stdout, stderr } = await check(args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, said);
    }
  });
});
