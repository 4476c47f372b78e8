/** Something else at one place: the argument for the function, one name for another, an offset turned round. */
import {
  type Call,
  type Expr,
  freeIndices,
  type Index,
  simpleId,
  type TensorRef,
  tensor,
} from '../../../formula/index.js';
import type { Problem } from '../problem.js';
import type { Scope } from '../sampler.js';
import type { EditRule } from './edits.js';

/** tanh(u) → u: a function forgotten on the way, as opposed to its derivative. */
export const lostFunction: EditRule = function* ({ node, parents }) {
  const [argument, more] = node.kind === 'call' ? node.args : [];
  if (node.kind !== 'call' || argument === undefined || more !== undefined || parents.length === 0) return;
  yield {
    to: argument,
    mistake: 'lost-function',
    reverse: 'none',
    message: (right, wrong) =>
      `The function ${node.name} is missing: you have ${wrong} where the rules give ${right}.`,
    hint: `Where does ${node.name} stand in the definition, and which of its arguments or results enters here?`,
  };
};

/** U_ib → V_ib: another name of the same shape, also for a function of one (H_j for tanh(C_j)). */
export const otherName: EditRule = function* ({ node, scope }, problem) {
  if (node.kind !== 'tensor' && node.kind !== 'call') return;
  const ids = node.kind === 'tensor' ? node.indices.map(simpleId) : freeIndices(node);
  const known = ids.flatMap((id) => (id === undefined ? [] : [id]));
  if (known.length === 0 || known.length < ids.length) return;
  for (const name of sameShape(problem, node, known, scope)) {
    yield {
      to: tensor(name, ...known),
      mistake: 'other-name',
      // a name for a function of names is further from what was written
      later: node.kind === 'tensor' ? 0 : 0.7,
      message: (right, wrong) =>
        `One name stands for another: you have ${wrong} where the rules give ${right}.`,
      hint: 'Which of the two does the definition have at this place?',
    };
  }
};

/** Names with a value at the points whose axes are those of the indices. */
function sameShape(problem: Problem, node: TensorRef | Call, ids: readonly string[], scope: Scope): string[] {
  const wanted = ids.map((id) => scope.get(id)).join();
  return [...problem.declarations.tensors.values()]
    .filter(
      ({ name, dimensions }) =>
        dimensions.join() === wanted && !(node.kind === 'tensor' && node.name === name),
    )
    .map(({ name }) => name)
    .filter((name) => problem.isAtHand(tensor(name, ...ids)));
}

/** g_{j−a} → g_{j+a}: an offset that goes the other way, the kernel of a convolution not turned round. */
export const turnedOffset: EditRule = function* ({ node }) {
  if (node.kind !== 'tensor') return;
  const turned = node.indices.map(otherWay);
  if (turned.every((index, axis) => index === node.indices[axis])) return;
  const to: Expr = { ...node, indices: turned };
  yield {
    to,
    mistake: 'offset-sign',
    message: (right, wrong) =>
      `An offset goes the other way: you have ${wrong} where the rules give ${right}. What a kernel does forwards, its gradient does backwards.`,
    hint: 'Which outputs does this one entry reach? Write two of them out.',
  };
};

/** j − a for j + a; an index without an offset is left as it is. */
function otherWay(index: Index): Index {
  const [first, ...rest] = index.parts;
  if (first === undefined || rest.length === 0) return index;
  return {
    ...index,
    parts: [first, ...rest.map((part) => ({ ...part, sign: part.sign === 1 ? -1 : 1 }) as const)],
  };
}
