/** The notebook of an exercise: statement, a cell for each part, the solution folded away, the credit. */
import type { Notebook, NotebookCell } from '../run/index.js';
import { cell, notebook } from './cells.js';
import { introduction, question } from './prose.js';
import type { SolutionLine } from './solution.js';
import { quoted, statementSource, stepsSource } from './source.js';
import type { NewExercise } from './statement.js';

type Solution = ReadonlyMap<string, readonly SolutionLine[]>;

/** For people who learn alone: the solution stands at the end, its source hidden until it is asked for. */
export function exerciseNotebook(statement: NewExercise, solution: Solution): Notebook {
  const parts = Object.entries(statement.parts).flatMap(([name, part], at): NotebookCell[] => [
    cell('markdown', `part-${at + 1}`, question(statement, name, part)),
    cell('code', `answer-${at + 1}`, invitation(name), { tags: ['answer'] }),
  ]);
  const solved = [...solution].map(([name, lines]) => stepsSource('solved', name, lines)).join('\n');
  return notebook([
    cell('markdown', 'statement', introduction(statement)),
    cell('code', 'exercise', statementSource(statement), { tags: ['exercise'] }),
    ...parts,
    cell('markdown', 'credit-why', '## What it is worth'),
    cell('code', 'credit', 'task.credit()'),
    cell('markdown', 'solution-why', '## Solution\n\nFolded away: open the cell to see it.'),
    cell('code', 'solution', `const solved = task.fresh();\n${solved}\nsolved.require();\nsolved.credit()`, {
      tags: ['solution'],
      collapsed: true,
      jupyter: { source_hidden: true, outputs_hidden: true },
    }),
  ]);
}

/** For a course graded by nbgrader: solutions between marks that its `generate_assignment` cuts out, a graded cell for each part. */
export function nbgraderNotebook(statement: NewExercise, solution: Solution): Notebook {
  const parts = Object.entries(statement.parts).flatMap(([name, part], at): NotebookCell[] => {
    const steps = stepsSource('task', name, solution.get(name) ?? []);
    const answer = `${invitation(name)}\n/// BEGIN SOLUTION\n${steps}\n/// END SOLUTION`;
    const [credit, id] = [`task.credit(${quoted(name)})`, at + 1];
    const graded = `console.log(String(${credit}));\n${credit}.earned`;
    return [
      cell('markdown', `part-${id}`, question(statement, name, part), marks(`part-${id}`, 'read-only')),
      cell('code', `answer-${id}`, answer, marks(`answer-${id}`, 'answer')),
      cell('code', `credit-${id}`, graded, marks(`credit-${id}`, 'test', part.points)),
    ];
  });
  return notebook([
    cell('markdown', 'statement', introduction(statement), marks('statement', 'read-only')),
    cell('code', 'exercise', statementSource(statement), {
      tags: ['exercise'],
      ...marks('exercise', 'read-only'),
    }),
    ...parts,
  ]);
}

function invitation(part: string): string {
  return `// A line: task.part(${quoted(part)}).step('…'); a hint: task.part(${quoted(part)}).hint(1)`;
}

/** What nbgrader must know of a cell, in version 3 of its schema. */
function marks(
  id: string,
  role: 'answer' | 'test' | 'read-only',
  points?: number,
): Readonly<Record<string, unknown>> {
  const nbgrader = {
    grade: role === 'test',
    grade_id: id,
    locked: role !== 'answer',
    schema_version: 3,
    solution: role === 'answer',
    task: false,
    ...(points !== undefined && { points }),
  };
  return { ...(role === 'answer' ? {} : { deletable: false, editable: false }), nbgrader };
}
