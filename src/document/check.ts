/** A document's blocks, judged statement by statement. */
import type { Verdict } from '../check/index.js';
import { type Derivation, given, type Scope } from '../derivation/index.js';
import { FormulaError, HandgradError } from '../formula/index.js';
import type { Block } from './block.js';
import { equalsSigns } from './depth.js';
import { inBlockWords, readGiven, type Tensor } from './given.js';
import type { DocumentResult, Finding } from './result.js';
import { passes } from './result.js';
import type { SourceText } from './source-text.js';
import { type Statement, statementsOf } from './statement.js';

/** What blocks of one name share. */
interface State {
  /** Tensors given, while nothing was said of them yet. */
  tensors: readonly Tensor[];
  scope: Scope | undefined;
  derivation:
    | { readonly work: Derivation; readonly statement: Statement; open: boolean; failed: boolean }
    | undefined;
  /** The left side that rows of equalities go on with. */
  left: SourceText | undefined;
  /** Something could not be read on which the rest depends: what follows is not judged, up to the next `given` or `derive`. */
  broken: 'scope' | 'derivation' | undefined;
}

/**
 * Judges every statement of the blocks. Never throws for what a document says: what cannot be read is a finding, with its place.
 * Without a name a block goes on where the one before ended; `given` opens a new scope.
 */
export function checkBlocks(blocks: readonly Block[], path: string): DocumentResult {
  const checker = new Checker();
  for (const block of blocks) checker.block(block);
  return { path, blocks: blocks.length, ...checker.end() };
}

class Checker {
  private readonly findings: Finding[] = [];
  private readonly states = new Map<string, State>();
  private derivations = 0;
  private notChecked = 0;

  block(block: Block): void {
    const state = this.states.get(block.name) ?? fresh();
    this.states.set(block.name, state);
    state.left = undefined;
    for (const statement of statementsOf(block)) {
      try {
        this.statement(statement, state);
      } catch (error) {
        this.unreadable(statement, state, error as Error);
      }
    }
  }

  end(): Pick<DocumentResult, 'findings' | 'derivations' | 'notChecked'> {
    for (const state of this.states.values()) this.closeDerivation(state);
    const { derivations, notChecked } = this;
    const findings = [...this.findings].sort((a, b) => a.line - b.line || a.column - b.column);
    return { findings, derivations, notChecked };
  }

  private statement(statement: Statement, state: State): void {
    if (statement.kind === 'given') this.given(statement, state);
    else if (state.broken === 'scope' || (state.broken === 'derivation' && isOfDerivation(statement))) {
      this.notChecked += 1;
    } else this.judged(statement, state);
  }

  private judged(statement: Statement, state: State): void {
    const { kind, body } = statement;
    switch (kind) {
      case 'define':
        this.closeDerivation(state);
        scopeOf(state).define(body.text);
        return;
      case 'assume':
        this.closeDerivation(state);
        scopeOf(state).assume(body.text);
        return;
      case 'derive':
        this.derive(statement, state);
        return;
      case 'check':
        this.check(statement, state);
        return;
      case 'line':
        this.line(statement, state);
        return;
      case 'rest':
        if (state.derivation) state.derivation.open = true;
        return;
      case 'unreadable':
        this.add(statement, { kind: 'unreadable', problem: statement.problem ?? '' });
        return;
      case 'given':
        return;
    }
  }

  /** Tensors given one statement after the other belong together; behind anything else they open a new scope. */
  private given(statement: Statement, state: State): void {
    if (state.scope || state.broken === 'scope') {
      this.closeDerivation(state);
      Object.assign(state, fresh());
    }
    const read = readGiven(statement.body);
    if ('problem' in read) {
      state.broken = 'scope';
      this.add(statement, { kind: 'unreadable', problem: read.problem }, read.at);
      return;
    }
    for (const tensor of read) {
      try {
        given({ [tensor.name.text]: tensor.dimensions });
      } catch (error) {
        if (!(error instanceof HandgradError)) throw error;
        state.broken = 'scope';
        this.add(statement, { kind: 'unreadable', problem: inBlockWords(error.message) }, tensor.name);
        return;
      }
    }
    state.tensors = [...state.tensors, ...read];
  }

  private derive(statement: Statement, state: State): void {
    this.closeDerivation(state);
    this.derivations += 1;
    state.broken = undefined;
    const work = scopeOf(state).derive(statement.body.text);
    state.derivation = { work, statement, open: false, failed: false };
  }

