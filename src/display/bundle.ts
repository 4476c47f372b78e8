/** What a front end is given to show: one value in several MIME types, of which it picks the richest it knows. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** The method by which a value shows itself in Jupyter; the convention Deno's kernel set. */
export const jupyterDisplay: unique symbol = Symbol.for('Jupyter.display') as typeof jupyterDisplay;

/** `util.inspect.custom`, by its global name, so that the library needs no Node module. */
export const inspectCustom: unique symbol = Symbol.for('nodejs.util.inspect.custom') as typeof inspectCustom;

export const plotlyMime = 'application/vnd.plotly.v1+json';
export const verdictMime = 'application/vnd.handgrad.verdict+json';

/**
 * Gives every object with this prototype (or this one object) its way of showing itself: `Symbol.for('Jupyter.display')`
 * answers the bundle, `util.inspect` its `text/plain`. Both are hidden from enumeration, so that a value shown is still
 * the plain data it was. An object that already shows itself is left alone.
 *
 * @example
 * attachDisplay(Formula.prototype, (formula: Formula) => ({ 'text/plain': String(formula), 'text/latex': formula.latex }));
 */
export function attachDisplay<T extends object>(target: T, bundle: (value: T) => MimeBundle): T;
/** The same for what takes time, or has an effect, when it shows itself: then its text is given apart. */
export function attachDisplay<T extends object>(
  target: T,
  bundle: (value: T) => MimeBundle | Promise<MimeBundle>,
  text: (value: T) => string,
): T;
export function attachDisplay<T extends object>(
  target: T,
  bundle: (value: T) => MimeBundle | Promise<MimeBundle>,
  text?: (value: T) => string,
): T {
  if (Object.hasOwn(target, jupyterDisplay)) return target;
  define(target, jupyterDisplay, function (this: T) {
    return bundle(this);
  });
  const plain = (value: T): string =>
    text === undefined ? String((bundle(value) as MimeBundle)['text/plain']) : text(value);
  define(target, inspectCustom, function (this: T) {
    return plain(this);
  });
  // In a template string too, where the value has no text of its own.
  if (target.toString === Object.prototype.toString) {
    define(target, 'toString', function (this: T) {
      return plain(this);
    });
  }
  return target;
}

/**
 * Gives what a method returns its way of showing itself, where the method returns plain data: the `Step` of
 * `Derivation.step`, the `Definition` of `Scope.define`.
 *
 * @example
 * attachToResults(Scope.prototype, 'define', definitionBundle);
 */
export function attachToResults<Name extends string, Result extends object>(
  prototype: { [method in Name]: (...args: never[]) => Result },
  name: Name,
  bundle: (result: Result) => MimeBundle,
): void {
  const method: (...args: never[]) => Result = prototype[name];
  const value = function (this: unknown, ...args: never[]): Result {
    return attachDisplay(method.apply(this, args), bundle);
  };
  Object.defineProperty(prototype, name, { value, enumerable: false, configurable: true, writable: true });
}

function define<T extends object>(target: T, name: PropertyKey, value: (this: T) => unknown): void {
  Object.defineProperty(target, name, { value, enumerable: false, configurable: true, writable: true });
}
