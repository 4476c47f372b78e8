// What a person sees while something takes longer than a second. All of it on stderr.

const silentMilliseconds = 1000;

/**
 * Runs `work` under a title. Nothing is printed if it takes less than a second; on a terminal one line is rewritten
 * every second, elsewhere (CI) a line is added every ten.
 * @template T
 * @param {string} title
 * @param {(say: (detail: string) => void) => Promise<T>} work gets a function to say how far it is
 * @returns {Promise<T>}
 */
export async function withProgress(title, work) {
  const started = Date.now();
  const terminal = process.stderr.isTTY === true;
  let detail = '';
  let shown = false;
  const show = () => {
    shown = true;
    const line = `${title}: ${detail || '…'} (${seconds(started)})`;
    process.stderr.write(terminal ? `\r\u001b[2K${clip(line)}` : `${line}\n`);
  };
  const first = setTimeout(show, silentMilliseconds);
  const rest = setInterval(show, terminal ? 1000 : 10_000);
  let how = 'failed';
  try {
    const result = await work((said) => {
      detail = said;
    });
    how = 'done';
    return result;
  } finally {
    clearTimeout(first);
    clearInterval(rest);
    if (shown)
      process.stderr.write(`${terminal ? '\r\u001b[2K' : ''}${title}: ${how} (${seconds(started)})\n`);
  }
}

/** @param {number} started */
function seconds(started) {
  return `${Math.round((Date.now() - started) / 1000)} s`;
}

/** A line must not wrap, or it could not be rewritten. @param {string} line */
function clip(line) {
  const width = (process.stderr.columns ?? 80) - 1;
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}
