/** What bounds the reading of a text in time and memory. */

/** The longest text that is read, in UTF-16 units. */
export const LONGEST_TEXT = 20_000;
/** The most digits a number may have. */
export const MOST_DIGITS = 400;
/** How deep brackets, totals and functions may stand in one another. */
export const DEEPEST = 100;
/** How often declared names may stand in a formula once matrix powers are multiplied out. */
export const MOST_NODES = 10_000;
/** The greatest whole exponent of a matrix. */
export const GREATEST_MATRIX_POWER = 32;
/** The longest name, in UTF-16 units. */
export const LONGEST_NAME = 100;
