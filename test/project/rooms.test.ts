/** The rooms of src/: who may import whom, and which packages each may know. The order is that of CONTRIBUTING.md. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';
import typescript from 'typescript';
import { root } from './places.js';

const library = [
  'formula',
  'jacobian',
  'autograd',
  'files',
  'mistakes',
  'check',
  'derivation',
  'exercise',
  'display',
];
const order = [...library, 'document', 'kernel', 'run', 'new', 'lab', 'doctor'];

/** Packages that only one room may know; the compiler is the kernel's language engine. */
const keepers: Readonly<Record<string, string>> = {
  '@tensorflow/': 'autograd',
  'plotly.js': 'display',
  tslab: 'kernel',
  '@tslab/': 'kernel',
  zeromq: 'kernel',
  fflate: 'files',
  typescript: 'kernel',
};

interface Import {
  readonly from: string;
  readonly to: string;
  /** Erased before anything runs: the type of a tensor may be named by those who handle tensors. */
  readonly typeOnly?: boolean;
}

/** A message for each import that the rules forbid. */
function violations({ from, to, typeOnly }: Import): readonly string[] {
  const room = from.includes(sep) ? (from.split(sep)[0] ?? '') : undefined;
  if (!to.startsWith('.')) {
    const keeper = Object.entries(keepers).find(
      ([name]) => to === name || to.startsWith(name.endsWith('/') ? name : `${name}/`),
    );
    return keeper === undefined || keeper[1] === room || typeOnly === true
      ? []
      : [`${from}: only ${keeper[1]}/ knows ${to}`];
  }
  const target = normalize(join(dirname(from), to));
  const other = target.includes(sep) ? (target.split(sep)[0] ?? '') : undefined;
  if (other === undefined) return room === undefined ? [] : [`${from}: a room does not import ${to}`];
  if (other === room) return [];
  const wrong: string[] = [];
  if (target !== join(other, 'index.js')) wrong.push(`${from}: reaches past ${other}/index.js: ${to}`);
  if (room === undefined) return wrong;
  if (order.indexOf(other) > order.indexOf(room)) wrong.push(`${from}: ${other}/ lies below ${room}/`);
  if (room === 'kernel') wrong.push(`${from}: the kernel imports nothing of the library`);
  return wrong;
}

function sources(): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'));
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, 'src', file), 'utf8');
  const found: Import[] = [];
  const add = (specifier: typescript.Node | undefined, typeOnly: boolean) => {
    if (specifier && typescript.isStringLiteral(specifier))
      found.push({ from: file, to: specifier.text, typeOnly });
  };
  const visit = (node: typescript.Node): void => {
    if (typescript.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === typescript.SyntaxKind.TypeKeyword);
    } else if (typescript.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (typescript.isCallExpression(node) && isLoader(node)) add(node.arguments[0], false);
    typescript.forEachChild(node, visit);
  };
  visit(typescript.createSourceFile(file, text, typescript.ScriptTarget.Latest));
  return found;
}

/** `import('…')`, `require('…')`. */
function isLoader({ expression }: typescript.CallExpression): boolean {
  if (expression.kind === typescript.SyntaxKind.ImportKeyword) return true;
  return typescript.isIdentifier(expression) && expression.text === 'require';
}

test('rooms import only from rooms above them, through index.ts; each package has its keeper', () => {
  assert.deepEqual(sources().flatMap(importsOf).flatMap(violations), []);
});

test('every room of src is in the order', () => {
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  assert.deepEqual(
    rooms.map(({ name }) => name).filter((name) => !order.includes(name)),
    [],
  );
});

test('the rules forbid what they should', () => {
  const forbidden: readonly Import[] = [
    { from: join('formula', 'parse.ts'), to: '../check/index.js' },
    { from: join('check', 'verdict.ts'), to: '../formula/nodes.js' },
    { from: join('check', 'verdict.ts'), to: '@tensorflow/tfjs' },
    { from: join('display', 'figure.ts'), to: 'tslab' },
    { from: join('kernel', 'session', 'show.ts'), to: '../../display/index.js' },
    { from: join('run', 'run.ts'), to: '../cli.js' },
  ];
  for (const one of forbidden) assert.notDeepEqual(violations(one), [], `${one.from} → ${one.to}`);
  const allowed: readonly Import[] = [
    { from: 'index.ts', to: './check/index.js' },
    { from: join('check', 'verdict.ts'), to: '../formula/index.js' },
    { from: join('formula', 'rules', 'sum.ts'), to: '../nodes.js' },
    { from: join('kernel', 'child', 'engine.ts'), to: 'tslab' },
    { from: join('run', 'run.ts'), to: '../kernel/index.js' },
    { from: join('run', 'run.ts'), to: 'node:fs' },
  ];
  for (const one of allowed) assert.deepEqual(violations(one), [], `${one.from} → ${one.to}`);
});
