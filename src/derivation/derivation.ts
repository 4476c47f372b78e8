/** A person's derivation, line by line: each is judged as it is written. */
import { type FormulaClaim, judge, publish, type Verdict, type Witness } from '../check/index.js';
import {
  type Declarations,
  derivative,
  type Expr,
  everyNode,
  HandgradError,
  type Line,
  type Proof,
  prove,
  type Question,
  type Ranged,
  readDefinition,
  readLine,
  readQuestion,
  resolveDerivatives,
  simplify,
  type Tensor,
  toLatex,
  toText,
} from '../formula/index.js';
import { type Diagnosis, diagnose, warnings } from '../mistakes/index.js';
import { currentCell, type Made, placeFor } from './cells.js';
import { Formula } from './formula.js';
import { outputsOf } from './outputs.js';
import { recognise } from './recognise.js';
import { type Hint, Step, type StepFields, type StepOptions } from './step.js';
import { type WorkedLine, workedLines } from './worked.js';

/** A line was taken back that is not there, or a hint was asked where none is left. */
export class DerivationError extends HandgradError {
  override readonly name: string = 'DerivationError';
}

/**
 * An empty derivation of what was asked, filled by `step`.
 *
 * @example
 * const d = scope.derive('∂L/∂x_j');
 * d.step('Σ_i ∂L/∂s_i ∂s_i/∂x_j', { because: 'chain rule' });
 * d.step('s_j Σ_i t_i − t_j').verdict.status; // 'proved'
 */
export class Derivation {
  readonly question: Question & { readonly ranged: Ranged };
  private readonly lines: Step[] = [];
  private readonly cells: Made[] = [];
  private readonly base: Declarations;
  private readonly outdated = new WeakSet<Step>();
  /** Lines whose indices do not fit: they have no value that a later line could be compared with. */
  private readonly unfitting = new WeakSet<Step>();
  private declarations: Declarations;
  private worked: readonly WorkedLine[] | undefined;
  private answer: Ranged | undefined;

  /** `latest` gives the scope's declarations as they are now: what they were when the derivation began may have been replaced. */
  constructor(
    what: string,
    declarations: Declarations,
    private readonly latest: () => Declarations = () => declarations,
  ) {
    this.base = declarations;
    this.declarations = declarations;
    this.question = readQuestion(what, declarations);
  }

  get steps(): readonly Step[] {
    return this.lines;
  }

  /** The position in `steps` (from 0) of the first line that is wrong without having been meant to be; undefined while none is. */
  get firstWrong(): number | undefined {
    const at = this.lines.findIndex((s) => isWrong(s) && s.verdict.expected !== 'refuted');
    return at < 0 ? undefined : at;
  }

  /** Of the derivation so far: proved when its last line is free of ∂ and proved, refuted when that line is wrong. */
  get verdict(): Verdict {
    const claim = this.questionText();
    const last = this.lines
      .filter((s) => s.kind === 'line' && !(isWrong(s) && s.verdict.expected === 'refuted'))
      .at(-1);
    if (last === undefined) return { claim, status: 'undecided', witnesses: [], diagnoses: [], warnings: [] };
    const open = holdsDerivative(last.line.ranged.expr) && !isWrong(last);
    return { ...withoutExpectation(last.verdict), claim, status: open ? 'undecided' : last.verdict.status };
  }

  /**
   * The next line: an expression (or `∂s_i/∂x_j = …`), a name for a part (`let Z = Σ_k exp(x_k)`), or another derivative
   * that later lines use (`∂Z/∂x_j = exp(x_j)`).
   *
   * @throws FormulaError where the text cannot be read; then nothing is added. A wrong line does not throw: it is refuted.
   */
  step(text: string, options: StepOptions = {}): Step {
    const cell = currentCell();
    const { at, replaced } = placeFor(this.cells, cell);
    const place = at - replaced.filter((k) => k < at).length;
    for (const k of [...replaced].reverse()) this.take(k);
    const rest = { lines: this.lines.splice(place), cells: this.cells.splice(place) };
    this.declarations = this.declared();
    try {
      const line = readLine(text, this.declarations, { asked: this.question.ranged });
      const step = new Step(this.judged(text, line, options));
      if (line.kind !== 'let' && line.problems.length > 0) this.unfitting.add(step);
      this.lines.push(step);
      this.cells.push({ cell });
      for (const later of rest.lines) this.outdated.add(later);
      publish(step.verdict);
      return step;
    } finally {
      this.lines.push(...rest.lines);
      this.cells.push(...rest.cells);
      this.declarations = this.declared();
    }
  }

