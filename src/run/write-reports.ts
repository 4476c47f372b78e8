/** The reports of a run, each in the format and the file that was asked for. */
import { resolve } from 'node:path';
import { writeWhole } from './files.js';
import { runJson } from './json.js';
import { junitXml } from './junit.js';
import { runMarkdown } from './markdown.js';
import { reportHtml } from './report/index.js';
import type { RunResult } from './run.js';

/** Where reports go, by format; only those named are written. */
export interface ReportFiles {
  readonly html?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly report?: string;
}

/** Writes the reports asked for; answers their files. */
export async function writeReports(
  result: RunResult,
  { html, junit, markdown, report }: ReportFiles,
): Promise<readonly string[]> {
  const { outcomes } = result;
  const reports: (readonly [string, string])[] = [];
  if (html !== undefined) reports.push([resolve(html), await reportHtml(outcomes)]);
  if (junit !== undefined) reports.push([resolve(junit), junitXml(outcomes)]);
  if (markdown !== undefined) reports.push([resolve(markdown), runMarkdown(outcomes)]);
  if (report !== undefined) reports.push([resolve(report), `${runJson(result, resolve(report))}\n`]);
  for (const [file, text] of reports) await writeWhole(file, text);
  return reports.map(([file]) => file);
}
