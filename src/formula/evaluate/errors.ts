/** The errors of evaluating: each says what was given, what was expected and the remedy. */
import { HandgradError } from '../errors.js';

/** The root of the errors of evaluating. */
export class EvaluationError extends HandgradError {
  override readonly name: string = 'EvaluationError';
}

/** A tensor without a definition was given no value. */
export class MissingValueError extends EvaluationError {
  override readonly name = 'MissingValueError';
  constructor(tensor: string, given: Iterable<string>) {
    const names = [...given].join(', ');
    super(
      `${tensor} has no value and no definition. Values were given for ${names === '' ? 'nothing' : names}; ` +
        `give ${tensor} one as well.`,
    );
  }
}

/** A value was given for a name that is not declared. */
export class UndeclaredValueError extends EvaluationError {
  override readonly name = 'UndeclaredValueError';
  constructor(tensor: string, declared: Iterable<string>) {
    super(
      `A value was given for ${tensor}, which is not declared. Declared are: ${[...declared].join(', ')}. ` +
        'Declare it, or leave the value out.',
    );
  }
}

/** A value has another number of axes, or another size along one, than its declaration and the other values say. */
export class SizeConflictError extends EvaluationError {
  override readonly name = 'SizeConflictError';
}

/** No value and no explicit size says how large a dimension is. */
export class MissingSizeError extends EvaluationError {
  override readonly name = 'MissingSizeError';
  constructor(dimension: string) {
    super(
      `No value given says how large the dimension ${dimension} is. Give a value for a tensor that has it, ` +
        `or its size: sizes: { ${dimension}: 3 }.`,
    );
  }
}

/** An index stands at two dimensions, or at none. */
export class IndexRangeError extends EvaluationError {
  override readonly name = 'IndexRangeError';
}

/** None of the conditions of `{ … if …; … if … }` holds for an entry, and there is no `otherwise`. */
export class NoBranchError extends EvaluationError {
  override readonly name = 'NoBranchError';
  constructor(entry: readonly { readonly id: string; readonly position: number }[]) {
    const at = entry.map(({ id, position }) => `${id} = ${position}`).join(', ');
    super(
      `No condition of the cases holds${at === '' ? '' : ` at ${at}`}, and there is no 'otherwise'. ` +
        "Add a last branch 'value otherwise', or a condition that holds there.",
    );
  }
}

/** A function was called that has no numeric meaning here. */
export class UnknownFunctionError extends EvaluationError {
  override readonly name = 'UnknownFunctionError';
  constructor(name: string, place: string) {
    super(
      `The function ${name} is not one that ${place} knows how to compute. ` +
        `Use one of the functions of the language, or register it: extend.elementwise('${name}', …), whose \`value\` computes ` +
        'it in float64 and whose `tensor`, if it is given, in TensorFlow.js.',
    );
  }
}

/** A ∂ that was not worked out stands in the formula. */
export class UnworkedDerivativeError extends EvaluationError {
  override readonly name = 'UnworkedDerivativeError';
  constructor(of: string, by: readonly string[]) {
    super(
      `∂${of}/∂${by.join('∂')} is not worked out, so it has no value yet. ` +
        'Differentiate it first, or pass a resolver in `derivatives`.',
    );
  }
}
