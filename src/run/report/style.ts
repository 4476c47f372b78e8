/** The style sheet of a report: light and dark as the reader's system is, and on paper. */
export const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; background: Canvas; color: CanvasText; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; margin: 0.5rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.7rem; border-bottom: 1px solid #8886; }
pre { overflow-x: auto; padding: 0.6rem 0.8rem; margin: 0.4rem 0; border-radius: 4px; font-size: 0.85rem; line-height: 1.4; }
pre.source { background: #8881; border: 1px solid #8884; }
pre.output { padding: 0.1rem 0.8rem; }
pre.stderr { border-left: 4px solid #d0452f; }
.cell { margin: 1rem 0; }
.cell > .name { font-size: 0.75rem; opacity: 0.7; }
.cell.failed > .name { opacity: 1; font-weight: bold; }
.output, .math { overflow-x: auto; }
.math { padding: 0.2rem 0; }
.failures { border: 2px solid #d0452f; border-radius: 4px; padding: 0 1rem; }
tr.bad td { font-weight: bold; }
.claims td:nth-child(odd) { white-space: nowrap; }
iframe { width: 100%; border: 1px solid #8884; resize: vertical; background: #fff; }
img { max-width: 100%; }
a { color: inherit; }
@media print {
  :root { color-scheme: light; }
  .output, .math { overflow: visible; }
  /* What is folded on the screen is open on paper. */
  details::details-content { content-visibility: visible; block-size: auto; }
  body { max-width: none; margin: 0; font-size: 11px; }
  pre { white-space: pre-wrap; }
  .cell, tr, .figure { break-inside: avoid; }
}
`;