  private take(at: number): void {
    this.lines.splice(at, 1);
    this.cells.splice(at, 1);
  }

  /** What is declared after the lines so far: the scope's declarations and the names given on the way. */
  private declared(): Declarations {
    return this.lines
      .filter((s) => s.kind === 'let')
      .reduce((now, s) => readDefinition(s.text.replace(/^\s*let\s+/u, ''), now).declarations, this.base);
  }

  /** Takes the last line back, with what it defined. */
  undo(): void {
    if (this.lines.pop() === undefined) throw new DerivationError('There is no line to take back.');
    this.cells.pop();
    this.declarations = this.declared();
  }

  /**
   * Why the derivation no longer stands for what is defined: a definition or an assumption that it rests on was replaced (its
   * cell was run again with another text). Undefined while it does.
   */
  get stale(): string | undefined {
    const now = this.latest();
    for (const [name, tensor] of this.base.tensors) {
      if (written(now.tensors.get(name)) !== written(tensor))
        return `${name} was defined anew: run this derivation again`;
    }
    const texts = (d: Declarations): string => d.assumptions.map((a) => a.text).join('\n');
    return texts(now) === texts(this.base) ? undefined : 'the assumptions changed: run this derivation again';
  }

  /** Whether a line was judged against lines before it that have been replaced since. */
  isStale(step: Step): boolean {
    return this.outdated.has(step);
  }

  /** 1: the next rule; 2: where it applies; 3: the line it gives. */
  hint(level: 1 | 2 | 3 = 1): Hint {
    const done = this.verdict.status === 'proved';
    const next = done ? undefined : this.nextWorked();
    if (next === undefined)
      return { level, text: 'The derivation is complete: its last line is the answer.' };
    const texts = {
      1: `Next: ${next.rule}.`,
      2: `Next: ${next.rule}, applied to ${next.place}.`,
      3: `Next: ${next.rule}: ${this.text(next.expr)}`,
    };
    return { level, text: texts[level] };
  }

  /** The derivation as an aligned block, for a paper. */
  latex(): string {
    const left = toLatex({ ...this.question.ranged, expr: this.asDerivative() }, this.declarations);
    const lines = this.lines.filter((s) => s.kind === 'line' && !isWrong(s));
    const rows = lines.map((s, at) => {
      const reason = s.because ?? s.rule;
      const note = reason === undefined ? '' : ` && \\text{${escapeLatex(reason)}}`;
      return `${at === 0 ? left : ''} &= ${s.line.latex}${note}`;
    });
    return `\\begin{aligned}\n${rows.join(' \\\\\n')}\n\\end{aligned}`;
  }

  toString(): string {
    const rows = this.lines.map(
      (s, at) =>
        `${String(at + 1).padStart(2)}  ${s.line}   ${s.verdict.status}${s.rule === undefined ? '' : `  (${s.rule})`}${this.isStale(s) ? '  (stale: a line before it was replaced)' : ''}`,
    );
    return [this.questionText(), ...(this.stale === undefined ? [] : [`stale: ${this.stale}`]), ...rows].join(
      '\n',
    );
  }

