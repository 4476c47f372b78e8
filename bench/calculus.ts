/** Derivatives in index notation against SymPy and tensorgrad in the same run: cold, warm, growth with size, components with LaTeX. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  type Declarations,
  declare,
  type Expr,
  explicit,
  multiply,
  prove,
  readDefinition,
  readQuestion,
  resolveDerivatives,
  simplify,
  sum,
  tensor,
  toLatex,
  toText,
} from '../src/formula/index.js';
import { pythonWith } from './peers/python.js';

const rounds = Number(process.env.ROUNDS ?? 7);
const sizes = [4, 8, 16, 32];

interface Problem {
  readonly given: Readonly<Record<string, readonly string[]>>;
  readonly define: readonly string[];
  readonly ask: string;
}

const problems: Readonly<Record<string, Problem>> = {
  softmax: { given: { x: ['n'] }, define: ['s_i = exp(x_i) / Σ_k exp(x_k)'], ask: '∂s_i/∂x_j' },
  'cross-entropy': {
    given: { x: ['n'], t: ['n'] },
    define: ['s_i = exp(x_i) / Σ_k exp(x_k)', 'L = −Σ_i t_i log(s_i)'],
    ask: '∂L/∂x_j',
  },
  'layer norm': {
    given: { x: ['n'] },
    define: ['μ = Σ_k x_k / n', 'v = 1/n Σ_k (x_k − μ)^2', 'h_i = (x_i − μ) / sqrt(v)'],
    ask: '∂h_i/∂x_j',
  },
  attention: {
    given: { Q: ['n', 'd'], K: ['m', 'd'], V: ['m', 'v'], G: ['n', 'v'] },
    define: [
      'S_ij = Σ_a Q_ia K_ja / sqrt(d)',
      'P_ij = exp(S_ij) / Σ_k exp(S_ik)',
      'O_ic = Σ_j P_ij V_jc',
      'L = Σ_ic G_ic O_ic',
    ],
    ask: '∂L/∂K_jb',
  },
};

function read(problem: Problem): { declarations: Declarations; question: ReturnType<typeof readQuestion> } {
  let declarations = declare(problem.given);
  for (const line of problem.define) declarations = readDefinition(line, declarations).declarations;
  return { declarations, question: readQuestion(problem.ask, declarations) };
}

/** Differentiated and brought to its shortest form. */
function derive(problem: Problem): string {
  const { declarations, question } = read(problem);
  const truth = resolveDerivatives(declarations, question.ranged.expr);
  return toText(
    { ...question.ranged, expr: simplify(declarations, truth, question.ranged.ranges).expr },
    declarations,
  );
}

function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function warm(work: () => unknown): number {
  for (let at = 0; at < 300; at += 1) work();
  return median(Array.from({ length: rounds }, () => milliseconds(work)));
}

const [, file, asked] = process.argv;

/** In a process of its own: the first derivative that it ever takes. */
function coldOnly(name: string): void {
  const problem = problems[name];
  if (problem !== undefined) console.log(milliseconds(() => derive(problem)));
}

function cold(name: string): number {
  const times = Array.from({ length: 3 }, () =>
    Number(execFileSync(process.execPath, [file ?? '', name], { encoding: 'utf8' })),
  );
  return median(times);
}

interface Peers {
  readonly sympy: Readonly<Record<string, readonly [number, number]>>;
  readonly tensorgrad: Readonly<Record<string, readonly [number, number] | string>> | string;
  readonly explicit: Readonly<Record<string, number>>;
}

function peers(): Peers | undefined {
  const found = pythonWith(['sympy==1.14.0', 'tensorgrad==0.3.0']);
  if ('why' in found) {
    console.log(`SymPy and tensorgrad are left out: ${found.why}.`);
    return undefined;
  }
  const script = fileURLToPath(new URL('../../bench/peers/calculus.py', import.meta.url));
  return JSON.parse(
    execFileSync(found.python, [script, '3', ...sizes.map(String)], { encoding: 'utf8' }),
  ) as Peers;
}

function cell(value: number | undefined, ours: number): string {
  return value === undefined ? '–' : `${value.toFixed(1)} ms (${(value / ours).toFixed(0)}×)`;
}

/** Σ over n−1 dummies of a chain of n matrices, or a product of n sums. */
function chain(length: number): Expr {
  const letter = (at: number): string => (at === 0 ? 'i' : at === length ? 'j' : `k#${at + 1}`);
  const product = multiply(...Array.from({ length }, (_, at) => tensor('A', letter(at), letter(at + 1))));
  return Array.from({ length: length - 1 }, (_, at) => letter(at + 1)).reduceRight<Expr>(
    (body, id) => sum(id, 'n', body),
    product,
  );
}

function growth(): void {
  console.log('\nnormal form and equality of a chain of matrices A_ik A_kl …, by number of factors');
  const declarations = declare({ A: ['n', 'n'] });
  const ranges = new Map([
    ['i', 'n'],
    ['j', 'n'],
  ]);
  for (const length of [5, 10, 20, 50, 100, 200]) {
    const expr = chain(length);
    const time = median(
      Array.from({ length: 3 }, () => milliseconds(() => prove(declarations, expr, expr, ranges))),
    );
    console.log(`${String(length).padStart(5)} factors ${time.toFixed(1).padStart(8)} ms`);
  }
}

function components(other: Peers | undefined): void {
  console.log('\nthe explicit n × n softmax Jacobian of exponentials, with its LaTeX');
  const problem = problems.softmax as Problem;
  for (const n of sizes) {
    const time = milliseconds(() => {
      const { declarations, question } = read(problem);
      const expr = resolveDerivatives(declarations, question.ranged.expr);
      for (const entry of explicit(declarations, { ...question.ranged, expr }, { n }, { unfold: true })
        .entries)
        toLatex(entry);
    });
    console.log(
      `n = ${String(n).padStart(2)}  handgrad ${time.toFixed(0).padStart(6)} ms   SymPy ${cell(other?.explicit[String(n)], time)}`,
    );
  }
}

function compare(): void {
  const other = peers();
  console.log("\nderivative in its shortest form; the ratio is the peer's time over ours");
  for (const [name, problem] of Object.entries(problems)) {
    const [first, later] = [cold(name), warm(() => derive(problem))];
    const sympy = other?.sympy[name];
    const tensorgrad = typeof other?.tensorgrad === 'object' ? other.tensorgrad[name] : undefined;
    const tg =
      typeof tensorgrad === 'string'
        ? [tensorgrad, tensorgrad]
        : [cell(tensorgrad?.[0], first), cell(tensorgrad?.[1], later)];
    console.log(`${name}: ${derive(problem)}`);
    console.log(
      `  cold  handgrad ${first.toFixed(1)} ms   SymPy ${cell(sympy?.[0], first)}   tensorgrad ${tg[0]}`,
    );
    console.log(
      `  warm  handgrad ${later.toFixed(2)} ms   SymPy ${cell(sympy?.[1], later)}   tensorgrad ${tg[1]}`,
    );
  }
  growth();
  components(other);
}

if (asked === undefined) compare();
else coldOnly(asked);
