/** Indices given a meaning: reading a value at them, and tables of the numbers they stand for. */
import { simpleId } from '../indices.js';
import type { Delta, Index } from '../nodes.js';
import { type Axis, type Place, unionAxes } from './algebra.js';
import { IndexRangeError } from './errors.js';
import type { Context, Interpreter } from './interpret.js';

/** One index id and nothing else. */
export function isPlain(index: Index): boolean {
  return simpleId(index) !== undefined;
}

/** A value over `@0`, `@1`, … (of these dimensions) read at indices: 0 outside the range. */
export function readAt<Value>(
  interpreter: Interpreter<Value>,
  value: Value,
  dimensions: readonly string[],
  indices: readonly Index[],
  context: Context<Value>,
): Value {
  const places = indices.map((index) => placeOf(interpreter, index, context));
  const axes = dimensions.map(
    (dimension, at): Axis => ({ id: `@${at}`, size: interpreter.surroundings.sizeOf(dimension) }),
  );
  indices.forEach((index, at) => {
    if (!isPlain(index)) return;
    const range = context.ranges.get(index.parts[0]?.id ?? '');
    if (range !== dimensions[at]) {
      throw new IndexRangeError(
        `The index ${index.parts[0]?.id} runs over ${range} but stands at an axis of the dimension ${dimensions[at]}. ` +
          'Use an index of that dimension.',
      );
    }
  });
  if (!indices.every(isPlain)) return interpreter.algebra.gather(value, axes, places);
  const names = new Map<string, Axis>();
  const repeated: [string, string][] = [];
  const taken = new Set(interpreter.algebra.axes(value).map((axis) => axis.id));
  places.forEach((place, at) => {
    const [part] = place.parts;
    if (part === undefined) return;
    if (taken.has(part.axis.id)) repeated.push([`@${at}`, part.axis.id]);
    else names.set(`@${at}`, part.axis);
    taken.add(part.axis.id);
  });
  const renamed = interpreter.algebra.rename(
    interpreter.ensure(value, repeated.length > 0 ? axes : []),
    names,
  );
  return repeated.reduce((sofar, [from, to]) => interpreter.algebra.diagonal(sofar, from, to), renamed);
}

/** Renames the given ids to `@0`, `@1`, … in order. */
export function toSlots<Value>(interpreter: Interpreter<Value>, value: Value, ids: readonly string[]): Value {
  const names = new Map<string, Axis>();
  for (const axis of interpreter.algebra.axes(value)) {
    const at = ids.indexOf(axis.id);
    if (at >= 0) names.set(axis.id, { id: `@${at}`, size: axis.size });
  }
  return interpreter.algebra.rename(value, names);
}

function placeOf<Value>(interpreter: Interpreter<Value>, index: Index, context: Context<Value>): Place {
  return {
    parts: index.parts.map(({ sign, id }) => ({ sign, axis: interpreter.axis(id, context) })),
    offset: index.offset,
  };
}

/** 1 where the two indices are the same number. */
export function deltaTable<Value>(
  interpreter: Interpreter<Value>,
  expr: Delta,
  context: Context<Value>,
): Value {
  const { left, right } = expr;
  if (isPlain(left) && isPlain(right) && left.parts[0]?.id !== right.parts[0]?.id) {
    const axes = [left, right].flatMap((index) =>
      placeOf(interpreter, index, context).parts.map((part) => part.axis),
    );
    return interpreter.algebra.table(axes, (positions) => (positions[0] === positions[1] ? 1 : 0));
  }
  return positionsTable(interpreter, [left, right], context, (numbers) =>
    numbers[0] === numbers[1] ? 1 : 0,
  );
}

/** A table of a function of the numbers that indices stand for. */
export function positionsTable<Value>(
  interpreter: Interpreter<Value>,
  indices: readonly Index[],
  context: Context<Value>,
  of: (numbers: readonly number[]) => number,
): Value {
  const places = indices.map((index) => placeOf(interpreter, index, context));
  const axes = unionAxes(...places.map((place) => place.parts.map((part) => part.axis)));
  const slots = places.map(({ parts }) =>
    parts.map(({ sign, axis }) => ({ sign, at: axes.findIndex(({ id }) => id === axis.id) })),
  );
  const numbers = places.map(({ offset }) => offset);
  return interpreter.algebra.table(axes, (positions) => {
    slots.forEach((parts, which) => {
      let number = places[which]?.offset ?? 0;
      for (const { sign, at } of parts) number += sign * (positions[at] ?? 0);
      numbers[which] = number;
    });
    return of(numbers);
  });
}