  private judged(text: string, line: Line, options: StepOptions): StepFields {
    const common = {
      text,
      ...(options.because !== undefined && { because: options.because }),
      notes: line.notes,
    };
    if (line.kind === 'let') return { kind: 'let', ...common, ...this.letVerdicts(line) };
    const derivativeAsked = line.kind === 'sub-result' ? line.derivative : this.asDerivative();
    const ranged = line.ranged;
    const outputs = line.problems.length > 0 ? undefined : outputsOf(derivativeAsked, ranged.free);
    const formula = new Formula(ranged, this.declarations, outputs);
    const truth = line.kind === 'sub-result' ? this.truthOf(derivativeAsked, ranged) : this.ownTruth();
    const shown = `${this.text(derivativeAsked)} = ${formula}`;
    const misfit = line.problems[0]?.message;
    const claim: FormulaClaim = {
      claim: shown,
      left: { ...ranged, expr: this.resolved(ranged.expr) },
      right: truth,
      declarations: this.declarations,
      question: derivativeAsked,
      ...(misfit !== undefined && { misfit }),
      diagnose: () => this.diagnosed(derivativeAsked, truth, line),
      warn: (proof) => this.warnings(proof, line, truth),
    };
    const verdict = judge(claim);
    const expected = options.expect === undefined ? verdict : { ...verdict, expected: options.expect };
    // what the verdict warns of need not be said twice
    const notes = line.notes.filter((note) => !verdict.warnings.some(({ message }) => message === note));
    if (line.kind === 'sub-result')
      return { kind: 'sub-result', ...common, notes, line: formula, follows: verdict, verdict: expected };
    const follows = this.follows(ranged, verdict, misfit);
    const rule = isRefuted(follows) ? undefined : this.ruleTo(ranged.expr);
    return {
      kind: 'line',
      ...common,
      notes,
      line: formula,
      ...(rule !== undefined && { rule }),
      follows,
      verdict: expected,
    };
  }

  /** A definition is true by being made. */
  private letVerdicts(line: Line & { kind: 'let' }): Pick<Step, 'line' | 'follows' | 'verdict'> {
    const { tensor, declarations } = line;
    const indices = tensor.definition?.indices ?? [];
    const ranges = new Map(indices.map((id, axis) => [id, tensor.dimensions[axis] ?? '?']));
    const formula = new Formula(
      { expr: tensor.definition?.body as Expr, free: indices, ranges },
      declarations,
    );
    const says = 'true by definition';
    const verdict: Verdict = {
      claim: `let ${line.tensor.name} = ${formula}`,
      status: 'proved',
      witnesses: [{ name: 'symbolic', finds: 'for', says }],
      diagnoses: [],
      warnings: [],
    };
    return { line: formula, follows: verdict, verdict };
  }

  /** Does the line follow from the one before, whether or not that one is right? */
  private follows(ranged: Ranged, verdict: Verdict, misfit: string | undefined): Verdict {
    const previous = this.lastLine();
    if (previous === undefined || misfit !== undefined) return withoutExpectation(verdict);
    const number = this.lines.lastIndexOf(previous) + 1;
    const claim = `${previous.line} = ${this.text(ranged.expr)}`;
    const left = { ...ranged, expr: this.resolved(ranged.expr) };
    if (this.unfitting.has(previous)) {
      const says = `the indices of line ${number} do not fit, so nothing can follow from it`;
      const witnesses: Witness[] = [{ name: 'symbolic', finds: 'nothing', says }];
      return { claim, status: 'undecided', witnesses, diagnoses: [], warnings: [] };
    }
    const right = { ...ranged, expr: this.resolved(previous.line.ranged.expr) };
    const judged = judge({ claim, left, right, declarations: this.declarations });
    if (!isWrong(previous) || isRefuted(judged)) return judged;
    const witnesses = judged.witnesses.map((w) =>
      w.finds === 'for' ? { ...w, says: `follows from line ${number}, which is wrong; ${w.says}` } : w,
    );
    return { ...judged, witnesses };
  }

  /** The line that the next one goes on from: a mistake that was made on purpose is not gone on from. */
  private lastLine(): Step | undefined {
    return this.lines.findLast((s) => s.kind === 'line' && s.verdict.expected !== 'refuted');
  }

  private ruleTo(line: Expr): string | undefined {
    const previous = this.lastLine();
    const body = this.declarations.tensors.get(this.question.of.name)?.definition?.body;
    const used = this.assumptionsBetween(previous, line);
    return recognise(previous?.line.ranged.expr, line, {
      declarations: this.declarations,
      body,
      assumptions: used,
    });
  }

  /** The assumptions without which the line does not follow from the one before: those that the proof names. */
  private assumptionsBetween(previous: Step | undefined, line: Expr): readonly string[] {
    if (previous === undefined || this.declarations.assumptions.length === 0) return [];
    const [before, after] = [this.resolved(previous.line.ranged.expr), this.resolved(line)];
    try {
      return prove(this.declarations, after, before, this.question.ranged.ranges)?.assumptions ?? [];
    } catch (error) {
      // What grows too large to be proved names no rule either.
      if (error instanceof HandgradError) return [];
      throw error;
    }
  }

