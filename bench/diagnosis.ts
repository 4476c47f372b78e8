/** How long the diagnosis of a wrong line takes, warm, against working the derivative out. */
import { differentiate, simplify } from '../src/formula/index.js';
import { diagnose } from '../src/mistakes/index.js';
import * as problems from '../test/mistakes/formula.problems.js';
import { lineOf, seen, type WrongLine } from '../test/mistakes/formula.problems.js';

const rounds = 15;

const groups: Readonly<Record<string, readonly problems.Problem[]>> = {
  softmax: [problems.softmax],
  'cross-entropy': [problems.crossEntropy, problems.crossEntropyOne],
  'linear layers': [problems.linearWeights, problems.linearBias, problems.pullback, problems.activated],
  'layer norm': [problems.layerNorm],
  'attention head': [problems.attention],
};

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** Median processor and clock milliseconds of several runs, after some to warm up. */
function measured(work: () => unknown): { readonly processor: number; readonly clock: number } {
  for (let round = 0; round < 3; round++) work();
  const runs = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    const started = performance.now();
    work();
    const { user, system } = process.cpuUsage(before);
    return { processor: (user + system) / 1000, clock: performance.now() - started };
  });
  return { processor: median(runs.map((run) => run.processor)), clock: median(runs.map((run) => run.clock)) };
}

function report(name: string, lines: readonly WrongLine[]): void {
  const times = lines.map(({ problem, line }) => {
    const stated = problems.state(problem);
    const input = { ...stated, line: lineOf(stated, line) };
    const { declarations, asked, question } = stated;
    const working = measured(() => {
      const { result } = differentiate(declarations, asked.of, asked.by);
      return simplify(declarations, result, question.ranges);
    });
    return { diagnosis: measured(() => diagnose(input)), working };
  });
  const shown = (numbers: readonly number[]): string =>
    `${median(numbers).toFixed(1).padStart(6)} (at most ${Math.max(...numbers).toFixed(1)})`;
  const ratios = times.map(({ diagnosis, working }) => diagnosis.processor / working.processor);
  console.log(
    `${name.padEnd(16)} ${String(lines.length).padStart(2)} lines: ${shown(times.map((t) => t.diagnosis.processor))} ms of processor time, ` +
      `${shown(times.map((t) => t.diagnosis.clock))} ms by the clock, ${median(ratios).toFixed(1)} times working the derivative out`,
  );
}

console.log(`Node ${process.versions.node}, medians of ${rounds} warm runs a line`);
for (const [name, list] of Object.entries(groups)) {
  report(
    name,
    seen.filter(({ problem }) => list.includes(problem)),
  );
}
