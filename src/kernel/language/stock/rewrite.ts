/**
 * A cell's top-level names live in boxes (`{ value }`, one a name, shared by all cells): that is what makes a later cell's
 * assignment visible to closures of an earlier one, keeps what was assigned before a cell threw, and lets a name be declared
 * again. This transformer, run before TypeScript's own, turns declarations into assignments to boxes and names into reads of
 * them; what is declared inside functions and blocks is left alone.
 *
 *     const f = (x: number) => x + a   →   f$.value = { f: (x) => x + a$.value }.f
 */
import type TypeScript from 'typescript';
import type { ParsedCell } from './cell.js';
import type { Checker, Compiler } from './internals.js';

/** The names under which the runtime hands a cell what it needs; chosen so that the cell does not use them. */
export interface RuntimeNames {
  /** `(specifier, attributes, [[box, exported name], …]) → Promise` for the cell's imports. */
  readonly imports: string;
  /** What `import()` has become. */
  readonly dynamicImport: string;
  /** What `import.meta` has become. */
  readonly meta: string;
  /** The box for the value of the last expression. */
  readonly result: string;
}

export interface Rewriting {
  readonly transformers: TypeScript.CustomTransformers;
  readonly runtime: RuntimeNames;
  /** Names of boxes that the cell uses, with the names of the parameters that carry them; complete after the emit. */
  readonly boxes: ReadonlyMap<string, string>;
}

interface Context {
  readonly compiler: Compiler;
  readonly checker: Checker;
  readonly cell: ParsedCell;
  /** Whether an earlier cell declared the name, and the symbol it stands for. */
  readonly earlier: (name: string) => TypeScript.Symbol | undefined;
}

/** The transformers for one cell, which must have been checked (or bound, where it is not to be checked). */
export function rewriteCell(context: Context): Rewriting {
  const boxes = new Map<string, string>();
  const taken = new Set<string>(context.cell.file.identifiers.keys());
  const parameter = (base: string): string => {
    let name = `${base}$`;
    while (taken.has(name)) name += '$';
    taken.add(name);
    return name;
  };
  const runtime = {
    imports: parameter('imports'),
    dynamicImport: parameter('import'),
    meta: parameter('meta'),
    result: parameter('result'),
  };
  const box = (name: string): string => {
    const known = boxes.get(name);
    if (known !== undefined) return known;
    const made = parameter(name);
    boxes.set(name, made);
    return made;
  };
  const { compiler } = context;
  return {
    runtime,
    boxes,
    transformers: {
      before: [(transformation) => (file) => new Rewriter(context, transformation, runtime, box).file(file)],
      // TypeScript marks a module that exports nothing by `export {}`, which has no place in a function.
      after: [
        ({ factory }) =>
          (file) =>
            factory.updateSourceFile(
              file,
              file.statements.filter((statement) => !compiler.isExportDeclaration(statement)),
            ),
      ],
      afterDeclarations: [
        ({ factory }) =>
          (file) =>
            compiler.isSourceFile(file)
              ? factory.updateSourceFile(file, [
                  ...file.statements.filter((statement) => !compiler.isExportDeclaration(statement)),
                  // Without it every declaration of a declarations file would be exported.
                  factory.createExportDeclaration(undefined, false, factory.createNamedExports([])),
                ])
              : file,
      ],
    },
  };
}

class Rewriter {
  readonly #ts: Compiler;
  readonly #context: Context;
  readonly #transformation: TypeScript.TransformationContext;
  readonly #factory: TypeScript.NodeFactory;
  readonly #runtime: RuntimeNames;
  readonly #box: (name: string) => string;

  constructor(
    context: Context,
    transformation: TypeScript.TransformationContext,
    runtime: RuntimeNames,
    box: (name: string) => string,
  ) {
    this.#ts = context.compiler;
    this.#context = context;
    this.#transformation = transformation;
    this.#factory = transformation.factory;
    this.#runtime = runtime;
    this.#box = box;
  }

