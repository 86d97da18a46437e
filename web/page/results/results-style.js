/* results-style.js - findings, their evidence, and the films that resemble the one that is shown.
 * SPDX-License-Identifier: MIT */

const FINDINGS = `
.findings, .findings tbody, .findings thead { display: block; }
.findings thead tr { display: flex; flex-wrap: wrap; gap: 0 0.625rem; }
.findings thead th { padding: 0; white-space: nowrap; }
.findings thead .why { display: none; }
.findings tbody tr { display: grid; grid-template: "name bar score threshold why" / minmax(0, 1fr) 2.25rem 3rem 2.75rem 1.5rem; align-items: center; gap: 0 0.375rem;
  min-block-size: 2rem; padding: 0.0625rem 0.25rem; border-block-end: 1px solid var(--line); border-inline-start: 4px solid transparent; }
.findings tbody :is(th, td) { padding: 0; border: 0; }
.findings tbody th { grid-area: name; }
.findings .score { display: contents; }
.findings .number { grid-area: score; text-align: end; white-space: nowrap; }
.findings .bar { grid-area: bar; inline-size: auto; }
.findings td.threshold { grid-area: threshold; color: var(--soft); font-size: 0.8125rem; }
.findings td.threshold::before { content: "/ "; }
.findings .why { grid-area: why; }
.findings :is(.against, .logit), .findings tr:not(.is-above) .strength > span:last-child { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.findings .logit { display: none; }
.findings.with-logits tbody .logit { display: block; position: static; inline-size: auto; block-size: auto; clip-path: none; grid-column: 1 / -1; font-size: 0.8125rem; color: var(--soft); }
.findings.with-logits tbody .logit::before { content: attr(data-label) " "; }
.finding { font-weight: 400; min-block-size: 1.75rem; padding: 0.125rem 0.25rem; border-color: transparent; background: none; text-align: start; line-height: 1.2; overflow-wrap: anywhere; hyphens: auto; }
.findings tr.is-above { grid-template: "name name name score" auto "against bar threshold why" auto / auto minmax(1.5rem, 1fr) auto auto; padding-block: 0.1875rem 0.3125rem; border-inline-start-color: var(--above); }
.findings tr.is-above :is(.finding, .number) { font-weight: 650; }
@container evax (width < 75rem) { .findings tr:not(.is-above) .finding { padding-inline: 0; font-size: 0.875rem; } }
.findings tr.is-above .number { font-size: 1.0625rem; }
.findings tr.is-above .bar { inline-size: auto; margin-inline-start: 0.25rem; }
.findings tr.is-above .against { grid-area: against; position: static; inline-size: auto; block-size: auto; clip-path: none; margin-inline-start: 0.25rem; font-size: 0.8125rem; }
.findings tr.is-above .why { font-size: 0.8125rem; color: var(--soft); justify-self: end; }
.findings tr.is-above.validated { background: var(--above-ground); }
.findings tr.is-above:not(.validated) { border-inline-start-style: dotted; }
.findings tr.is-above:not(.validated) :is(.finding, .number, .verdict) { font-weight: 550; }
.findings tr.is-chosen { background: var(--raised); }
.custom { display: inline-block; margin-inline-start: 0.375rem; padding-inline: 0.375rem; border: 1px solid var(--line); border-radius: 1rem; font-size: 0.75rem; font-weight: 400; color: var(--soft); white-space: nowrap; }
.bar { position: relative; display: inline-block; inline-size: 4.5rem; block-size: 0.5rem; border-radius: 1rem; background: var(--raised); box-shadow: inset 0 0 0 1px var(--line); }
.bar::before { content: ""; position: absolute; inset-block: 0; inset-inline-start: 0; inline-size: calc(var(--score) * 100%); border-radius: 1rem 0 0 1rem; background: light-dark(#75889a, #7e93a3); }
.bar.is-above::before { background: var(--above); }
tr:not(.validated) > td > .bar.is-above::before { background: repeating-linear-gradient(135deg, var(--above) 0 2px, transparent 2px 5px); box-shadow: inset 0 0 0 1px var(--above); }
.tick { position: absolute; inset-block: -0.1875rem; inset-inline-start: calc(var(--threshold) * 100%); inline-size: 2px; background: var(--ink); }
.verdict { display: inline-flex; align-items: center; gap: 0.375rem; white-space: nowrap; color: var(--soft); }
.verdict .icon { inline-size: 1em; block-size: 1em; }
.verdict.is-above { color: var(--above); font-weight: 700; }
tr.validated .verdict.is-above .icon { fill: currentColor; }
.strength { display: inline-flex; align-items: center; gap: 0.4375rem; }
.dots { display: inline-block; flex: none; inline-size: 1.375rem; block-size: 0.5rem; border: 1px solid var(--accent); border-radius: 1rem; }
.validated .dots { background: var(--accent); }
.weak > .dots { background: linear-gradient(to right, var(--accent) 40%, transparent 40%); }
.findings + .check { margin-block-start: 0.75rem; }
@media (forced-colors: active) {
  .bar::before, .tick, .validated .dots { forced-color-adjust: none; background: CanvasText; }
  .findings tr.is-chosen { outline: 3px solid Highlight; outline-offset: -3px; }
}
`;

