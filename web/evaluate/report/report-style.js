/* report-style.js - how the page of a report looks: light, dark, printed. Its plots look so wherever these colors are named.
 * SPDX-License-Identifier: MIT */

export const PLOT_STYLE = `
.plots { display: flex; flex-wrap: wrap; gap: 1rem; } .plots figure { margin: .5rem 0; max-width: 250px; } .plots figcaption { color: var(--quiet); font-size: .8rem; }
.plot text { font: 10px system-ui, sans-serif; fill: var(--quiet); } .plot path { fill: none; stroke: var(--accent); stroke-width: 2; }
.plot .grid { stroke: var(--line); stroke-width: 1; } .plot .chance { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 4 3; } .plot .second { stroke: var(--second); } .plot .whisker { stroke-width: 1; }
.plot .thumbnail, .plot .brightness { stroke: var(--second); stroke-width: 1.5; } .plot .brightness { stroke-dasharray: 2 2; }
.plot .point { fill: var(--paper); stroke: var(--second); stroke-width: 2; } .plot .curve-dot { fill: var(--accent); } .plot .second-dot { fill: var(--second); }
`;

const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2228; --quiet: #5b6670; --line: #d7dde2; --paper: #fff; --accent: #0b6bcb; --second: #b4540a; --limit: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --quiet: #9aa6b0; --line: #36404a; --paper: #14181c; --accent: #6db3ff; --second: #ffac5f; --limit: #e8b64c; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 78rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; } h3 { font-size: 1.1rem; margin-bottom: .2rem; } h4 { margin: 1rem 0 .3rem; }
a { color: var(--accent); } small, .fine { color: var(--quiet); font-size: .85em; }
.notice { border-left: 4px solid var(--limit); padding-left: .8rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: var(--quiet); } dd { margin: 0; } .hash { overflow-wrap: anywhere; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; } thead th { color: var(--quiet); font-weight: 500; white-space: normal; vertical-align: bottom; } tbody th { font-weight: 600; }
code { font-size: .8em; } td code { color: var(--limit); white-space: nowrap; } td:has(code) { white-space: normal; } .limits { padding-left: 1.2rem; color: var(--limit); }
@media print {
  body { max-width: none; padding: 0; font-size: 9pt; } .wide { overflow: visible; } table { font-size: 7.5pt; }
  th, td { white-space: normal; padding-right: .4rem; } tr, figure { break-inside: avoid; } h2, h3, h4, section > p { break-after: avoid; }
}
@page { margin: 1.5cm; }
`;

export const STYLE = [PAGE_STYLE, PLOT_STYLE].join("\n");
