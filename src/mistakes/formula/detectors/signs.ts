/** Terms of a sum at their place: the sign, and whether they are there. */
import { add } from '../../../formula/index.js';
import { minus } from '../terms.js';
import type { EditRule } from './edits.js';

/** a − b → a + b: the sign of one term, or a minus in front of a factor. */
export const turnedTerm: EditRule = function* ({ node, parents }) {
  const inSum = parents[0]?.kind === 'add';
  if (!inSum && node.kind !== 'negate') return;
  if (!inSum && parents.length === 0) return;
  yield {
    to: minus(node),
    mistake: 'sign-of-term',
    message: (right, wrong) => `One sign is turned: you have ${wrong} where the rules give ${right}.`,
    hint: 'Which rule gives this term, and with which sign does it enter?',
  };
};

/** a + b + c → a + c: a summand is missing. */
export const lostTerm: EditRule = function* ({ node }) {
  if (node.kind !== 'add') return;
  for (const [at, term] of node.terms.entries()) {
    if (node.terms.length === 2 && term.kind === 'number') continue;
    yield {
      to: add(...node.terms.filter((_, other) => other !== at)),
      mistake: 'lost-term',
      reverse: 'extra-term',
      message: (right, wrong) => `A summand is missing: the rules give ${right} where you have ${wrong}.`,
      hint: 'Through how many places does the variable enter? Each gives a summand.',
    };
  }
};
