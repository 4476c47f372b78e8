/** The second, smaller entrance: functions, wrong rules and detectors of one's own. */
import {
  type ElementwiseOnTensors,
  forgetTensorFunctions,
  openTensorFunction,
  registerTensorFunction,
  tf,
} from './autograd/index.js';
import {
  add,
  bracket,
  type CustomRule,
  call,
  checkName,
  constant,
  divide,
  forgetFunctions,
  HandgradError,
  multiply,
  negate,
  num,
  openFunction,
  ownFunctionPoints,
  power,
  type RegisteredFunction,
  readRule,
  refuseFunctionOfLanguage,
  registeredFunction,
  registerFunction,
  subtract,
  untrueDerivative,
} from './formula/index.js';
import {
  addDetector,
  addWrongRule,
  forgetAdditions,
  type Look,
  type OwnSays,
  type WrongRule,
  wrongDerivative,
} from './mistakes/index.js';

/** What was to be registered contradicts itself, or lacks a part. */
export class ExtensionError extends HandgradError {
  override readonly name: string = 'ExtensionError';
}

/** A derivative as text in the names of the arguments, or as a function that builds it from their expressions. */
export type Rule = string | ((...args: Parameters<CustomRule>[0]) => ReturnType<CustomRule>);

/** An elementwise function with its derivative. */
export interface ElementwiseFunction {
  /** The names of its arguments in the derivative's text; `['x']` unless given. */
  readonly arguments?: readonly string[];
  /** Its value in float64. */
  readonly value: (...numbers: number[]) => number;
  /** Its derivative; of a function of several arguments, one for each. */
  readonly derivative: Rule | readonly Rule[];
  /** The same function on TensorFlow.js tensors of one shape. Without it autograd gives no verdict on formulas that hold it. */
  readonly tensor?: ElementwiseOnTensors;
  /** Points at which the derivative is checked against differences of `value`, an argument list each; 16 about 0 unless given. */
  readonly checkedAt?: readonly (readonly number[])[];
}

/** A wrong derivative of a function, as people write it. */
export interface WrongDerivative extends OwnSays {
  /** The function of one argument, of the language or one's own. */
  readonly function: string;
  /** What is taken for its derivative, as text in x. */
  readonly derivative: string;
}

/** How often an open function can be differentiated. */
const ORDERS = 4;

/**
 * Registers an elementwise function: formulas may call it, it is differentiated by its rule, evaluated in float64 and, with
 * `tensor`, differentiated by TensorFlow.js. Registering the name again replaces it.
 *
 * @throws DeclarationError for a name that cannot be one, or that the language has.
 * @throws FormulaError where a derivative's text cannot be read.
 * @throws ExtensionError where the derivative is not that of `value`, or `tensor` computes something else.
 * @example
 * extend.elementwise('swish', {
 *   value: (x) => x / (1 + Math.exp(-x)),
 *   derivative: 'sigmoid(x) + x sigmoid(x) (1 − sigmoid(x))',
 *   tensor: (x) => tf.mul(x, tf.sigmoid(x)),
 * });
 * const scope = given({ x: ['n'] });
 * scope.define('y_i = swish(x_i)');
 * scope.derive('∂y_i/∂x_j').step('δ_ij (swish(x_i) + sigmoid(x_i) (1 − swish(x_i)))');
 */
function elementwise(given: string, description: ElementwiseFunction): void {
  const name = freeName(given);
  const names = description.arguments ?? ['x'];
  const rules = Array.isArray(description.derivative)
    ? (description.derivative as readonly Rule[])
    : [description.derivative as Rule];
  if (names.length === 0 || rules.length !== names.length)
    throw new ExtensionError(
      `${name} was given ${names.length} arguments and ${rules.length} derivatives; expected one for each argument: arguments: ['x', 'y'], derivative: ['y', 'x'].`,
    );
  const before = registeredFunction(name);
  const registered = (derivative: CustomRule): RegisteredFunction => ({
    name,
    count: names.length,
    value: description.value,
    derivative,
  });
  // a rule may speak of the function itself
  registerFunction(registered(() => num(0)));
  try {
    const made = rules.map((rule) => (typeof rule === 'string' ? readRule(rule, names) : built(rule)));
    const whole = registered((args, at) => (made[at] as (typeof made)[number])(args));
    registerFunction(whole);
    const points = description.checkedAt ?? ownFunctionPoints(names.length);
    confirmDerivative(whole, points);
    if (description.tensor !== undefined) confirmTensor(whole, description.tensor, points);
  } catch (error) {
    forgetFunctions(name);
    if (before !== undefined) registerFunction(before);
    throw error;
  }
  forgetTensorFunctions(name);
  if (description.tensor !== undefined) registerTensorFunction(name, description.tensor);
}

function built(rule: Exclude<Rule, string>): (args: Parameters<CustomRule>[0]) => ReturnType<CustomRule> {
  return (args) => rule(...args);
}

