/** Derivations in Markdown and LaTeX documents, checked. The command line adds `handgrad check` with `addCheckCommand(program)`. */
export { checkDocuments, checkText } from './check-documents.js';
export { addCheckCommand } from './command.js';
export { DocumentError, type Kind } from './files.js';
export { annotations, jsonReport, junitReport, markdownReport, textReport } from './report.js';
export { type DocumentResult, type Finding, passes, reasonOf } from './result.js';
