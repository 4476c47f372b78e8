/** The library belongs to no kernel: the same cells in tslab's and in Deno's. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from './environment.js';
import { denoProgram, OtherKernel } from './other-kernel.js';

/** A person's project that has handgrad among its packages. */
const project = mkdtempSync(join(tmpdir(), 'handgrad-project-'));
mkdirSync(join(project, 'node_modules'));
symlinkSync(root, join(project, 'node_modules', 'handgrad'), 'junction');
writeFileSync(join(project, 'package.json'), '{"private":true}');
after(() => rmSync(project, { recursive: true, force: true }));

async function story(argv: readonly string[]): Promise<void> {
  const kernel = await OtherKernel.start(argv, project);
  try {
    await kernel.expect('import { checkJacobian, given, tf } from "handgrad"; 1 + 1', /2/);
    await kernel.expect(
      'const check = checkJacobian([[2, 0], [0, 2]], { of: (x: any) => tf.mul(x, 2), at: [1, 2] }); check.status',
      /agrees/,
    );
    await kernel.expect('check', /✓ agrees: Jacobian of/);
    await kernel.expect(
      'const scope = given({ x: ["n"] }); scope.define("s_i = exp(x_i) / Σ_k exp(x_k)"); scope.derive("∂s_i/∂x_j").step("s_i (δ_ij - s_j)").verdict.status',
      /proved/,
    );
  } finally {
    await kernel.stop();
  }
}

test("handgrad in tslab's own kernel", { timeout: 120_000 }, () =>
  story([
    process.execPath,
    join(root, 'node_modules/tslab/bin/tslab'),
    'kernel',
    '--config-path',
    '{connection_file}',
  ]),
);

test("handgrad in Deno's kernel", { timeout: 240_000 }, async (context) => {
  let deno: string;
  try {
    deno = denoProgram();
  } catch (error) {
    context.skip(`Deno cannot be had: ${String(error).split('\n')[0]}`);
    return;
  }
  await story([deno, 'jupyter', '--kernel', '--conn', '{connection_file}']);
});
