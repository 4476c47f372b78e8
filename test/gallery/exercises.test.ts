/** The exercise of each notebook of the gallery: its solution is right, and wrong answers are found to be what they are. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { readNotebook, tagsOf } from '../../src/run/index.js';
import { type AnyExercise, evaluated, plant } from '../exercise/planted.js';
import { root } from '../project/places.js';
import { wrongAnswers } from './wrong-answers.js';

const folder = join(root, 'notebooks');

/** The source of the one cell with the tag. */
function tagged(name: string, tag: string): string {
  const { cells } = readNotebook(readFileSync(join(folder, name), 'utf8'), name);
  const [cell, ...others] = cells.filter((each) => tagsOf(each).includes(tag));
  assert.ok(cell !== undefined && others.length === 0, `${name}: one cell is tagged ${tag}`);
  return cell.source;
}

for (const name of readdirSync(folder).filter((file) => file.endsWith('.ipynb'))) {
  const wrong = wrongAnswers[name];
  if (wrong === undefined) {
    it(`${name} has wrong answers in test/gallery/wrong-answers.ts`, () => assert.fail('none are written'));
    continue;
  }
  const [statement, solution] = [tagged(name, 'exercise'), tagged(name, 'solution')];
  plant(name, {
    task: evaluated(statement, 'task') as AnyExercise,
    solved: evaluated(`${statement}\n;${solution}`, 'solved') as AnyExercise,
    wrong,
  });
}
