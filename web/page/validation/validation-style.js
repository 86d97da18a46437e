/* validation-style.js - the validation view: controls above, then the report's table, which scrolls by itself where it is
 * too wide.
 * SPDX-License-Identifier: MIT */
import { PLOT_STYLE } from "../../evaluate/report/report-style.js";

const VIEW = `
.validation { align-content: start; }
.validation > * + *, .validation-report > * + * { margin-block-start: 0.625rem; }
.validation > .fine, .validation .warning { max-inline-size: 46rem; }
.validation progress { max-inline-size: 30rem; }
.options, .table-choice { padding: 0.5rem var(--pad) 0.75rem; border: 1px solid var(--line); border-radius: var(--round); background: var(--sheet); }
.options h3 { margin-block: 0 0.25rem; }
.table-choice > summary { cursor: pointer; font-weight: 600; }
.rule-row:not([hidden]) { display: flex; flex-wrap: wrap; align-items: end; gap: 0.375rem 0.75rem; margin-block-start: 0.375rem; }
.rule-row label:not([hidden]) { display: grid; min-inline-size: 0; }
.rule-row input { inline-size: 8rem; }
.measure-choice > .actions { margin-block: 0.25rem 0.625rem; }
.add-rule { margin-inline-start: -0.625rem; }
:is(.options, .table-choice) select { min-block-size: 2.25rem; max-inline-size: 100%; padding: 0.125rem 0.5rem; border: 1px solid var(--soft); border-radius: 0.375rem; background: var(--sheet); }
.table-choice fieldset { display: flex; flex-wrap: wrap; gap: 0.125rem 1rem; margin: 0.625rem 0 0; padding: 0; border: 0; min-inline-size: 0; }
.table-choice legend { padding: 0; }
.mapping .check { overflow-wrap: anywhere; }
.validation-report tbody th button { padding: 0; min-block-size: 1.75rem; text-align: start; text-decoration: underline; text-underline-offset: 0.2em; }
.validation-report table { border-collapse: collapse; background: var(--sheet); font-variant-numeric: tabular-nums; }
.validation-report :is(th, td) { padding: 0.375rem 0.625rem; border-block-end: 1px solid var(--line); text-align: start; vertical-align: top; }
.validation-report td:nth-child(n + 5):nth-child(-n + 8) { white-space: nowrap; }
.report-detail section { padding: 0.75rem var(--pad); border: 1px solid var(--line); border-radius: var(--round); background: var(--sheet); }
.report-detail, .report-against { --quiet: var(--soft); --paper: var(--sheet); --second: light-dark(#b4540a, #ffac5f); overflow-x: auto; }
:is(.report-detail, .report-against) h4 { margin-block: 1rem 0.25rem; }
:is(.report-detail, .report-against) small { color: var(--soft); }
.report-detail ul.limits { min-inline-size: 0; padding-inline-start: 1.25rem; list-style: disc; }
.wide { overflow-x: auto; }
.wide table { font-size: 0.8125rem; white-space: nowrap; }
.validation-report .limits { min-inline-size: 16rem; color: var(--above); }
.validation-report details ul { padding-inline-start: 1.25rem; list-style: disc; overflow-wrap: anywhere; }
`;

export const VALIDATION_STYLE = [VIEW, PLOT_STYLE].join("\n");
