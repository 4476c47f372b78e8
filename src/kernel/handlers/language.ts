/** Requests about code that does not run: completion, inspection, whether it is finished. */
import { ok, refused } from '../reply.js';
import type { Handler } from '../session/kernel.js';
import { readCursor, toCodePoints } from './code-points.js';

/** `complete_request`, with the types and the documentation of the matches, as JupyterLab and others show them. */
export const complete: Handler = async (request, kernel) => {
  const asked = readCursor(request.content);
  if (!asked) return refused('complete_request without code; expected code and cursor_pos.');
  const { matches, start, end } = await kernel.child.request<'complete'>({ type: 'complete', ...asked });
  const cursor_start = toCodePoints(asked.code, start);
  const cursor_end = toCodePoints(asked.code, end);
  const types = matches.map(({ text, type, signature, documentation }) => ({
    start: cursor_start,
    end: cursor_end,
    text,
    type,
    ...(signature === undefined ? {} : { signature }),
    ...(documentation === undefined ? {} : { documentation }),
  }));
  return ok({
    matches: matches.map(({ text }) => text),
    cursor_start,
    cursor_end,
    metadata: { _jupyter_types_experimental: types },
  });
};

/** `inspect_request`: signature and documentation of what is at the cursor. */
export const inspect: Handler = async (request, kernel) => {
  const asked = readCursor(request.content);
  if (!asked) return refused('inspect_request without code; expected code and cursor_pos.');
  const level = request.content.detail_level === 1 ? 1 : 0;
  const inspection = await kernel.child.request<'inspect'>({ type: 'inspect', ...asked, level });
  return ok({ found: inspection.found, data: inspection.found ? inspection.data : {}, metadata: {} });
};

/** `is_complete_request`. The reply's `status` is the answer itself, so this one is written by hand. */
export const isComplete: Handler = async (request, kernel) => {
  const { code } = request.content;
  if (typeof code !== 'string') return refused('is_complete_request without code.');
  const answer = await kernel.child.request<'isComplete'>({ type: 'isComplete', code });
  return { ...answer };
};
