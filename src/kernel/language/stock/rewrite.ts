/**
 * A cell's top-level names live in boxes (`{ value }`, one a name, shared by all cells): that is what makes a later cell's
 * assignment visible to closures of an earlier one, keeps what was assigned before a cell threw, and lets a name be declared
 * again. This transformer, run before TypeScript's own, turns declarations into assignments to boxes and names into reads of
 * them; what is declared inside functions and blocks is left alone.
 *
 *     const f = (x: number) => x + a   →   f$.value = { f: (x) => x + a$.value }.f
 */
import type TypeScript from 'typescript';
import type { RewritingContext, RuntimeNames } from './names.js';
import { Statements } from './statements.js';

export interface Rewriting {
  readonly transformers: TypeScript.CustomTransformers;
  readonly runtime: RuntimeNames;
  /** Names of boxes that the cell uses, with the names of the parameters that carry them; complete after the emit. */
  readonly boxes: ReadonlyMap<string, string>;
}

/** The transformers for one cell, which must have been checked (or bound, where it is not to be checked). */
export function rewriteCell(context: RewritingContext): Rewriting {
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
      before: [
        (transformation) => (file) => new Statements(context, transformation, runtime, box).file(file),
      ],
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
