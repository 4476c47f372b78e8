/** Parts of a formula at the given values: each different part is evaluated once. */
import {
  type Declarations,
  Evaluator,
  type Expr,
  everyNode,
  inferSizes,
  type NDArray,
  simpleIndex,
  sizeLookup,
  substituteIndices,
} from '../../formula/index.js';
import { NotFiniteError } from '../errors.js';
import { areFinite } from '../numbers.js';

/** The values a formula is evaluated at, and what was evaluated already. */
export class FormulaValues {
  private readonly evaluator: Evaluator;
  private readonly known = new Map<string, Float64Array>();
  readonly sizeOf: (dimension: string) => number;
  /** How many numbers were given. */
  readonly given: number;

  constructor(
    readonly values: ReadonlyMap<string, NDArray>,
    readonly declarations: Declarations,
    private readonly ranges: ReadonlyMap<string, string>,
  ) {
    this.evaluator = new Evaluator(values, declarations);
    this.sizeOf = sizeLookup(inferSizes(values, declarations));
    this.given = [...values.values()].reduce((total, { data }) => total + data.length, 0);
  }

  /** How many values an index takes. */
  lengthOf(id: string): number {
    return this.sizeOf(this.dimensionOf(id));
  }

  dimensionOf(id: string): string {
    return this.ranges.get(id) ?? '?';
  }

  /** How many places several indices span. */
  span(ids: readonly string[]): number {
    return ids.reduce((product, id) => product * this.lengthOf(id), 1);
  }

  /**
   * The values of an expression over some indices, the last running fastest; not to be written into. Expressions that differ in their
   * letters only share theirs: s_i over i is s_j over j.
   *
   * @throws NotFiniteError where one is NaN or infinite.
   */
  over(ids: readonly string[], expr: Expr, extra: ReadonlyMap<string, string> = new Map()): Float64Array {
    const ranges = new Map([...this.ranges, ...extra]);
    const renamed = substituteIndices(expr, new Map(ids.map((id, at) => [id, simpleIndex(`@${at}`)])));
    const key = JSON.stringify([renamed, ids.map((id) => ranges.get(id))], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const { data } = this.evaluator.value({ expr, free: ids, ranges });
    if (!areFinite(data)) {
      const at = data.findIndex((value) => !Number.isFinite(value));
      throw new NotFiniteError(
        `A part of the Jacobian is ${data[at]} at its entry ${at}; give values at which it is finite.`,
      );
    }
    this.known.set(key, data);
    return data;
  }

  /** The given values with those of every defined name that an expression uses, so that they are computed once for all. */
  withDefined(expr: Expr): ReadonlyMap<string, NDArray> {
    const all = new Map(this.values);
    for (const node of everyNode(expr)) {
      if (node.kind !== 'tensor' || all.has(node.name)) continue;
      const tensor = this.declarations.tensors.get(node.name);
      if (tensor?.definition === undefined) continue;
      const { indices, body } = tensor.definition;
      const ranges = new Map(indices.map((id, axis) => [id, tensor.dimensions[axis] ?? '?']));
      all.set(node.name, this.evaluator.value({ expr: body, free: indices, ranges }));
    }
    return all;
  }
}
