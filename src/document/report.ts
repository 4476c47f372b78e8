/** What came of documents, as text for a terminal, JSON, JUnit XML, Markdown, and annotations of a change on GitHub. */
import {
  counterexampleText,
  errorAnnotation,
  escapeMarkdown,
  escapeXml,
  expectationNote,
  jsonSafe,
  oneLine,
  type Paint,
  statusSign,
} from '../display/index.js';
import { type DocumentResult, type Finding, passes, reasonOf } from './result.js';

/** What did not pass, a paragraph each with `file:line:column`; with `all`, every statement with its verdict. */
export function textReport(results: readonly DocumentResult[], paint: Paint, all: boolean): string {
  const blocks = results.flatMap(({ path, findings }) =>
    findings.flatMap((finding) => {
      const where = paint('bold', `${oneLine(path)}:${finding.line}:${finding.column}`);
      if (!passes(finding)) {
        const head = `${where}: ${paint('red', reasonOf(finding))}: ${oneLine(claimOf(finding))}`;
        return [[head, ...detailsOf(finding).map((line) => `    ${line}`)].join('\n')];
      }
      return all && finding.verdict
        ? [`${where}: ${paint('green', words(finding))}: ${oneLine(claimOf(finding))}`]
        : [];
    }),
  );
  return [...blocks, summary(results, paint)].join('\n');
}

/** `3 derivations, 9 lines in 1 document: 8 proved, 1 refuted. Failed: 1 failure.` */
export function summary(results: readonly DocumentResult[], paint: Paint): string {
  const findings = results.flatMap((result) => result.findings);
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(words(finding), (counts.get(words(finding)) ?? 0) + 1);
  const counted = [...counts].map(([what, count]) => `${count} ${what}`).join(', ');
  const failures = findings.filter((finding) => !passes(finding)).length;
  const derivations = results.reduce((sum, result) => sum + result.derivations, 0);
  const notChecked = results.reduce((sum, result) => sum + result.notChecked, 0);
  const end =
    failures === 0 ? paint('green', 'Passed.') : paint('red', `Failed: ${plural(failures, 'failure')}.`);
  const skipped =
    notChecked === 0
      ? ''
      : ` ${plural(notChecked, 'statement')} behind what could not be read ${notChecked === 1 ? 'was' : 'were'} not checked.`;
  return `${plural(derivations, 'derivation')} in ${plural(results.length, 'document')}${counted && `: ${counted}`}.${skipped} ${end}`;
}

/** `{ passed, documents: [{ path, derivations, notChecked, findings: [{ line, column, kind, text, passed, reason?, … }] }] }` */
export function jsonReport(results: readonly DocumentResult[]): string {
  const documents = results.map(({ findings, ...rest }) => ({
    ...rest,
    findings: findings.map((finding) => ({
      ...finding,
      passed: passes(finding),
      ...(passes(finding) ? {} : { reason: reasonOf(finding) }),
    })),
  }));
  const passed = results.every(({ findings }) => findings.every(passes));
  return JSON.stringify(jsonSafe({ passed, documents }), null, 2);
}

/** A suite for each document, a case for each statement. */
export function junitReport(results: readonly DocumentResult[]): string {
  const suites = results.map(({ path, findings }) => {
    const cases = findings.map((finding) => {
      const { line, column } = finding;
      const start = `    <testcase classname="${escapeXml(path)}" name="${escapeXml(`${line}:${column} ${claimOf(finding)}`)}" file="${escapeXml(path)}" line="${line}" time="0"`;
      if (passes(finding)) return `${start}/>\n`;
      const details = escapeXml(detailsOf(finding).join('\n'));
      return `${start}><failure message="${escapeXml(`${path}:${line}:${column}: ${reasonOf(finding)}`)}">${details}</failure></testcase>\n`;
    });
    const failures = findings.filter((finding) => !passes(finding)).length;
    return `  <testsuite name="${escapeXml(path)}" tests="${cases.length}" failures="${failures}">\n${cases.join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="handgrad check">\n${suites.join('')}</testsuites>\n`;
}

/** The summary, what did not pass, and a table of every statement. */
export function markdownReport(results: readonly DocumentResult[]): string {
  const rows = results.flatMap(({ path, findings }) =>
    findings.map((finding) => {
      const where = escapeMarkdown(`${path}:${finding.line}:${finding.column}`);
      return {
        where,
        finding,
        row: `| ${where} | ${escapeMarkdown(claimOf(finding))} | ${words(finding)} |`,
      };
    }),
  );
  const failures = rows
    .filter(({ finding }) => !passes(finding))
    .map(({ where, finding }) => {
      const details = detailsOf(finding).map((line) => `; ${escapeMarkdown(line)}`);
      return `- **${where}**: ${reasonOf(finding)}: ${escapeMarkdown(claimOf(finding))}${details.join('')}`;
    });
  return [
    escapeMarkdown(summary(results, (_colour, text) => text)),
    '',
    ...(failures.length === 0 ? [] : [...failures, '']),
    ...(rows.length === 0
      ? []
      : ['| place | claim | verdict |', '| --- | --- | --- |', ...rows.map(({ row }) => row), '']),
  ].join('\n');
}

/** An annotation for GitHub of each statement that does not pass. */
export function annotations(results: readonly DocumentResult[]): string {
  return results
    .flatMap(({ path, findings }) =>
      findings
        .filter((finding) => !passes(finding))
        .map((finding) => {
          const { line, column } = finding;
          const [likeliest] = finding.verdict?.diagnoses ?? [];
          const title = `handgrad: ${reasonOf(finding)}${likeliest ? ` (${likeliest.mistake})` : ''}`;
          const message = [claimOf(finding), ...detailsOf(finding)].join('\n');
          return errorAnnotation({ file: path, line, column, title }, message);
        }),
    )
    .join('');
}

/** What was judged, as it was read; of what could not be read, its text. */
function claimOf({ verdict, text }: Finding): string {
  return verdict?.claim ?? text;
}

function words(finding: Finding): string {
  const { verdict } = finding;
  if (!verdict || finding.problem !== undefined) return `✗ ${reasonOf(finding)}`;
  return `${statusSign[verdict.status]} ${verdict.status}${expectationNote(verdict)}`;
}

function detailsOf({ verdict, problem }: Finding): readonly string[] {
  if (problem !== undefined) return problem.split('\n');
  if (!verdict) return [];
  const { counterexample, diagnoses, witnesses } = verdict;
  const [likeliest] = diagnoses;
  const says = counterexample ? [] : witnesses.map(({ name, says }) => `${name}: ${oneLine(says)}`);
  return [
    ...(counterexample ? [counterexampleText(counterexample)] : []),
    ...(likeliest ? [`likely mistake (${likeliest.mistake}): ${oneLine(likeliest.message)}`] : []),
    ...(likeliest && likeliest.hint !== '' ? [oneLine(likeliest.hint)] : []),
    ...says,
  ];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
