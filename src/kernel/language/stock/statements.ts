/** The statements of a cell: its declarations become assignments to boxes, its last expression the cell's value. */
import type TypeScript from 'typescript';
import type { Compiler } from './internals.js';
import { Names, type RewritingContext, type RuntimeNames } from './names.js';

export class Statements {
  readonly #ts: Compiler;
  readonly #context: RewritingContext;
  readonly #names: Names;
  readonly #factory: TypeScript.NodeFactory;
  readonly #runtime: RuntimeNames;
  readonly #box: (name: string) => string;

  constructor(
    context: RewritingContext,
    transformation: TypeScript.TransformationContext,
    runtime: RuntimeNames,
    box: (name: string) => string,
  ) {
    this.#ts = context.compiler;
    this.#context = context;
    this.#names = new Names(context, transformation, runtime, box);
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
    if (this.#isAmbient(statement)) return [statement, ...this.#fromGlobal(statement)];
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

  /** `declare const X: T` says that X is there: `if (typeof X !== 'undefined') X$.value = X`, of the global X. */
  #fromGlobal(statement: TypeScript.Statement): readonly TypeScript.Statement[] {
    const ts = this.#ts;
    const factory = this.#factory;
    const named = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name)
      : ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)
        ? [statement.name]
        : [];
    return named.flatMap((name) => {
      if (name === undefined || !ts.isIdentifier(name)) return [];
      const isThere = factory.createStrictInequality(
        factory.createTypeOfExpression(factory.createIdentifier(name.text)),
        factory.createStringLiteral('undefined'),
      );
      const [keep] = this.#keep(name);
      return keep === undefined ? [] : [factory.createIfStatement(isThere, keep)];
    });
  }

  #statements(statement: TypeScript.Statement): readonly TypeScript.Statement[] {
    const visited = this.#ts.visitNode(statement, this.#names.visit);
    return visited === undefined ? [] : [visited as TypeScript.Statement];
  }

  /** `name$.value = name`, after (for functions: before) the declaration of a name that stays as it is. */
  #keep(name: TypeScript.Identifier | undefined): readonly TypeScript.Statement[] {
    if (name === undefined) return [];
    return [this.#assign(this.#names.slot(name.text), this.#factory.createIdentifier(name.text), name)];
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
    return this.#names.at(statement, place);
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
      const assignment = this.#names.initialization(declaration, isVar);
      return assignment === undefined
        ? []
        : [this.#names.at(this.#factory.createExpressionStatement(assignment), declaration)];
    });
  }

  #result(statement: TypeScript.ExpressionStatement): TypeScript.Statement {
    const result = this.#names.value(this.#runtime.result);
    return this.#assign(result, this.#names.expression(statement.expression), statement);
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
    return [
      this.#names.at(factory.createExpressionStatement(factory.createAwaitExpression(call)), statement),
    ];
  }

  #importEquals(statement: TypeScript.ImportEqualsDeclaration): readonly TypeScript.Statement[] {
    const factory = this.#factory;
    const { moduleReference, name } = statement;
    if (statement.isTypeOnly || !this.#isValue(name.text)) return [];
    const entity = (node: TypeScript.EntityName): TypeScript.Expression =>
      this.#ts.isIdentifier(node)
        ? this.#names.reference(node)
        : factory.createPropertyAccessExpression(entity(node.left), node.right.text);
    const value = this.#ts.isExternalModuleReference(moduleReference)
      ? factory.createCallExpression(factory.createIdentifier('require'), undefined, [
          moduleReference.expression,
        ])
      : entity(moduleReference);
    return [this.#assign(this.#names.slot(name.text), value, statement)];
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
}
