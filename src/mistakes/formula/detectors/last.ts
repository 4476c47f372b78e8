/** Where nothing more specific fits. */
import { type Detector, finding } from '../finding.js';

/** The indices of the line are not those of the derivative. */
export const shape: Detector = function* (problem) {
  const { extras, united, right } = problem;
  if (extras.length === 0 && !united) return;
  const wanted = right.free.length === 0 ? 'no free index' : `the free indices ${right.free.join(', ')}`;
  const message =
    extras.length > 0
      ? `The result must have ${wanted}; in your line ${extras.join(', ')} is left over.`
      : 'A letter of your line runs over two dimensions, so its shape does not fit.';
  yield finding(problem, {
    mistake: 'shape',
    message,
    hint: 'Write the dimension of every index under it: which ones are summed, which are left?',
  });
};

/** Characters of a nearest formula that still helps. */
const longest = 80;

/** Nothing known explains the line: the nearest formula, and how far it is. */
export const unrelated: Detector = function* (problem) {
  const { expr, distance } = problem.nearest;
  const near = Number.isFinite(distance)
    ? `, off by ${Number((100 * distance).toPrecision(2))} % of the largest entry`
    : '';
  const text = problem.readable(expr);
  // a nearest formula that is the right one, or that nobody would read, says nothing
  const nearest =
    expr === problem.right.expr || text.length > longest ? '' : ` The nearest formula is ${text}${near}.`;
  yield finding(problem, {
    mistake: 'unrelated',
    message: `No known mistake explains this line.${nearest}`,
    hint: 'Take the smallest case (two inputs) and write one entry out by hand: where does it part from your line?',
  });
};