/** The name as the reader spells it, if neither the language nor its grammar has it. */
function freeName(given: string): string {
  const name = checkName(given, 'function');
  refuseFunctionOfLanguage(name);
  if (['e', 'π', 'δ', 'Σ', 'Π', 'I', 'T'].includes(name))
    throw new ExtensionError(`${name} has a meaning in the language already: choose another name.`);
  return name;
}

function confirmDerivative(registered: RegisteredFunction, points: readonly (readonly number[])[]): void {
  const { name } = registered;
  const { tried, untrue } = untrueDerivative(registered, points);
  if (untrue !== undefined)
    throw new ExtensionError(
      `The derivative given for ${name} is not that of its value: at (${untrue.at.join(', ')}) it gives ${untrue.rule} by argument ${untrue.argument + 1}, where differences of the value give ${untrue.differences}. Mend the one or the other.`,
    );
  if (tried === 0)
    throw new ExtensionError(
      `${name} has no finite value and derivative at any of the points tried. Say where it has: checkedAt: [[2], [3.5]].`,
    );
}

function confirmTensor(
  { name, count, value }: RegisteredFunction,
  tensor: ElementwiseOnTensors,
  points: readonly (readonly number[])[],
): void {
  const columns = Array.from({ length: count }, (_, place) => points.map((point) => point[place] ?? 0));
  const found = tf.tidy(() => tensor(...columns.map((column) => tf.tensor1d(column))).dataSync());
  points.forEach((point, at) => {
    const [wanted, given] = [value(...point), found[at] ?? Number.NaN];
    if (!Number.isFinite(wanted) || Math.abs(given - wanted) <= 1e-4 * Math.max(1, Math.abs(wanted))) return;
    throw new ExtensionError(
      `The tensor form of ${name} computes something else than its value: at (${point.join(', ')}) ${given} where the value is ${wanted}. Both must be the same function.`,
    );
  });
}

/**
 * Leaves a function of one argument open: `extend.generic('f')` makes f and its derivatives f1, f2, f3, f4 (f′ is written f1,
 * for names hold no primes). A line is right where it is right for every smooth f; numerically some f of waves stands for it.
 *
 * @example
 * extend.generic('f');
 * const scope = given({ A: ['m', 'n'], x: ['n'] });
 * scope.define('y_i = f(Σ_k A_ik x_k)');
 * scope.derive('∂y_i/∂x_j').step('f1(Σ_k A_ik x_k) A_ij');
 */
function generic(given: string): void {
  const names = Array.from({ length: ORDERS + 1 }, (_, order) =>
    freeName(order === 0 ? given : `${given}${order}`),
  );
  names.forEach((name, order) => {
    const next = names[order + 1];
    registerFunction({
      name,
      count: 1,
      value: openFunction(given, order),
      derivative: ([u]) => {
        if (next === undefined || u === undefined)
          throw new ExtensionError(`${given} was left open with ${ORDERS} derivatives; ${name} has none.`);
        return call(next, u);
      },
    });
    registerTensorFunction(name, openTensorFunction(given, order));
  });
}

/**
 * Names a mistake: a wrong derivative of a function, or a wrong rule in general (what it makes of one step of the
 * differentiation in place of the right rule). Where it explains a wrong line exactly, it is the first diagnosis. Registering
 * the name again replaces it.
 *
 * @example
 * extend.wrongRule('swish as a gate', {
 *   function: 'swish', derivative: 'sigmoid(x)', mistake: 'lost-term',
 *   message: 'The gate of swish was held constant.', hint: 'Does sigmoid(x) move with x?',
 * });
 */
function wrongRule(name: string, rule: WrongDerivative | WrongRule): void {
  addWrongRule(name, typeof rule === 'function' ? rule : wrongRuleFor(rule));
}

function wrongRuleFor({ function: of, derivative, ...says }: WrongDerivative): WrongRule {
  const wrong = readRule(derivative, ['x']);
  return wrongDerivative(of, (args) => wrong(args), says);
}

/**
 * Names a mistake by the formulas it leads to: `look` is shown the wrong line and the right result and yields candidates; one
 * that is equal to the line, as numbers decide, is the first diagnosis. Registering the name again replaces it.
 *
 * @example
 * extend.detector('rows for columns', function* ({ right }) {
 *   if (right.includes('A_ij')) yield { formula: right.replaceAll('A_ij', 'A_ji'), mistake: 'transposed',
 *     message: 'A was read by columns.', hint: 'Which index of A counts the rows?' };
 * });
 */
function detector(name: string, look: Look): void {
  addDetector(name, look);
}

/** Forgets everything that was registered: for tests. */
function reset(): void {
  forgetFunctions();
  forgetTensorFunctions();
  forgetAdditions();
}

/**
 * Functions, wrong rules and detectors of one's own. Every derivation, proof, evaluation and diagnosis consults them from then
 * on. `build` makes the expressions that rules return where text is not enough.
 */
export const extend = {
  elementwise,
  generic,
  wrongRule,
  detector,
  reset,
  build: { add, bracket, call, constant, divide, multiply, negate, num, power, subtract },
} as const;
