/** Calls in matrix notation: elementwise functions entry by entry, and those of whole vectors and matrices. */
import { call, delta, fieldFunction, multiply, num, sum } from '../build.js';
import { component, simpleIndex } from '../indices.js';
import type { Binder, Expr, MatrixName } from '../nodes.js';
import type { Context } from './context.js';
import { givesWhole, isFieldName, isMatrixName, takesWhole } from './functions.js';
import { entrywise, inverse } from './matrix.js';
import { isScalar, type MatrixValue, refuseShape, scalar, shapeName, unite } from './matrix-value.js';
import { notationOf } from './notation.js';
import type { CallSyntax, Syntax } from './syntax.js';

/** The value of a call whose arguments are in matrix notation. */
export function elaborateWholeCall(
  syntax: CallSyntax,
  read: (inner: Syntax) => MatrixValue,
  context: Context,
): MatrixValue {
  if (takesWhole(syntax.name)) for (const part of syntax.args) refuseIndices(syntax, part, context);
  const values = syntax.args.map(read);
  const [value] = values;
  if (!takesWhole(syntax.name) || !value) {
    return entrywise(values, syntax, context, (exprs) => call(syntax.name, ...exprs));
  }
  if (isScalar(value)) {
    refuseShape(
      context,
      syntax,
      `${syntax.name} takes a vector or a matrix, not a scalar.`,
      `For example: ${syntax.name}(${isMatrixName(syntax.name) || syntax.name === 'tr' ? 'X' : 'x'})`,
    );
  }
  if (isMatrixName(syntax.name)) return ofSquare(syntax, syntax.name, value, context);
  if (isFieldName(syntax.name)) {
    return syntax.name === 'softmax' ? softmax(value, context) : reduced(syntax.name, value, context);
  }
  switch (syntax.name) {
    case 'tr':
      return trace(syntax, value, context);
    case 'diag':
      return diagonal(syntax, value, context);
    default:
      return columnStacked(syntax, value, context);
  }
}

function refuseIndices(syntax: CallSyntax, part: Syntax, context: Context): void {
  if (notationOf(part, context) === 'matrix') return;
  const over = isMatrixName(syntax.name) ? `${syntax.name}_ij(A_ij)` : `${syntax.name}_k(x_k)`;
  refuseShape(
    context,
    part,
    `\`${context.shown(part)}\` is no vector or matrix here.`,
    givesWhole(syntax.name) || syntax.name === 'tr'
      ? `${syntax.name} takes one written without indices: ${syntax.name}(${syntax.name === 'tr' ? 'X' : 'x'})`
      : `${syntax.name} takes one written without indices, or names the letters it runs over: ${over}`,
  );
}

function square(syntax: CallSyntax, value: MatrixValue, context: Context): readonly [string, string] {
  const [row, ...moreRows] = value.rows;
  const [column, ...moreColumns] = value.columns;
  if (row === undefined || column === undefined || moreRows.length > 0 || moreColumns.length > 0) {
    refuseShape(
      context,
      syntax,
      `${syntax.name} takes a square matrix, not ${shapeName(value, context)}.`,
      `For example: ${syntax.name}(Xᵀ X)`,
    );
  }
  unite([row], [column], syntax, context);
  return [row, column];
}

/** inv, det, logdet of a square matrix. */
function ofSquare(syntax: CallSyntax, name: MatrixName, value: MatrixValue, context: Context): MatrixValue {
  const [rowKey, columnKey] = square(syntax, value, context);
  if (name === 'inv') return inverse(value, context);
  return scalar(() => {
    const row: Binder = { id: context.contraction(), dimension: rowKey };
    const column: Binder = { id: context.contraction(), dimension: columnKey };
    return {
      kind: 'matrix',
      name,
      row,
      column,
      body: value.entry([simpleIndex(row.id)], [simpleIndex(column.id)]),
    };
  });
}

/** softmax along a vector, or along the rows of a matrix. */
function softmax(value: MatrixValue, context: Context): MatrixValue {
  const axes = [...value.rows, ...value.columns];
  const along = axes.at(-1) ?? '';
  return {
    ...value,
    entry: (r, c) => {
      const id = context.contraction();
      const inner = simpleIndex(id);
      const last = c.at(-1) ?? r.at(-1);
      const body =
        c.length > 0
          ? value.entry(r, [...c.slice(0, -1), inner])
          : value.entry([...r.slice(0, -1), inner], c);
      return fieldFunction('softmax', [{ id, dimension: along }], body, last);
    },
  };
}

/** mean, var, norm, logsumexp over all entries. */
function reduced(
  name: 'logsumexp' | 'mean' | 'var' | 'norm',
  value: MatrixValue,
  context: Context,
): MatrixValue {
  return scalar(() => {
    const bind = (key: string): Binder => ({ id: context.contraction(), dimension: key });
    const rows = value.rows.map(bind);
    const columns = value.columns.map(bind);
    const at = (binders: readonly Binder[]) => binders.map(({ id }) => simpleIndex(id));
    return fieldFunction(name, [...rows, ...columns], value.entry(at(rows), at(columns)));
  });
}

/** tr(A) = Σ_k A_kk */
function trace(syntax: CallSyntax, value: MatrixValue, context: Context): MatrixValue {
  const [key] = square(syntax, value, context);
  return scalar((): Expr => {
    const id = context.contraction();
    return sum(id, key, value.entry([simpleIndex(id)], [simpleIndex(id)]));
  });
}

/** diag(v)_ij = δ_ij v_i; of a matrix the vector of its diagonal. */
function diagonal(syntax: CallSyntax, value: MatrixValue, context: Context): MatrixValue {
  if (value.rows.length + value.columns.length > 1) {
    const [key] = square(syntax, value, context);
    return { rows: [key], columns: [], entry: (r) => value.entry(r, r) };
  }
  const keys = [...value.rows, ...value.columns];
  return {
    rows: keys,
    columns: keys,
    entry: ([r = component(0)], [c = component(0)]) => {
      const entry = value.rows.length > 0 ? value.entry([r], []) : value.entry([], [r]);
      return entry.kind === 'number' && entry.value.equals(num(1).value)
        ? delta(r, c)
        : multiply(delta(r, c), entry);
    },
  };
}

/** vec(X) stacks the columns of X: its index is a pair, the column before the row. */
function columnStacked(syntax: CallSyntax, value: MatrixValue, context: Context): MatrixValue {
  const [row, ...moreRows] = value.rows;
  const [column, ...moreColumns] = value.columns;
  if (row === undefined || column === undefined || moreRows.length > 0 || moreColumns.length > 0) {
    refuseShape(
      context,
      syntax,
      `vec takes a matrix, not ${shapeName(value, context)}.`,
      'For example: vec(X)',
    );
  }
  return {
    rows: [column, row],
    columns: [],
    entry: ([c = component(0), r = component(0)]) => value.entry([r], [c]),
  };
}
