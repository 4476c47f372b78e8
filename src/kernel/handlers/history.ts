import type { HistoryEntry } from '../history.js';
import { ok, refused } from '../reply.js';
import type { Handler } from '../session/kernel.js';

/** `history_request`: the last n, a range, or those that match a pattern; with `output`, the results too. */
export const history: Handler = ({ content }, { history: past }) => {
  const count = typeof content.n === 'number' ? content.n : undefined;
  const number = (name: string): number | undefined =>
    typeof content[name] === 'number' ? (content[name] as number) : undefined;
  const pattern = typeof content.pattern === 'string' ? content.pattern : '*';
  let entries: readonly HistoryEntry[];
  switch (content.hist_access_type) {
    case 'tail':
      entries = past.tail(count ?? 1000);
      break;
    case 'range':
      entries = past.range(number('session') ?? 0, number('start') ?? 0, number('stop'));
      break;
    case 'search':
      entries = past.search(pattern, count, content.unique === true);
      break;
    default:
      return refused(
        `hist_access_type is ${JSON.stringify(content.hist_access_type)}; expected tail, range or search.`,
      );
  }
  const withOutput = content.output === true;
  return ok({
    history: entries.map(({ session, line, input, output }) => [
      session,
      line,
      withOutput ? [input, output] : input,
    ]),
  });
};