  private warnings(
    proof: Proof | undefined,
    line: Exclude<Line, { readonly kind: 'let' }>,
    right: Ranged,
  ): Diagnosis[] {
    const used = (proof?.assumptions ?? []).map<Diagnosis>((text) => ({
      mistake: 'needs-assumption',
      message: `right because ${text} was assumed`,
      wrong: '',
      right: text,
      hint: `What would the line be without ${text}?`,
    }));
    const twice = line.clashes.map<Diagnosis>((text) => ({
      mistake: 'index-clash',
      message: text,
      wrong: '',
      right: '',
      hint: 'Which index is free here, and which is summed over?',
    }));
    const unstable = warnings({
      declarations: this.declarations,
      line: this.resolvedRanged(line.ranged),
      right,
    });
    return [...used, ...twice, ...unstable];
  }

  private diagnosed(
    asked: Question,
    right: Ranged,
    line: Exclude<Line, { readonly kind: 'let' }>,
  ): readonly Diagnosis[] {
    const previous = this.lastLine();
    const { diagnoses } = diagnose({
      declarations: this.declarations,
      asked,
      right,
      line: { ...line.ranged, expr: this.resolved(line.ranged.expr) },
      ...(previous !== undefined &&
        !isWrong(previous) && { previous: this.resolvedRanged(previous.line.ranged) }),
    });
    return diagnoses.length > 0
      ? diagnoses
      : [unexplained(this.text(line.ranged.expr), this.text(right.expr))];
  }

  /** What was asked, worked out; once for all lines, with the points at which they are tried. */
  private ownTruth(): Ranged {
    this.answer ??= this.truthOf(this.question, this.question.ranged);
    return this.answer;
  }

  /** A true derivative in its shortest form, over the free indices of `like`; no assumption is used in it. */
  private truthOf({ of, by }: Question, { free, ranges }: Ranged): Ranged {
    const expr = resolveDerivatives(this.declarations, derivative(of, ...by));
    return { expr: simplify({ ...this.declarations, assumptions: [] }, expr, ranges).expr, free, ranges };
  }

  private resolvedRanged(ranged: Ranged): Ranged {
    return { ...ranged, expr: this.resolved(ranged.expr) };
  }

  private resolved(expr: Expr): Expr {
    return resolveDerivatives(this.declarations, expr);
  }

  private nextWorked(): WorkedLine | undefined {
    this.worked ??= workedLines(this.declarations, this.question, this.question.ranged);
    const done = new Set(
      this.lines.filter((s) => s.kind === 'line' && !isWrong(s)).map((s) => this.text(s.line.ranged.expr)),
    );
    const last = this.worked.findLastIndex((w) => done.has(this.text(w.expr)));
    return this.worked[last + 1];
  }

  private asDerivative() {
    return derivative(this.question.of, ...this.question.by);
  }

  private questionText(): string {
    return this.text(this.asDerivative());
  }

  private text(expr: Expr): string {
    return toText({ ...this.question.ranged, expr }, this.declarations);
  }
}

/** What is said of a wrong line for which nothing was found: that, and no more. */
function unexplained(wrong: string, right: string): Diagnosis {
  return {
    mistake: 'unrelated',
    message: 'No known mistake explains this line.',
    wrong,
    right,
    hint: 'At which entry do the two differ first, and which part of the line gives that entry?',
  };
}

/** A declared tensor as text: equal texts, equal tensors. */
function written(tensor: Tensor | undefined): string {
  if (tensor === undefined) return '';
  const { dimensions, definition } = tensor;
  const body = definition === undefined ? '' : toText(definition.body);
  return [dimensions.join(), definition?.indices.join() ?? '', body].join('|');
}

function isWrong(step: Step): boolean {
  return isRefuted(step.verdict);
}

function isRefuted(verdict: Verdict): boolean {
  return verdict.status === 'refuted';
}

function withoutExpectation(verdict: Verdict): Verdict {
  const { expected: _, ...rest } = verdict;
  return rest;
}

function holdsDerivative(expr: Expr): boolean {
  for (const node of everyNode(expr)) if (node.kind === 'derivative') return true;
  return false;
}

function escapeLatex(text: string): string {
  return text.replace(/[\\{}$&#^_%~]/g, (c) =>
    c === '\\' ? '\\textbackslash{}' : c === '^' || c === '~' ? `\\${c}{}` : `\\${c}`,
  );
}