  private line(statement: Statement, state: State): void {
    const { derivation, left } = state;
    const { body, expect, because } = statement;
    if (!derivation && left) {
      this.equal(statement, left, body, scopeOf(state));
      return;
    }
    if (!derivation) {
      const problem =
        'This line belongs to no derivation: say first what is derived. For example: derive ∂L/∂x_j';
      this.add(statement, { kind: 'unreadable', problem });
      return;
    }
    const step = derivation.work.step(body.text, {
      ...(because === undefined ? {} : { because }),
      ...(expect ? { expect: expect.status } : {}),
    });
    const finding = this.add(statement, { kind: 'line', verdict: step.verdict });
    if (!passes(finding)) derivation.failed = true;
  }

  /** An equality by itself; a derivation around it goes on behind it. */
  private check(statement: Statement, state: State): void {
    if (statement.isRow) this.closeDerivation(state);
    const { body } = statement;
    const [sign, ...more] = equalsSigns(body.text);
    if (sign === undefined) {
      const problem = 'Expected two formulas with “=” between them. For example: check ∂L/∂x_j = s_j − t_j';
      this.add(statement, { kind: 'unreadable', problem });
      return;
    }
    const left = body.slice(0, sign).trim();
    state.left = statement.isRow ? left : undefined;
    const signs = [sign, ...more];
    for (const [at, start] of signs.entries()) {
      this.equal(statement, left, body.slice(start + 1, signs[at + 1]).trim(), scopeOf(state));
    }
  }

  private equal(statement: Statement, left: SourceText, right: SourceText, scope: Scope): void {
    try {
      const verdict = scope.equal(left.text, right.text);
      this.add(statement, { kind: 'check', verdict: expecting(verdict, statement) });
    } catch (error) {
      if (!(error instanceof HandgradError)) throw error;
      const side = error instanceof FormulaError && error.text === left.text ? left : right;
      this.add(statement, { kind: 'unreadable', problem: inBlockWords(error.message) }, placeOf(error, side));
    }
  }

  /** A derivation must come to an end: a last line without ∂, unless it says that the rest is left to the reader. */
  private closeDerivation(state: State): void {
    const { derivation } = state;
    state.derivation = undefined;
    if (!derivation || derivation.open || derivation.failed || state.broken === 'derivation') return;
    const { work, statement } = derivation;
    if (work.verdict.status !== 'undecided') return;
    const last = work.steps.at(-1);
    const problem = last
      ? `The derivation ends with a line that still holds ∂: ${String(last.line)}. Go on, or write “= …” where the rest is left to the reader.`
      : 'Nothing is derived: no line that begins with “=” follows.';
    this.add(statement, { kind: 'derivation', problem });
  }

  /** Also what is our own fault: it must neither pass nor hide what else there is to say of the document. */
  private unreadable(statement: Statement, state: State, error: Error): void {
    const problem =
      error instanceof HandgradError
        ? inBlockWords(error.message)
        : `A fault of handgrad’s own, please report it with this line: ${error.stack ?? error.message}`;
    this.add(statement, { kind: 'unreadable', problem }, placeOf(error, statement.body));
    if (statement.kind === 'define' || statement.kind === 'assume') state.broken = 'scope';
    if (statement.kind === 'derive') state.broken = 'derivation';
    if (state.derivation) state.derivation.failed = true;
  }

  private add(
    statement: Statement,
    found: Pick<Finding, 'kind' | 'verdict' | 'problem'>,
    at: SourceText = statement.body,
  ): Finding {
    const mistake = statement.expect?.mistake;
    const finding: Finding = {
      ...at.place(),
      text: statement.whole.text.replace(/\s+/g, ' '),
      ...found,
      ...(mistake === undefined ? {} : { expectedMistake: mistake }),
    };
    this.findings.push(finding);
    return finding;
  }
}

function fresh(): State {
  return { tensors: [], scope: undefined, derivation: undefined, left: undefined, broken: undefined };
}

/** The scope of what was given; made when something is first said of it. */
function scopeOf(state: State): Scope {
  const tensors = state.tensors.map(({ name, dimensions }) => [name.text, dimensions] as const);
  state.scope ??= given(Object.fromEntries(tensors));
  return state.scope;
}

function isOfDerivation({ kind }: Statement): boolean {
  return kind === 'line' || kind === 'rest';
}

/** Where in the document the error is. */
function placeOf(error: Error, body: SourceText): SourceText {
  if (!(error instanceof FormulaError)) return body;
  // The library may have read a part of the statement only.
  return body.slice(Math.max(0, body.text.indexOf(error.text)) + error.offset);
}

function expecting(verdict: Verdict, { expect }: Statement): Verdict {
  return expect ? { ...verdict, expected: expect.status } : verdict;
}
