/** What stands at the cursor: its signature, its documentation, and for a live value the value itself. */
import { inspect as showValue } from 'node:util';
import type TypeScript from 'typescript';
import type { Inspection } from '../interpreter.js';
import type { Boxes } from './boxes.js';
import { uncancelled } from './completion.js';
import { readDocumentation } from './documentation.js';
import type { Environment } from './environment.js';
import type { SourceFile } from './internals.js';
import { liveValue } from './live.js';

interface Description {
  readonly signatures: readonly string[];
  readonly documentation: string;
  readonly node: TypeScript.Node;
}

/** `file` is admitted, bound and sees the names of the cells. */
export function inspect(
  environment: Environment,
  boxes: Boxes,
  file: SourceFile,
  cursor: number,
  level: 0 | 1,
): Inspection {
  const description =
    atName(environment, file, cursor, level) ??
    atName(environment, file, cursor - 1, level) ??
    inCall(environment, file, cursor);
  if (description === undefined) return { found: false };
  const { signatures, documentation, node } = description;
  const live = liveValue(environment.compiler, boxes, node);
  const value = live === undefined ? undefined : shownValue(live.value);
  const plain = [signatures.join('\n'), documentation, value?.plain ?? ''].filter((part) => part !== '');
  const code_ = `\`\`\`typescript\n${signatures.join('\n')}\n\`\`\``;
  const markdown = [code_, documentation, value?.markdown ?? ''].filter((part) => part !== '');
  return {
    found: true,
    data: { 'text/plain': plain.join('\n\n'), 'text/markdown': markdown.join('\n\n') },
  };
}

function atName(
  environment: Environment,
  file: SourceFile,
  position: number,
  level: 0 | 1,
): Description | undefined {
  const { compiler, checker } = environment;
  if (position < 0 || position > file.text.length) return undefined;
  const node = compiler.getTouchingPropertyName(file, position);
  const isName =
    compiler.isIdentifier(node) || compiler.isPrivateIdentifier(node) || compiler.isStringLiteralLike(node);
  if (!isName && node.kind !== compiler.SyntaxKind.ThisKeyword) return undefined;
  const symbol = checker.getSymbolAtLocation(node);
  if (symbol === undefined || checker.isUnknownSymbol(symbol)) return undefined;
  const isAlias = (symbol.flags & compiler.SymbolFlags.Alias) !== 0;
  const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  readDocumentation(compiler, target);
  const shown = compiler.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
    checker,
    symbol,
    file,
    compiler.getContainerNode(node),
    node,
  );
  const signature = compiler.displayPartsToString(shown.displayParts);
  const documentation = [
    compiler.displayPartsToString(shown.documentation),
    ...(shown.tags ?? []).map((tag) => tagText(compiler.displayPartsToString(tag.text), tag.name)),
  ];
  const overloads = level === 1 ? overloadsOf(environment, target, node) : [];
  return {
    signatures: overloads.length > 1 ? [signature, '', ...overloads] : [signature],
    documentation: documentation.filter((part) => part !== '').join('\n\n'),
    node,
  };
}

function overloadsOf(
  environment: Environment,
  symbol: TypeScript.Symbol,
  node: TypeScript.Node,
): readonly string[] {
  const { checker, compiler } = environment;
  if ((symbol.flags & compiler.SymbolFlags.Value) === 0) return [];
  const type = checker.getTypeOfSymbolAtLocation(symbol, node);
  return [...type.getCallSignatures(), ...type.getConstructSignatures()].map(
    (signature) => `${symbol.name}${checker.signatureToString(signature)}`,
  );
}

/** Between the brackets of a call: what it takes. */
function inCall(environment: Environment, file: SourceFile, cursor: number): Description | undefined {
  const { compiler, program, checker } = environment;
  const ask = (): TypeScript.SignatureHelpItems | undefined =>
    compiler.SignatureHelp.getSignatureHelpItems(program, file, cursor, undefined, uncancelled);
  const bracket = ask()?.applicableSpan.start;
  if (bracket === undefined) return undefined;
  const call = compiler.findAncestor(
    compiler.getTouchingPropertyName(file, bracket - 1),
    (node) => compiler.isCallExpression(node) || compiler.isNewExpression(node),
  );
  if (call === undefined || !(compiler.isCallExpression(call) || compiler.isNewExpression(call)))
    return undefined;
  readDocumentation(compiler, checker.getSymbolAtLocation(call.expression));
  const help = ask();
  if (help === undefined) return undefined;
  const text = (parts: readonly TypeScript.SymbolDisplayPart[]): string =>
    compiler.displayPartsToString([...parts]);
  const first = help.items[help.selectedItemIndex] ?? help.items[0];
  return {
    signatures: help.items.map(
      (item) =>
        text(item.prefixDisplayParts) +
        item.parameters
          .map((parameter) => text(parameter.displayParts))
          .join(text(item.separatorDisplayParts)) +
        text(item.suffixDisplayParts),
    ),
    documentation: first === undefined ? '' : text(first.documentation),
    node: call,
  };
}

function tagText(text: string, name: string): string {
  if (name === 'example') return `Example:\n${text}`;
  return name === 'param' ? `Parameter ${text}` : `@${name} ${text}`.trimEnd();
}

/** A value as text and, where it can show itself as formulas or prose, so. */
function shownValue(value: unknown): { readonly plain: string; readonly markdown: string } {
  const bundle = ownDisplay(value);
  const text = textOf(bundle?.['text/plain']) ?? safeText(value);
  const maths = textOf(bundle?.['text/markdown']) ?? textOf(bundle?.['text/latex']);
  return { plain: text, markdown: maths ?? `\`\`\`\n${text}\n\`\`\`` };
}

/** What `Symbol.for('Jupyter.display')` of a value gives at once; nothing that is thrown there matters here. */
function ownDisplay(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    const show: unknown = Reflect.get(value, Symbol.for('Jupyter.display'));
    if (typeof show !== 'function') return undefined;
    const bundle: unknown = Reflect.apply(show, value, []);
    if (bundle instanceof Promise) {
      bundle.catch(() => undefined);
      return undefined;
    }
    return typeof bundle === 'object' && bundle !== null ? (bundle as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function safeText(value: unknown): string {
  try {
    return showValue(value, { depth: 1, maxArrayLength: 20, maxStringLength: 400, getters: false });
  } catch {
    return '';
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
