/** Which of the two notations a formula is in: a declared vector or matrix without indices makes it matrix notation. */
import type { Context } from './context.js';
import { MixedNotationError, type Place } from './errors.js';
import { givesWhole, takesWhole } from './functions.js';
import { below, type Syntax } from './syntax.js';

export type Notation = 'index' | 'matrix';

/** The notation of a piece of syntax; a mixture is refused. What has only scalars is index notation. */
export function notationOf(syntax: Syntax, context: Context): Notation {
  const found: { index?: Place; matrix?: Place } = {};
  const waiting: Syntax[] = [syntax];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const marks = markOf(next, context);
    if (marks) found[marks] ??= next;
    waiting.push(...within(next).toReversed());
  }
  if (found.index && found.matrix) refuseMixture(context, found.matrix, found.index);
  return found.matrix ? 'matrix' : 'index';
}

/** The syntax below that is in the same notation: what a function of whole tensors takes has its own. */
function within(syntax: Syntax): readonly Syntax[] {
  if (syntax.kind === 'entry' || (syntax.kind === 'call' && takesWhole(syntax.name))) return [];
  return below(syntax);
}

function markOf(syntax: Syntax, context: Context): Notation | undefined {
  switch (syntax.kind) {
    case 'symbol': {
      const tensor = context.tensor(syntax.name);
      if (!tensor)
        return !syntax.indices && (syntax.name === 'I' || syntax.name === 'ones') ? 'matrix' : undefined;
      if (tensor.dimensions.length === 0) return undefined;
      return syntax.indices ? 'index' : 'matrix';
    }
    case 'entry':
    case 'delta':
    case 'total':
      return 'index';
    case 'transpose':
    case 'ones':
      return 'matrix';
    case 'call':
      return givesWhole(syntax.name) && !syntax.over ? 'matrix' : undefined;
    case 'product':
      return syntax.rest.some(({ sign }) => sign === '⊙' || sign === '⊗') ? 'matrix' : undefined;
    default:
      return undefined;
  }
}

function refuseMixture(context: Context, matrix: Place, index: Place): never {
  const bare = context.shown(matrix);
  const indexed = context.shown(index);
  const later = matrix.start > index.start ? matrix : index;
  throw new MixedNotationError(
    context.text,
    later,
    `\`${bare}\` is matrix notation and \`${indexed}\` index notation: a formula is in one or the other.`,
    `Give \`${bare}\` its indices (x_i, W_ij, (W x)_i, softmax(x)_i), or write everything without: y = W x + b`,
  );
}
