/* report-style.js - sheets of paper: in the preview, and printed. They are white in any color scheme.
 * SPDX-License-Identifier: MIT */

export const REPORT_STYLE = `
.print-area { display: none; }
.paper { container: paper / inline-size; max-block-size: 66vh; overflow: auto; margin-block-start: 0.75rem; padding: 0.75rem; background: #6b7780; border-radius: 0.5rem; }
.report-film { color-scheme: light; max-inline-size: 52rem; margin-inline: auto; padding: 1.5rem; background: #fff; color: #000; font-size: 0.8125rem; line-height: 1.35; }
.report-film + .report-film { margin-block-start: 1rem; }
.report-identity { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
.report-film h2 { font-size: 1rem; }
.report-film h3 { margin-block: 0 0.25rem; }
.report-banner { flex: 1 0 100%; font-weight: 650; border-block: 1px solid #000; padding-block: 0.125rem; margin-block: 0.25rem 0.625rem; }
.report-body { display: grid; grid-template-columns: minmax(0, 5fr) minmax(min-content, 4fr); gap: 1rem; align-items: start; }
.report-film figure { margin: 0; }
.report-film figure > canvas { display: block; max-inline-size: 100%; max-block-size: 115mm; block-size: auto; inline-size: auto; }
.report-picture > canvas { inline-size: 100%; object-fit: contain; object-position: left top; }
.report-legend { display: flex; align-items: center; gap: 0.5rem; }
.report-film table { font-size: 0.6875rem; }
.report-film :is(th, td) { padding: 0.125rem; font-size: inherit; border-block-end: 1px solid #bbb; color: #000; }
.report-film :is(td, th) { hyphens: auto; }
.report-film .is-above { font-weight: 700; }
.report-reasons { border: 2px solid #000; padding: 0.375rem 0.5rem; margin-block-end: 0.5rem; }
.report-reasons ul { padding-inline-start: 1rem; list-style: disc; }
.report-maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 0.5rem; margin-block-start: 0.75rem; }
.report-maps canvas { max-block-size: 60mm; }
.report-maps > p { grid-column: 1 / -1; }
.report-origin { margin-block-start: 0.75rem; color: #333; overflow-wrap: anywhere; }
@container paper (width < 46rem) { .report-body { grid-template-columns: minmax(0, 1fr); } }
@media print {
  :host { container-type: normal; block-size: auto; background: none; color-scheme: light; }
  .app, dialog { display: none !important; }
  .print-area { display: block; }
  .report-film { display: table; inline-size: 100%; max-inline-size: none; padding: 0; break-after: page; }
  .report-film header { display: table-header-group; }
  .report-sheet { display: table-row-group; }
  .report-film:last-child { break-after: auto; }
  .report-body { grid-template-columns: minmax(0, 5fr) minmax(min-content, 4fr); }
  .report-film * { print-color-adjust: exact; }
  .report-film tr, .report-film figure { break-inside: avoid; }
}
`;
