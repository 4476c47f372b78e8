/** Exercises tried with their solution and with wrong answers, each of which must be diagnosed and must not earn too much. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInThisContext } from 'node:vm';
import typescript from 'typescript';
import type { Exercise, HandValues, MistakeId, PartCredit } from '../../src/index.js';
import * as handgrad from '../../src/index.js';

/** A wrong answer to one part: lines of a derivation, or an answer in numbers or code as TypeScript. */
export interface WrongAnswer {
  readonly part: string;
  readonly lines?: readonly string[];
  readonly answer?: string;
  /** What it must be found to be. */
  readonly mistake: MistakeId;
  /** The points it earns; 0 unless given. */
  readonly earns?: number;
}

/** An exercise whose parts are known by name only: as it is read from a notebook. */
export interface AnyExercise {
  readonly statement: Exercise['statement'];
  part(name: string): handgrad.Derivation;
  answer(name: string, hand: HandValues): handgrad.Verdict;
  credit(name?: string): handgrad.Credit;
  fresh(): AnyExercise;
}

/**
 * Runs TypeScript with the names of the package and those given, and answers what it leaves in `name`. `import` lines are left out.
 *
 * @throws ReferenceError where it needs more than that.
 */
export function evaluated(
  source: string,
  name: string,
  known: Readonly<Record<string, unknown>> = {},
): unknown {
  const names = { ...handgrad, ...known };
  const body = `${source.replace(/^import .*$/gmu, '')}\n;return ${name};`;
  const script = typescript.transpile(`function run(${Object.keys(names).join(', ')}) {${body}}\nrun`, {
    target: typescript.ScriptTarget.ES2023,
  });
  const run = runInThisContext(script) as (...values: readonly unknown[]) => unknown;
  return run(...Object.values(names));
}

/** What a wrong answer earns. */
export function attempt(task: AnyExercise, { part, lines, answer }: WrongAnswer): PartCredit {
  const tried = task.fresh();
  for (const line of lines ?? []) tried.part(part).step(line);
  if (answer !== undefined) tried.answer(part, evaluated('', answer) as HandValues);
  const [credit] = tried.credit(part).parts;
  assert.ok(credit !== undefined);
  return credit;
}

/** The tests of one exercise: the solution earns everything; of at least five wrong answers each is found, and earns what it may. */
export function plant(
  name: string,
  {
    task,
    solved,
    wrong,
  }: { readonly task: AnyExercise; readonly solved: AnyExercise; readonly wrong: readonly WrongAnswer[] },
): void {
  describe(name, () => {
    it('the solution is right and earns every point', () => {
      const { earned, possible, parts } = solved.credit();
      assert.equal(earned, possible, parts.map(({ name: part, says }) => `${part}: ${says}`).join('\n'));
      for (const part of Object.keys(solved.statement.parts)) {
        if ('derive' in (solved.statement.parts[part] ?? {}))
          assert.equal(solved.part(part).firstWrong, undefined);
      }
    });

    it('at least five wrong answers of different kinds', () => {
      assert.ok(
        new Set(wrong.map(({ mistake }) => mistake)).size >= 5,
        wrong.map(({ mistake }) => mistake).join(),
      );
    });

    for (const one of wrong) {
      it(`${one.part}: ${one.lines?.join('; ') ?? one.answer} is ${one.mistake}`, () => {
        const { mistake, earned, points, says } = attempt(task, one);
        assert.equal(mistake, one.mistake, says);
        assert.equal(earned, one.earns ?? 0, says);
        assert.ok(earned < points);
      });
    }
  });
}
