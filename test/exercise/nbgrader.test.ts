/** nbgrader makes the assignment of a new exercise and grades submissions of every kind with the kernel. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type JupyterEnvironment, jupyterEnvironment, root } from '../jupyter/environment.js';
import { commandsOf } from './documents.js';

const pins = [
  'nbgrader==0.9.6',
  'nbclient==0.11.0',
  'nbconvert==7.17.2',
  'nbformat==5.11.1',
  'jupyter_client==8.10.0',
  'pyzmq==27.3.0',
  'setuptools==80.9.0',
];

interface Json {
  readonly cells: readonly {
    readonly id: string;
    readonly source: string | readonly string[];
    readonly outputs?: readonly Readonly<Record<string, unknown>>[];
  }[];
}

/** What each learner writes into the two cells for answers. */
const submissions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  right: {
    'answer-1': "task.part('jacobian').step('s_i (δ_ij − s_j)');",
    'answer-2':
      "task.part('gradient').step('Σ_i ∂L/∂s_i ∂s_i/∂x_j');\ntask.part('gradient').step('s_j − t_j');",
  },
  half: {
    'answer-1': "task.part('jacobian').step('s_i (δ_ij − s_j)');",
    'answer-2':
      "task.part('gradient').step('Σ_i ∂L/∂s_i ∂s_i/∂x_j');\ntask.part('gradient').step('t_j − s_j');",
  },
  wrong: {
    'answer-1': "task.part('jacobian').step('s_i (1 − s_j)');",
    'answer-2': "task.part('gradient').step('∂L/∂x_j + 0'); task.part('gradient').step('s_j t_j');",
  },
  looping: {
    'answer-1': 'while (true) {}',
    'answer-2': "task.part('gradient').step('s_j − t_j');",
  },
  untouched: {},
  broken: { 'answer-1': "task.part('jacobian').stepp('s_i');", 'answer-2': "throw new Error('not mine');" },
};

/** Seconds until a cell is interrupted: enough for the first cell on a machine that is busy. */
const timeout = 20;

const grades = `
import json, sys
from nbgrader.api import Gradebook
with Gradebook('sqlite:///gradebook.db') as book:
    print(json.dumps({
        s.student.id: [s.score, s.max_score, {g.name: g.score for n in s.notebooks for g in n.grades}]
        for s in book.assignment_submissions('softmax')
    }))
`;

type Grades = Readonly<Record<string, readonly [number, number, Readonly<Record<string, number>>]>>;

const jupyter = await jupyterEnvironment({
  title: 'Installing nbgrader for tests',
  name: 'nbgrader',
  install: pins,
});
const course = mkdtempSync(join(tmpdir(), 'handgrad-course-'));
let graded: Grades = {};

/** Runs a command of the document in the folder of the course. */
async function command(environment: JupyterEnvironment, line: string): Promise<void> {
  const program = `"${process.execPath}" "${join(root, 'dist/cli.js')}" `;
  const shell = 'import subprocess, sys; sys.exit(subprocess.call(sys.argv[1], shell=True))';
  const { code, output } = await environment.run(['-c', shell, line.replace(/^handgrad /u, program)], {
    cwd: course,
  });
  assert.equal(code, 0, `${line}\n${output}`);
}

function notebook(...path: readonly string[]): Json {
  return JSON.parse(readFileSync(join(course, ...path), 'utf8')) as Json;
}

function source(cell: Json['cells'][number]): string {
  return typeof cell.source === 'string' ? cell.source : cell.source.join('');
}

function submit(learner: string, answers: Readonly<Record<string, string>>): void {
  const released = notebook('release', 'softmax', 'softmax.ipynb');
  const cells = released.cells.map((cell) => ({ ...cell, source: answers[cell.id] ?? cell.source }));
  const folder = join(course, 'submitted', learner, 'softmax');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'softmax.ipynb'), JSON.stringify({ ...released, cells }));
}

after(() => {
  rmSync(course, { recursive: true, force: true });
  if (typeof jupyter !== 'string') jupyter.remove();
});

describe('nbgrader, by the commands of docs/how-to/grade-with-nbgrader.md', {
  skip: typeof jupyter === 'string' && jupyter,
}, () => {
  before(async () => {
    if (typeof jupyter === 'string') return;
    const [make, assign, ...grade] = commandsOf('docs/how-to/grade-with-nbgrader.md');
    assert.ok(make !== undefined && assign !== undefined && grade.length === 2);
    await command(jupyter, make);
    appendFileSync(join(course, 'nbgrader_config.py'), `\nc.Execute.timeout = ${timeout}\n`);
    await command(jupyter, assign);
    for (const [learner, answers] of Object.entries(submissions)) submit(learner, answers);
    for (const line of grade) await command(jupyter, line);
    const { code, output } = await jupyter.run(['-c', grades], { cwd: course });
    assert.equal(code, 0, output);
    graded = JSON.parse(output) as Grades;
  });

  it('cuts the solutions out of what is released, and leaves the stub', () => {
    const text = notebook('release', 'softmax', 'softmax.ipynb').cells.map(source).join('\n');
    assert.doesNotMatch(text, /BEGIN SOLUTION|s_j − t_j|solved/);
    assert.equal(text.match(/throw new Error\('No answer yet/g)?.length, 2);
    assert.match(notebook('source', 'softmax', 'softmax.ipynb').cells.map(source).join('\n'), /s_j − t_j/);
  });

  it('gives each submission the points it should get', () => {
    const points = Object.fromEntries(
      Object.entries(graded).map(([learner, [score, most]]) => [learner, `${score} of ${most}`]),
    );
    assert.deepEqual(points, {
      right: '6 of 6',
      half: '3 of 6',
      wrong: '0 of 6',
      looping: '4 of 6',
      untouched: '0 of 6',
      broken: '0 of 6',
    });
    assert.deepEqual(graded.half?.[2], { 'credit-1': 2, 'credit-2': 1 });
    assert.deepEqual(graded.looping?.[2], { 'credit-1': 0, 'credit-2': 4 });
  });

  it('names the mistake beside the points, and the interrupt in the cell that looped', () => {
    const outputs = (learner: string, id: string): string =>
      JSON.stringify(
        notebook('autograded', learner, 'softmax', 'softmax.ipynb').cells.find((cell) => cell.id === id)
          ?.outputs,
      );
    assert.match(outputs('wrong', 'credit-1'), /Line 1 is wrong: delta-replaced-by-one/);
    assert.match(outputs('half', 'credit-2'), /Line 1 is a right beginning\. Line 2 is wrong: sign/);
    assert.match(outputs('looping', 'answer-1'), /"output_type":"error"/);
    const feedback = readFileSync(join(course, 'feedback', 'wrong', 'softmax', 'softmax.html'), 'utf8');
    assert.match(feedback, /Line 1 is wrong: delta-replaced-by-one/);
  });
});
