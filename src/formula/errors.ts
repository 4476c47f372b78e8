/** The root of every error that handgrad throws on purpose: what was given, what was expected, the remedy. */
export class HandgradError extends Error {
  override readonly name: string = 'HandgradError';
}

/** A rule that does not apply: what no rule covers throws, by name, and is never taken as zero. */
export class NoRuleError extends HandgradError {
  override readonly name: string = 'NoRuleError';
}

/** A denominator that is zero for every value of the variables. */
export class ZeroDenominatorError extends NoRuleError {
  override readonly name: string = 'ZeroDenominatorError';
}

/** Work that would exceed a stated bound: too many terms, too deep, too long. */
export class TooLargeError extends HandgradError {
  override readonly name: string = 'TooLargeError';
}