const AROUND = `
.results-message:not(:empty) { margin-block-end: 0.75rem; color: var(--soft); }
.results-message .problem { color: var(--ink); }
.gate { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: 0.375rem 0.75rem; padding: 0.75rem 1rem; border: 1px solid var(--above); border-radius: var(--round); background: var(--above-ground); color: var(--ink); }
.gate > .icon { inline-size: 2rem; block-size: 2rem; color: var(--above); }
.gate h3 { margin: 0; font-size: 1.0625rem; }
.gate > p { grid-column: 1 / -1; }
.gate .actions { margin-block-start: 0.25rem; align-items: center; }
.summary { margin-block: 0 0.5rem; font-size: 0.875rem; color: var(--soft); }
.about { margin-block-start: 0.75rem; display: grid; gap: 0.5rem; }
.about ul { padding-inline-start: 1.25rem; list-style: disc; }
.findings-detail { padding: 0.5rem var(--pad) 0.75rem; background: var(--raised); }
.findings-tab:not(:has(.evidence)) .findings-detail { display: none; }
.evidence header { display: flex; align-items: center; gap: 0.625rem; }
.evidence h2 { margin: 0; font-size: 1rem; }
.evidence .facts { font-size: 0.875rem; }
.evidence .facts > div { grid-template-columns: 6.5rem minmax(0, 1fr); padding-block: 0.0625rem; }
.findings-tab:has(.evidence) .findings-list { display: none; }
@container evax (height >= 34rem) {
  #panel-findings { block-size: 100%; padding: 0; }
  .findings-tab { display: grid; grid-template-rows: minmax(0, 1fr); block-size: 100%; }
  .findings-list { position: relative; padding: 0.625rem var(--pad) 1rem; overflow: auto; }
  .findings-detail { position: relative; overflow: auto; }
}
@container evax (width >= 60rem) and (height >= 44rem) {
  .findings-tab:has(.evidence) { grid-template-rows: minmax(0, 1fr) minmax(0, 1.1fr); }
  .findings-tab:has(.evidence) .findings-list { display: block; }
  .findings-detail { border-block-start: 1px solid var(--line); }
}
.export-ways { display: grid; gap: 0.625rem; margin-block: 0.75rem 1rem; }
.export-ways li { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 0.75rem; }
.export-ways .fine { flex: 1 1 10rem; }
.frame-choice { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem; margin-block-start: 1rem; }
.frame-choice label { display: grid; gap: 0.25rem; font-size: 0.9375rem; }
`;

const SIMILAR = `
.similar { margin-block-start: 1.5rem; }
.similar-films { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: 0.25rem; margin-block-start: 0.75rem; }
.similar-films button { display: grid; grid-template-columns: 4rem minmax(0, 1fr); column-gap: 0.75rem; inline-size: 100%; padding: 0.375rem; text-align: start; }
.similar-films .name { align-self: end; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.similar-films .fine { grid-column: 2; align-self: start; }
.similar .thumbnail { grid-row: span 2; inline-size: 4rem; block-size: 4rem; border-radius: 0.375rem; background: var(--viewport); }
`;

export const RESULTS_STYLE = [FINDINGS, AROUND, SIMILAR].join("\n");