  file(file: TypeScript.SourceFile): TypeScript.SourceFile {
    const ts = this.#ts;
    const own = file.statements.filter(
      (statement) =>
        statement.pos < this.#context.cell.text.length &&
        !(ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined),
    );
    const last = own.findLast((statement) => !ts.isEmptyStatement(statement));
    const first: TypeScript.Statement[] = [];
    const rest: TypeScript.Statement[] = [];
    for (const statement of own) {
      if (ts.isImportDeclaration(statement)) first.push(...this.#import(statement));
      else if (statement === last && ts.isExpressionStatement(statement)) rest.push(this.#result(statement));
      else {
        rest.push(...this.#topLevel(statement));
        if (
          ts.isFunctionDeclaration(statement) &&
          statement.body !== undefined &&
          !this.#isAmbient(statement)
        ) {
          first.push(...this.#keep(statement.name));
        }
      }
    }
    return this.#factory.updateSourceFile(file, [...first, ...rest]);
  }

  #topLevel(statement: TypeScript.Statement): readonly TypeScript.Statement[] {
    const ts = this.#ts;
    if (this.#isAmbient(statement)) return [statement];
    if (ts.isVariableStatement(statement)) return this.#variables(statement);
    if (ts.isImportEqualsDeclaration(statement)) return this.#importEquals(statement);
    if (ts.isClassDeclaration(statement)) {
      return [...this.#statements(statement), ...this.#keep(statement.name)];
    }
    if (ts.isEnumDeclaration(statement))
      return [...this.#statements(statement), ...this.#keep(statement.name)];
    if (ts.isModuleDeclaration(statement)) {
      const { name } = statement;
      const runs = ts.isIdentifier(name) && this.#isValue(name.text);
      return [...this.#statements(statement), ...(runs ? this.#keep(name) : [])];
    }
    return this.#statements(statement);
  }

  #statements(statement: TypeScript.Statement): readonly TypeScript.Statement[] {
    const visited = this.#ts.visitNode(statement, this.#visit);
    return visited === undefined ? [] : [visited as TypeScript.Statement];
  }

  /** `name$.value = name`, after (for functions: before) the declaration of a name that stays as it is. */
  #keep(name: TypeScript.Identifier | undefined): readonly TypeScript.Statement[] {
    if (name === undefined) return [];
    return [this.#assign(this.#slot(name.text), this.#factory.createIdentifier(name.text), name)];
  }

  #assign(
    target: TypeScript.Expression,
    value: TypeScript.Expression,
    place: TypeScript.TextRange,
  ): TypeScript.Statement {
    const assignment = this.#factory.createAssignment(target, value);
    const statement = this.#factory.createExpressionStatement(
      this.#ts.isObjectLiteralExpression(target)
        ? this.#factory.createParenthesizedExpression(assignment)
        : assignment,
    );
    return this.#at(statement, place);
  }

  /** `{ f: … }.f` in place of an anonymous function or class, which thereby gets the name that `const f = …` gives it. */
  #named(value: TypeScript.Expression, name: string): TypeScript.Expression {
    const ts = this.#ts;
    const bare = ts.skipOuterExpressions(value);
    const isAnonymous =
      ts.isArrowFunction(bare) ||
      ((ts.isFunctionExpression(bare) || ts.isClassExpression(bare)) && bare.name === undefined);
    if (!isAnonymous) return value;
    const property = this.#factory.createPropertyAssignment(name, bare);
    return this.#factory.createPropertyAccessExpression(
      this.#factory.createObjectLiteralExpression([property]),
      name,
    );
  }

  #variables(statement: TypeScript.VariableStatement): readonly TypeScript.Statement[] {
    const { declarationList } = statement;
    const kind = declarationList.flags & this.#ts.NodeFlags.BlockScoped;
    if (kind === this.#ts.NodeFlags.Using || kind === this.#ts.NodeFlags.AwaitUsing) {
      const kept = declarationList.declarations.flatMap(({ name }) =>
        this.#ts.isIdentifier(name) ? this.#keep(name) : [],
      );
      return [...this.#statements(statement), ...kept];
    }
    const isVar = kind === 0;
    return declarationList.declarations.flatMap((declaration) => {
      const assignment = this.#initialization(declaration, isVar);
      return assignment === undefined
        ? []
        : [this.#at(this.#factory.createExpressionStatement(assignment), declaration)];
    });
  }

  /** A declaration as an assignment; `var x` assigns nothing, `let x` undefined. */
  #initialization(
    declaration: TypeScript.VariableDeclaration,
    isVar: boolean,
  ): TypeScript.Expression | undefined {
    const { name, initializer } = declaration;
    const ts = this.#ts;
    if (ts.isIdentifier(name)) {
      if (initializer === undefined && isVar) return undefined;
      const value =
        initializer === undefined ? this.#factory.createVoidZero() : this.#expression(initializer);
      return this.#factory.createAssignment(
        this.#at(this.#slot(name.text), name),
        this.#named(value, name.text),
      );
    }
    if (initializer === undefined) return undefined;
    const assignment = this.#factory.createAssignment(this.#pattern(name), this.#expression(initializer));
    return ts.isObjectBindingPattern(name)
      ? this.#factory.createParenthesizedExpression(assignment)
      : assignment;
  }

  /** `{ a, b: [c = 1], ...rest }` as what stands left of `=`. */
  #pattern(name: TypeScript.BindingName): TypeScript.Expression {
    const ts = this.#ts;
    const factory = this.#factory;
    if (ts.isIdentifier(name)) return this.#at(this.#slot(name.text), name);
    const target = (element: TypeScript.BindingElement): TypeScript.Expression => {
      const inner = this.#pattern(element.name);
      return element.initializer === undefined
        ? inner
        : factory.createAssignment(inner, this.#expression(element.initializer));
    };
    if (ts.isArrayBindingPattern(name)) {
      return factory.createArrayLiteralExpression(
        name.elements.map((element) => {
          if (ts.isOmittedExpression(element)) return element;
          return element.dotDotDotToken === undefined
            ? target(element)
            : factory.createSpreadElement(target(element));
        }),
      );
    }
    return factory.createObjectLiteralExpression(
      name.elements.map((element) => {
        if (element.dotDotDotToken !== undefined) return factory.createSpreadAssignment(target(element));
        const key = element.propertyName ?? element.name;
        const property = ts.isIdentifier(key)
          ? factory.createIdentifier(key.text)
          : (ts.visitNode(key, this.#visit) as TypeScript.PropertyName);
        return factory.createPropertyAssignment(property, target(element));
      }),
    );
  }

  #result(statement: TypeScript.ExpressionStatement): TypeScript.Statement {
    const result = this.#value(this.#runtime.result);
    return this.#assign(result, this.#expression(statement.expression), statement);
  }

  #import(statement: TypeScript.ImportDeclaration): readonly TypeScript.Statement[] {
    const ts = this.#ts;
    const factory = this.#factory;
    const clause = statement.importClause;
    const bindings: [string, string][] = [];
    if (clause?.isTypeOnly === true) return [];
    const named = clause?.namedBindings;
    if (clause?.name !== undefined) bindings.push([clause.name.text, 'default']);
    if (named !== undefined && ts.isNamespaceImport(named)) bindings.push([named.name.text, '*']);
    else {
      for (const element of named?.elements ?? []) {
        if (!element.isTypeOnly)
          bindings.push([element.name.text, (element.propertyName ?? element.name).text]);
      }
    }
    const values = bindings.filter(([local]) => this.#isValue(local));
    const isForEffect =
      clause === undefined ||
      (clause.name === undefined &&
        named !== undefined &&
        ts.isNamedImports(named) &&
        named.elements.length === 0);
    if (values.length === 0 && !isForEffect) return [];
    const pairs = values.map(([local, exported]) =>
      factory.createArrayLiteralExpression([
        factory.createIdentifier(this.#box(local)),
        factory.createStringLiteral(exported),
      ]),
    );
    const attributes = (statement.attributes?.elements ?? []).map((attribute) =>
      factory.createPropertyAssignment(attribute.name, attribute.value),
    );
    const call = factory.createCallExpression(factory.createIdentifier(this.#runtime.imports), undefined, [
      factory.createStringLiteral((statement.moduleSpecifier as TypeScript.StringLiteral).text),
      factory.createObjectLiteralExpression(attributes),
      factory.createArrayLiteralExpression(pairs),
    ]);
    return [this.#at(factory.createExpressionStatement(factory.createAwaitExpression(call)), statement)];
  }

  #importEquals(statement: TypeScript.ImportEqualsDeclaration): readonly TypeScript.Statement[] {
    const factory = this.#factory;
    const { moduleReference, name } = statement;
    if (statement.isTypeOnly || !this.#isValue(name.text)) return [];
    const entity = (node: TypeScript.EntityName): TypeScript.Expression =>
      this.#ts.isIdentifier(node)
        ? this.#reference(node)
        : factory.createPropertyAccessExpression(entity(node.left), node.right.text);
    const value = this.#ts.isExternalModuleReference(moduleReference)
      ? factory.createCallExpression(factory.createIdentifier('require'), undefined, [
          moduleReference.expression,
        ])
      : entity(moduleReference);
    return [this.#assign(this.#slot(name.text), value, statement)];
  }

  readonly #visit = (node: TypeScript.Node): TypeScript.VisitResult<TypeScript.Node | undefined> => {
    const ts = this.#ts;
    const factory = this.#factory;
    if (ts.isExpressionWithTypeArguments(node)) {
      return factory.updateExpressionWithTypeArguments(
        node,
        this.#expression(node.expression),
        node.typeArguments,
      );
    }
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
      return node;
    if (ts.isIdentifier(node)) {
      const isMember = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
      return ts.isExpressionNode(node) && !isMember ? this.#reference(node) : node;
    }
    if (ts.isShorthandPropertyAssignment(node)) return this.#shorthand(node);
    if (ts.isCallExpression(node)) return this.#call(node);
    if (ts.isTaggedTemplateExpression(node)) {
      const tag = this.#callee(node.tag);
      const template = ts.visitNode(node.template, this.#visit) as TypeScript.TemplateLiteral;
      return factory.updateTaggedTemplateExpression(node, tag, node.typeArguments, template);
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      return this.#at(factory.createIdentifier(this.#runtime.meta), node);
    }
    if (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword) return node;
    if (ts.isVariableStatement(node) && this.#isShared(node.declarationList)) {
      const expression = this.#list(node.declarationList);
      return expression === undefined
        ? factory.createEmptyStatement()
        : this.#at(factory.createExpressionStatement(expression), node);
    }
    if (ts.isVariableDeclarationList(node) && this.#isShared(node)) return this.#loopVariables(node);
    return ts.visitEachChild(node, this.#visit, this.#transformation);
  };

  #expression(node: TypeScript.Expression): TypeScript.Expression {
    return this.#ts.visitNode(node, this.#visit) as TypeScript.Expression;
  }

  /** Whether a `var` inside a block is one of the cell's top level. */
  #isShared(list: TypeScript.VariableDeclarationList): boolean {
    if ((list.flags & this.#ts.NodeFlags.BlockScoped) !== 0) return false;
    const owner = this.#ts.findAncestor(
      list,
      (node) =>
        this.#ts.isFunctionLike(node) ||
        this.#ts.isModuleBlock(node) ||
        this.#ts.isClassStaticBlockDeclaration(node),
    );
    return owner === undefined;
  }

  #list(list: TypeScript.VariableDeclarationList): TypeScript.Expression | undefined {
    const assignments = list.declarations.flatMap(
      (declaration) => this.#initialization(declaration, true) ?? [],
    );
    const [first, ...rest] = assignments;
    return first === undefined
      ? undefined
      : rest.reduce((left, right) => this.#factory.createComma(left, right), first);
  }

  /** `for (var i = 0; …)` assigns first, `for (var k of …)` assigns each time. */
  #loopVariables(list: TypeScript.VariableDeclarationList): TypeScript.Expression | undefined {
    const [first] = list.declarations;
    const ts = this.#ts;
    if (first !== undefined && (ts.isForOfStatement(list.parent) || ts.isForInStatement(list.parent))) {
      return this.#pattern(first.name);
    }
    return this.#list(list);
  }

  #shorthand(node: TypeScript.ShorthandPropertyAssignment): TypeScript.ObjectLiteralElementLike {
    const value = this.#reference(node.name);
    const initial = node.objectAssignmentInitializer;
    if (value === node.name) {
      return this.#factory.updateShorthandPropertyAssignment(
        node,
        node.name,
        initial === undefined ? undefined : this.#expression(initial),
      );
    }
    return this.#factory.createPropertyAssignment(
      node.name.text,
      initial === undefined ? value : this.#factory.createAssignment(value, this.#expression(initial)),
    );
  }

  #call(node: TypeScript.CallExpression): TypeScript.Expression {
    const ts = this.#ts;
    const factory = this.#factory;
    const values = node.arguments.map((argument) => this.#expression(argument));
    const callee =
      node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? factory.createIdentifier(this.#runtime.dynamicImport)
        : this.#callee(node.expression);
    return ts.isCallChain(node)
      ? factory.updateCallChain(node, callee, node.questionDotToken, node.typeArguments, values)
      : factory.updateCallExpression(node, callee, node.typeArguments, values);
  }

  /** `(0, f$.value)(x)`: a call of a name has no `this`, a call of a member would. */
  #callee(node: TypeScript.Expression): TypeScript.Expression {
    const visited = this.#expression(node);
    if (visited === node || !this.#ts.isIdentifier(this.#ts.skipOuterExpressions(node))) return visited;
    const factory = this.#factory;
    const bare = factory.createComma(factory.createNumericLiteral(0), visited);
    return this.#at(factory.createParenthesizedExpression(bare), node);
  }

  /** A name in an expression: its box, if it is one of the cells' names here; itself, if something nearer has that name. */
  #reference(node: TypeScript.Identifier): TypeScript.Expression {
    const { cell, checker, earlier } = this.#context;
    const before = earlier(node.text);
    const isOwn = cell.names.has(node.text);
    if (!isOwn && before === undefined) return node;
    const ts = this.#ts;
    const found = checker.resolveName(node.text, node, ts.SymbolFlags.Value | ts.SymbolFlags.Alias, false);
    if (found === undefined) return node;
    const own = cell.file.locals?.get(node.escapedText);
    if (isOwn && found === own) {
      return this.#isWithinItself(node, found) ? node : this.#at(this.#slot(node.text), node);
    }
    return !isOwn && found === before ? this.#at(this.#slot(node.text), node) : node;
  }

  /** In a class, enum, namespace or function its own name is the one that the declaration binds there. */
  #isWithinItself(node: TypeScript.Node, symbol: TypeScript.Symbol): boolean {
    const ts = this.#ts;
    const kept = (symbol.declarations ?? []).filter(
      (declaration) => !ts.isVariableDeclaration(declaration) && !ts.isBindingElement(declaration),
    );
    return (
      ts.findAncestor(node, (ancestor) => (kept as readonly TypeScript.Node[]).includes(ancestor)) !==
      undefined
    );
  }

  /** Whether a name of this cell stands for something at run time. What cannot be resolved is taken to. */
  #isValue(name: string): boolean {
    const { cell, checker } = this.#context;
    const { Alias, Value, NamespaceModule } = this.#ts.SymbolFlags;
    const symbol = cell.file.locals?.get(this.#ts.escapeLeadingUnderscores(name));
    if (symbol === undefined) return false;
    if ((symbol.flags & Alias) === 0) return (symbol.flags & Value & ~NamespaceModule) !== 0;
    const target = checker.getAliasedSymbol(symbol);
    return checker.isUnknownSymbol(target) || (target.flags & Value) !== 0;
  }

  #isAmbient(statement: TypeScript.Statement): boolean {
    const ts = this.#ts;
    return (
      ts.canHaveModifiers(statement) &&
      (statement.modifiers ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword)
    );
  }

  #slot(name: string): TypeScript.PropertyAccessExpression {
    return this.#value(this.#box(name));
  }

  #value(box: string): TypeScript.PropertyAccessExpression {
    return this.#factory.createPropertyAccessExpression(this.#factory.createIdentifier(box), 'value');
  }

  #at<Node extends TypeScript.Node>(node: Node, place: TypeScript.TextRange): Node {
    const { NoComments, NoTrailingSourceMap } = this.#ts.EmitFlags;
    return this.#ts.setEmitFlags(this.#ts.setTextRange(node, place), NoComments | NoTrailingSourceMap);
  }
}
