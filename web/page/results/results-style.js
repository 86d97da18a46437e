/* results-style.js - findings, their evidence, and the films that resemble the one that is shown.
 * SPDX-License-Identifier: MIT */

export const RESULTS_STYLE = `
table { inline-size: 100%; border-collapse: collapse; font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
th { text-align: start; font-weight: 550; }
thead th { color: var(--soft); font-size: 0.8125rem; font-weight: 550; padding: 0.25rem 0.5rem; vertical-align: bottom; line-height: 1.25; }
thead tr { border-block-end: 1px solid var(--line); }
thead .why { padding-block-end: 0.625rem; }
thead button { min-block-size: 1.75rem; padding: 0 0.125rem; border: 0; background: none; text-align: start; font-weight: 550; }
thead button:hover { background: none; color: var(--accent); }
th[aria-sort="ascending"] button::after { content: " \\2191"; }
th[aria-sort="descending"] button::after { content: " \\2193"; }
tbody th, td { padding: 0.4375rem 0.5rem; border-block-end: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > * { border-block-end: 0; }
.findings tr.is-above { background: var(--above-ground); }
.findings tr.is-above th { font-weight: 700; }
.findings .logit { display: none; }
.findings.with-logits .logit { display: table-cell; }
.findings .score { white-space: nowrap; }
.number { display: inline-block; min-inline-size: 3.75em; margin-inline-end: 0.375em; }
tr.is-above .number { font-weight: 700; }
.bar { position: relative; display: inline-block; inline-size: clamp(3rem, 5vw, 6rem); block-size: 0.5rem; border-radius: 1rem; background: var(--raised); box-shadow: inset 0 0 0 1px var(--line); vertical-align: 0.0625rem; }
.bar::before { content: ""; position: absolute; inset-block: 0; inset-inline-start: 0; inline-size: calc(var(--score) * 100%); border-radius: 1rem; background: light-dark(#75889a, #7e93a3); }
.bar.is-above::before { background: var(--above); }
.tick { position: absolute; inset-block: -0.25rem; inset-inline-start: calc(var(--threshold) * 100%); inline-size: 2px; background: var(--ink); }
.verdict { display: inline-flex; align-items: center; gap: 0.375rem; white-space: nowrap; color: var(--soft); }
.verdict .icon { inline-size: 1em; block-size: 1em; }
.verdict.is-above { color: var(--above); font-weight: 700; }
.verdict.is-above .icon { fill: currentColor; }
.evidence summary { cursor: pointer; list-style: none; }
.evidence summary::-webkit-details-marker { display: none; }
.evidence summary:hover .strength { text-decoration: underline; text-underline-offset: 0.2em; }
.strength { display: inline-flex; align-items: center; gap: 0.4375rem; }
.dots { display: inline-block; inline-size: 1.375rem; block-size: 0.5rem; border: 1px solid var(--accent); border-radius: 1rem; }
.validated .dots { background: var(--accent); }
.weak .dots { background: linear-gradient(to right, var(--accent) 40%, transparent 40%); }
.strength::after { content: "\\25be"; color: var(--soft); font-size: 0.75em; }
.evidence[open] .strength::after { content: "\\25b4"; }
.brief { display: block; min-inline-size: 8.5rem; font-size: 0.8125rem; color: var(--soft); }
.evidence .facts { font-size: 0.8125rem; margin-block-start: 0.375rem; }
.evidence .facts > div { grid-template-columns: 5.5rem 1fr; padding-block: 0.125rem; }
.evidence p { font-size: 0.8125rem; color: var(--soft); margin-block-start: 0.375rem; }
.findings + .check { margin-block-start: 0.75rem; }
.results-message:not(:empty) { margin-block-start: 0.75rem; color: var(--soft); }
.results-message .problem { color: var(--ink); }
.summary { margin-block: 0.5rem 1rem; }
.done { margin-block-start: 0.5rem; display: grid; gap: 0.5rem; }
.done ul { padding-inline-start: 1.25rem; list-style: disc; }
.similar { margin-block-start: 1.5rem; }
.similar-films { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: 0.25rem; margin-block-start: 0.75rem; }
.similar-films button { display: grid; grid-template-columns: 4rem minmax(0, 1fr); column-gap: 0.75rem; inline-size: 100%; padding: 0.375rem; text-align: start; }
.similar-films .name { align-self: end; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.similar-films .fine { grid-column: 2; align-self: start; }
.similar .thumbnail { grid-row: span 2; inline-size: 4rem; block-size: 4rem; border-radius: 0.375rem; background: var(--viewport); }
.frame-choice { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem; margin-block-start: 1rem; }
.frame-choice label, .training-name { display: grid; gap: 0.25rem; max-width: 26rem; font-size: 0.9375rem; }
.frame-choice input, .training-name input { min-block-size: 2.5rem; padding: 0.25rem 0.75rem; border: 1px solid var(--soft); border-radius: 0.5rem; background: var(--sheet); color: var(--ink); font: inherit; }
.custom { display: inline-block; margin-inline-start: 0.5rem; padding-inline: 0.375rem; border: 1px solid var(--line); border-radius: 1rem; font-size: 0.75rem; font-weight: 400; color: var(--soft); white-space: nowrap; }
`;
