/** The outcome of a run as JUnit XML, the format that CI systems read. */
import { counterexampleText, escapeXml, expectationNote, meetsExpectation } from '../display/index.js';
import { type CellOutcome, cellName, failed, failuresOf, type NotebookOutcome } from './outcome.js';

/** A suite for each notebook; a case for each claim, and for each cell that failed or was skipped. */
export function junitXml(outcomes: readonly NotebookOutcome[]): string {
  const suites = outcomes.map((outcome) => {
    const cases = [...startCase(outcome), ...outcome.cells.flatMap((cell) => casesOf(outcome, cell))];
    const failures = failuresOf(outcome).length;
    const seconds = (outcome.milliseconds / 1000).toFixed(3);
    return (
      `  <testsuite name="${escapeXml(outcome.path)}" tests="${cases.length}" failures="${failures}" time="${seconds}">\n` +
      `${cases.map((one) => `    ${one}\n`).join('')}  </testsuite>\n`
    );
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="handgrad">\n${suites.join('')}</testsuites>\n`;
}

function startCase({ path, startError }: NotebookOutcome): readonly string[] {
  return startError === undefined ? [] : [testCase(path, 'kernel start', 0, failure(startError, ''))];
}

function casesOf({ path }: NotebookOutcome, cell: CellOutcome): readonly string[] {
  const suite = `${path}, ${cellName(cell)}`;
  const claims = cell.verdicts.map((verdict) => {
    const status = `${verdict.status}${expectationNote(verdict)}`;
    const details = [
      ...(verdict.counterexample ? [counterexampleText(verdict.counterexample)] : []),
      ...verdict.diagnoses.slice(0, 1).map(({ mistake, message }) => `${mistake}: ${message}`),
      ...verdict.witnesses.map(({ name, says }) => `${name}: ${says}`),
    ];
    return testCase(
      suite,
      verdict.claim,
      0,
      meetsExpectation(verdict) ? '' : failure(status, details.join('\n')),
    );
  });
  if (cell.status === 'skipped' || cell.status === 'not-run') {
    return [...claims, testCase(suite, 'cell', 0, `<skipped message="${cell.status}"/>`)];
  }
  if (!failed(cell)) return claims;
  const { error } = cell;
  const said = error ? `${error.ename}: ${error.evalue}` : cell.status;
  return [
    ...claims,
    testCase(suite, 'cell', cell.milliseconds, failure(said, error?.traceback.join('\n') ?? '')),
  ];
}

function testCase(suite: string, name: string, milliseconds: number, content: string): string {
  const seconds = (milliseconds / 1000).toFixed(3);
  const start = `<testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}" time="${seconds}"`;
  return content === '' ? `${start}/>` : `${start}>${content}</testcase>`;
}

function failure(message: string, details: string): string {
  return `<failure message="${escapeXml(message)}">${escapeXml(details)}</failure>`;
}
