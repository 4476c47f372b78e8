/**
 * Names in a cell's expressions: each is read from its box if it is one of the cells' names there, and left alone if something
 * nearer has that name.
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

export interface RewritingContext {
  readonly compiler: Compiler;
  readonly checker: Checker;
  readonly cell: ParsedCell;
  /** Whether an earlier cell declared the name, and the symbol it stands for. */
  readonly earlier: (name: string) => TypeScript.Symbol | undefined;
}

export class Names {
  readonly #ts: Compiler;
  readonly #context: RewritingContext;
  readonly #transformation: TypeScript.TransformationContext;
  readonly #factory: TypeScript.NodeFactory;
  readonly #runtime: RuntimeNames;
  readonly #box: (name: string) => string;

  /** `box` gives the parameter that carries the box of a name. */
  constructor(
    context: RewritingContext,
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

  readonly visit = (node: TypeScript.Node): TypeScript.VisitResult<TypeScript.Node | undefined> => {
    const ts = this.#ts;
    const factory = this.#factory;
    if (ts.isExpressionWithTypeArguments(node)) {
      return factory.updateExpressionWithTypeArguments(
        node,
        this.expression(node.expression),
        node.typeArguments,
      );
    }
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
      return node;
    if (ts.isIdentifier(node)) {
      const isMember = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
      return ts.isExpressionNode(node) && !isMember ? this.reference(node) : node;
    }
    if (ts.isShorthandPropertyAssignment(node)) return this.#shorthand(node);
    if (ts.isCallExpression(node)) return this.#call(node);
    if (ts.isTaggedTemplateExpression(node)) {
      const tag = this.#callee(node.tag);
      const template = ts.visitNode(node.template, this.visit) as TypeScript.TemplateLiteral;
      return factory.updateTaggedTemplateExpression(node, tag, node.typeArguments, template);
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      return this.at(factory.createIdentifier(this.#runtime.meta), node);
    }
    if (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword) return node;
    if (ts.isVariableStatement(node) && this.#isShared(node.declarationList)) {
      const expression = this.#list(node.declarationList);
      return expression === undefined
        ? factory.createEmptyStatement()
        : this.at(factory.createExpressionStatement(expression), node);
    }
    if (ts.isVariableDeclarationList(node) && this.#isShared(node)) return this.#loopVariables(node);
    return ts.visitEachChild(node, this.visit, this.#transformation);
  };

  expression(node: TypeScript.Expression): TypeScript.Expression {
    return this.#ts.visitNode(node, this.visit) as TypeScript.Expression;
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
      (declaration) => this.initialization(declaration, true) ?? [],
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
    const value = this.reference(node.name);
    const initial = node.objectAssignmentInitializer;
    if (value === node.name) {
      return this.#factory.updateShorthandPropertyAssignment(
        node,
        node.name,
        initial === undefined ? undefined : this.expression(initial),
      );
    }
    return this.#factory.createPropertyAssignment(
      node.name.text,
      initial === undefined ? value : this.#factory.createAssignment(value, this.expression(initial)),
    );
  }

  #call(node: TypeScript.CallExpression): TypeScript.Expression {
    const ts = this.#ts;
    const factory = this.#factory;
    const values = node.arguments.map((argument) => this.expression(argument));
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
    const visited = this.expression(node);
    if (visited === node || !this.#ts.isIdentifier(this.#ts.skipOuterExpressions(node))) return visited;
    const factory = this.#factory;
    const bare = factory.createComma(factory.createNumericLiteral(0), visited);
    return this.at(factory.createParenthesizedExpression(bare), node);
  }

  /** A name in an expression: its box, if it is one of the cells' names here; itself, if something nearer has that name. */
  reference(node: TypeScript.Identifier): TypeScript.Expression {
    const { cell, checker, earlier } = this.#context;
    const before = earlier(node.text);
    const isOwn = cell.names.has(node.text);
    if (!isOwn && before === undefined) return node;
    const ts = this.#ts;
    const found = checker.resolveName(node.text, node, ts.SymbolFlags.Value | ts.SymbolFlags.Alias, false);
    if (found === undefined) return node;
    const own = cell.file.locals?.get(node.escapedText);
    if (isOwn && found === own) {
      return this.#isWithinItself(node, found) ? node : this.at(this.slot(node.text), node);
    }
    return !isOwn && found === before ? this.at(this.slot(node.text), node) : node;
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

  /** A declaration as an assignment; `var x` assigns nothing, `let x` undefined. */
  initialization(
    declaration: TypeScript.VariableDeclaration,
    isVar: boolean,
  ): TypeScript.Expression | undefined {
    const { name, initializer } = declaration;
    const ts = this.#ts;
    if (ts.isIdentifier(name)) {
      if (initializer === undefined && isVar) return undefined;
      const value = initializer === undefined ? this.#factory.createVoidZero() : this.expression(initializer);
      return this.#factory.createAssignment(
        this.at(this.slot(name.text), name),
        this.#named(value, name.text),
      );
    }
    if (initializer === undefined) return undefined;
    const assignment = this.#factory.createAssignment(this.#pattern(name), this.expression(initializer));
    return ts.isObjectBindingPattern(name)
      ? this.#factory.createParenthesizedExpression(assignment)
      : assignment;
  }

  /** `{ a, b: [c = 1], ...rest }` as what stands left of `=`. */
  #pattern(name: TypeScript.BindingName): TypeScript.Expression {
    const ts = this.#ts;
    const factory = this.#factory;
    if (ts.isIdentifier(name)) return this.at(this.slot(name.text), name);
    const target = (element: TypeScript.BindingElement): TypeScript.Expression => {
      const inner = this.#pattern(element.name);
      return element.initializer === undefined
        ? inner
        : factory.createAssignment(inner, this.expression(element.initializer));
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
          : (ts.visitNode(key, this.visit) as TypeScript.PropertyName);
        return factory.createPropertyAssignment(property, target(element));
      }),
    );
  }

  slot(name: string): TypeScript.PropertyAccessExpression {
    return this.value(this.#box(name));
  }

  value(box: string): TypeScript.PropertyAccessExpression {
    return this.#factory.createPropertyAccessExpression(this.#factory.createIdentifier(box), 'value');
  }

  at<Node extends TypeScript.Node>(node: Node, place: TypeScript.TextRange): Node {
    const { NoComments, NoTrailingSourceMap } = this.#ts.EmitFlags;
    return this.#ts.setEmitFlags(this.#ts.setTextRange(node, place), NoComments | NoTrailingSourceMap);
  }
}
