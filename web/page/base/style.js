/* style.js - the style sheet: light and dark, from 320 px width up, and in print.
 *
 * It is a constructed style sheet, so that it works unbundled, in every bundler, and under a policy that
 * allows no inline styles. Lengths are in rem and sides are logical: it follows the reader's font size
 * and text direction.
 * SPDX-License-Identifier: MIT */

const TOKENS = `
:host {
  color-scheme: light dark;
  --ground: light-dark(#f4f6f7, #0f1519);
  --sheet: light-dark(#ffffff, #172026);
  --raised: light-dark(#eef2f3, #202b32);
  --ink: light-dark(#16202a, #e4ebef);
  --soft: light-dark(#4e5a66, #a3b1bb);
  --line: light-dark(#d6dde1, #2f3c45);
  --accent: light-dark(#0d5c6b, #7fd0de);
  --on-accent: light-dark(#ffffff, #06242b);
  --above: light-dark(#8a4300, #f2b467);
  --above-ground: light-dark(#fdf3e6, #2b2318);
  --good: light-dark(#1d6544, #85d3ab);
  --viewport: #05080a;
  --round: 0.625rem;
  display: block;
  min-height: 100vh;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  text-align: start;
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
`;

const TEXT = `
h2, h3, p, ul, ol, dl, dd { margin: 0; padding: 0; }
h2 { font-size: 1.125rem; line-height: 1.3; font-weight: 650; }
h3, .minor { font-size: 0.9375rem; font-weight: 650; margin-block: 1.25rem 0.375rem; }
h2:focus { outline: none; }
ul, ol { list-style: none; }
code, kbd { font: 0.875em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.hash { overflow-wrap: anywhere; color: var(--soft); }
.fine { font-size: 0.875rem; color: var(--soft); }
.lead { font-size: 1.0625rem; color: var(--soft); max-width: 38rem; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { inline-size: 1.25em; block-size: 1.25em; flex: none; fill: none; stroke: currentColor;
  stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; vertical-align: -0.25em; }
`;

const CONTROLS = `
button, input, textarea, select { font: inherit; color: inherit; }
button { min-block-size: 2.5rem; padding: 0.375rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem;
  background: var(--sheet); cursor: pointer; line-height: 1.25; }
button:hover { background: var(--raised); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.primary:hover { filter: brightness(1.08); }
button.quiet { min-block-size: 2.25rem; padding: 0.25rem 0.625rem; border-color: transparent;
  background: transparent; color: var(--accent); }
button.quiet:hover { background: var(--raised); }
button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.375rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.625rem; margin-block-start: 1rem; }
.check { display: inline-flex; align-items: center; gap: 0.5rem; font-size: 0.9375rem; min-block-size: 2rem; }
input[type="checkbox"] { inline-size: 1.125rem; block-size: 1.125rem; accent-color: var(--accent); }
input[type="range"] { accent-color: var(--accent); inline-size: 100%; }
progress { appearance: none; inline-size: 100%; block-size: 0.625rem; border: 0; border-radius: 1rem;
  overflow: hidden; background: var(--raised); color: var(--accent); }
progress::-webkit-progress-bar { background: var(--raised); }
progress::-webkit-progress-value { background: var(--accent); transition: inline-size 0.2s; }
progress::-moz-progress-bar { background: var(--accent); }
`;

const FRAME = `
.top { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
  gap: 0.25rem 1rem; padding: 0.625rem clamp(1rem, 3vw, 2.5rem); background: var(--sheet); }
.brand { font-weight: 650; font-size: 1.0625rem; letter-spacing: -0.005em; }
.banner { position: sticky; inset-block-start: 0; z-index: 2; padding: 0.375rem clamp(1rem, 3vw, 2.5rem);
  background: var(--above-ground); color: var(--above); font-size: 0.875rem; font-weight: 600;
  border-block: 1px solid light-dark(#f0dcc0, #43351f); }
.seal { padding-inline: clamp(1rem, 3vw, 2.5rem); border-block-end: 1px solid var(--line);
  background: var(--sheet); font-size: 0.875rem; }
.seal summary { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 0.625rem;
  padding-block: 0.5rem; cursor: pointer; list-style: none; }
.seal summary::-webkit-details-marker { display: none; }
.seal .long { color: var(--soft); }
.seal .check-link { color: var(--accent); text-decoration: underline; text-underline-offset: 0.2em; }
.seal[data-state="sealed"] summary > .icon, .seal[data-state="sealed"] summary > strong { color: var(--good); }
.seal[data-state="unenforced"] summary > .icon, .seal[data-state="unenforced"] summary > strong { color: var(--above); }
.seal-more { max-width: 60rem; padding-block-end: 1rem; }
.seal-more ul { padding-inline-start: 1.25rem; list-style: disc; }
.seal-more p + ul { margin-block-start: 0.5rem; }
.seal-more li { margin-block: 0.125rem; }
.seal-more .tried { display: flex; flex-wrap: wrap; gap: 0.125rem 1.25rem; list-style: none; padding: 0; }
.main { padding: clamp(1rem, 3vw, 2.5rem); }
`;

const SHEETS = `
.sheet { max-width: 46rem; margin-inline: auto; padding: clamp(1.25rem, 4vw, 3rem); background: var(--sheet);
  border: 1px solid var(--line); border-radius: var(--round); }
.sheet.narrow { max-width: 34rem; }
.sheet > h2 { font-size: clamp(1.375rem, 3vw, 1.75rem); letter-spacing: -0.015em; margin-block-end: 0.625rem; text-wrap: balance; }
.sheet > ul:not(.promises) { padding-inline-start: 1.25rem; list-style: disc; margin-block-start: 1rem; }
.promises { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr)); gap: 1rem 1.5rem; margin-block: 1.75rem; }
.promises li { display: flex; gap: 0.625rem; }
.promises .icon { inline-size: 1.5rem; block-size: 1.5rem; color: var(--accent); margin-block-start: 0.0625rem; }
.promises strong, .promises span { display: block; font-size: 0.9375rem; }
.promises span { color: var(--soft); }
.facts { font-size: 0.9375rem; }
.facts > div { display: grid; grid-template-columns: 9rem 1fr; gap: 0 1rem; padding-block: 0.3125rem; }
.facts dt { color: var(--soft); }
.facts dd { overflow-wrap: anywhere; }
.sheet > .facts { border-block: 1px solid var(--line); padding-block: 0.5rem; }
.notice { margin-block-start: 1.5rem; padding: 1rem 1.25rem; border-radius: var(--round);
  background: var(--above-ground); border-inline-start: 4px solid var(--above); }
.notice h3 { margin: 0 0 0.25rem; color: var(--above); }
.sheet > .actions { margin-block-start: 1.5rem; }
.own-model { background: var(--raised); border-inline-start-color: var(--accent); }
.own-model h3 { color: var(--accent); }
.own-model > * + * { margin-block-start: 0.5rem; }
.kept h4 { margin: 0; font-size: 0.9375rem; }
.kept li, .choices li { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; padding-block: 0.25rem; }
.kept-model, .choices button { text-align: start; overflow-wrap: anywhere; }
.sheet > ul.choices { list-style: none; padding: 0; }
.labels-question .warning { margin-block: 0.75rem; }
.stacked { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem; margin-block-start: 1rem; font-size: 0.9375rem; }
.stacked textarea { padding: 0.5rem 0.75rem; border: 1px solid var(--soft); border-radius: 0.5rem; background: var(--sheet);
  font-size: 1rem; inline-size: 100%; resize: vertical; }
.counted { margin-block-start: 0.25rem; min-block-size: 1.5em; }
button:disabled { opacity: 0.55; cursor: default; }
dialog > p { margin-block-start: 0.75rem; max-width: 44rem; }
dialog > .choices { margin-block-start: 0.75rem; }
.bytes { margin-block: 0.5rem 1.25rem; font-variant-numeric: tabular-nums; min-block-size: 1.5em; }
.steps li { display: flex; align-items: center; gap: 0.625rem; padding-block: 0.1875rem; color: var(--soft); }
.steps .icon { opacity: 0; color: var(--good); }
.steps .is-done .icon { opacity: 1; }
.steps .is-now { color: var(--ink); font-weight: 600; }
.problem { display: flex; gap: 0.875rem; }
.problem > .icon { inline-size: 1.75rem; block-size: 1.75rem; color: var(--above); }
.problem > div { min-width: 0; }
.problem h2 { overflow-wrap: anywhere; }
.problem p { margin-block-start: 0.5rem; overflow-wrap: anywhere; }
.problem .what { color: var(--above); font-weight: 600; }
.warning { display: flex; gap: 0.625rem; padding: 0.75rem 1rem; margin-block-end: 0.75rem; border-radius: 0.5rem;
  background: var(--above-ground); color: var(--above); font-size: 0.9375rem; }
`;

const WORK = `
.workspace { display: grid; gap: 1.5rem; max-width: 90rem; margin-inline: auto; }
.entry { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); align-content: start; }
.model-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 1.25rem; font-size: 0.9375rem; min-block-size: 2.25rem; }
.model-bar p { overflow-wrap: anywhere; }
.without-thresholds :is(.threshold, .against, .verdict) { display: none; }
.order-note { margin-block-end: 0.5rem; }
.intake { padding: 1.25rem 1.5rem; border: 2px dashed var(--line); border-radius: var(--round);
  background: var(--sheet); text-align: center; }
.intake.is-over { border-color: var(--accent); background: var(--raised); }
.intake > .icon { inline-size: 2.25rem; block-size: 2.25rem; color: var(--accent); }
.intake .drop-head { font-size: 1.25rem; font-weight: 650; }
.intake .actions { justify-content: center; }
.empty .intake { padding: clamp(2rem, 7vh, 5rem) 1.5rem; }
.workspace:not(.empty) .intake > .icon, .workspace:not(.empty) .drop-head + .fine,
.workspace:not(.empty) .examples li > .fine, .workspace:not(.empty) .examples > p { display: none; }
.workspace:not(.empty) .intake { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
  gap: 0.5rem 1.5rem; padding: 0.75rem 1.25rem; }
.workspace:not(.empty) .intake .actions { margin: 0; }
.workspace:not(.empty) .intake .drop-head { font-size: 1rem; }
.examples { margin-block-start: 1.75rem; }
.workspace:not(.empty) .examples { margin: 0; }
.examples ul { display: flex; flex-wrap: wrap; justify-content: center; gap: 0.5rem 1.25rem; margin-block-start: 0.25rem; }
.workspace:not(.empty) .examples ul { gap: 0; margin: 0; }
.examples li { max-width: 18rem; }
.examples li > .fine { display: block; font-size: 0.8125rem; }
.film-list header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.875rem; margin-block-end: 0.375rem; }
.film-list header .fine { margin-inline-end: auto; }
.films { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 0.375rem; max-block-size: 11rem; overflow: auto; padding: 0.25rem; }
.films li { display: flex; align-items: center; gap: 0.125rem; min-width: 0; content-visibility: auto; contain-intrinsic-block-size: 2.75rem; }
.films .film { flex: 1; display: flex; align-items: center; gap: 0.5rem; min-width: 0; padding-inline: 0.75rem; text-align: start; font-size: 0.9375rem; }
.films .name { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.films .status { font-size: 0.8125rem; color: var(--soft); white-space: nowrap; }
.films .done .icon { color: var(--good); }
.films .failed .icon, .films .failed .status { color: var(--above); }
.films .film[aria-current="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.panes { display: grid; grid-template-columns: minmax(0, 9fr) minmax(0, 14fr); gap: 1.5rem; align-items: start; }
.viewer, .results, .exports { background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); overflow: hidden; }
.viewer { position: sticky; inset-block-start: 3.25rem; }
.viewport { position: relative; block-size: min(56vh, 42rem); background: var(--viewport); touch-action: none; cursor: grab; }
.viewport:active { cursor: grabbing; }
.viewport:focus-visible { outline-offset: -4px; outline-color: #7fd0de; border-radius: 0; }
.viewport canvas { display: block; inline-size: 100%; block-size: 100%; }
.viewport ::slotted(*) { position: absolute; inset: 0; pointer-events: none; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; padding: 0.5rem 0.625rem 0; }
.tools button { min-inline-size: 2.25rem; font-size: 0.9375rem; }
.sliders { flex: 1 1 16rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; padding-inline: 0.375rem; }
.sliders label { flex: 1 1 7rem; display: flex; align-items: center; gap: 0.5rem; font-size: 0.875rem; color: var(--soft); }
.viewer:has(.attention-more:not([hidden])) { position: static; }
.attention { padding: 0 0.625rem 0.75rem; font-size: 0.9375rem; }
.attention-more { display: grid; gap: 0.5rem; padding: 0.375rem 0.375rem 0; }
.attention-row { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem 1rem; }
.attention-row label { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 0.5rem; }
.attention-row label.check { flex-wrap: nowrap; }
.attention-row label > span { font-size: 0.875rem; color: var(--soft); }
.attention-row canvas { inline-size: 15rem; max-inline-size: 100%; block-size: 0.875rem; border: 1px solid var(--line); }
.attention-row.fine { gap: 0.25rem 0.5rem; }
select { min-block-size: 2.25rem; max-inline-size: 100%; padding: 0.25rem 0.5rem; border: 1px solid var(--line);
  border-radius: 0.5rem; background: var(--sheet); }
.viewer-note { padding: 0.375rem 1rem 0.75rem; font-size: 0.8125rem; color: var(--soft); }
.viewer-units { padding: 0.375rem 1rem 0; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.viewer-units:empty { display: none; }
.side { display: grid; gap: 1.5rem; }
.results, .exports { padding: 1.25rem 1.5rem; }
.results-message:not(:empty) { margin-block-start: 0.75rem; color: var(--soft); }
.results-message .problem { color: var(--ink); }
.summary { margin-block: 0.5rem 1rem; max-width: 46rem; }
.done { margin-block-start: 0.5rem; display: grid; gap: 0.5rem; }
.done ul { padding-inline-start: 1.25rem; list-style: disc; }
`;

const LEARN = `
.similar, .training { background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); padding: 1.25rem 1.5rem; }
.similar-films { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: 0.25rem; margin-block-start: 0.75rem; }
.similar-films button { display: grid; grid-template-columns: 4rem minmax(0, 1fr); column-gap: 0.75rem; inline-size: 100%; padding: 0.375rem; text-align: start; }
.similar-films .name { align-self: end; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.similar-films .fine { grid-column: 2; align-self: start; }
.thumbnail { grid-row: span 2; inline-size: 4rem; block-size: 4rem; border-radius: 0.375rem; background: var(--viewport); }
.training { scroll-margin-block-start: 4rem; }
.training > summary { cursor: pointer; }
.training > summary h2 { display: inline-block; }
.training > .lead { margin-block: 0.5rem 1rem; max-width: 46rem; }
.frame-choice { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem; margin-block-start: 1rem; }
.frame-choice label, .training-name { display: grid; gap: 0.25rem; max-width: 26rem; font-size: 0.9375rem; }
.frame-choice input, .training-name input { min-block-size: 2.5rem; padding: 0.25rem 0.75rem; border: 1px solid var(--soft); border-radius: 0.5rem; background: var(--sheet); color: var(--ink); font: inherit; }
.training-set { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 1rem; margin-block: 1rem; }
.training-class { padding: 1rem; border: 2px dashed var(--line); border-radius: var(--round); }
.training-class.is-over { border-color: var(--accent); background: var(--raised); }
.training-class header, .head header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.875rem; }
.training-class h3, .head h3 { margin: 0 auto 0 0; overflow-wrap: anywhere; }
.training-class .actions { margin-block: 0.5rem; }
.training-films { max-block-size: 13rem; overflow: auto; }
.training-films li { display: flex; align-items: center; gap: 0.5rem; min-width: 0; font-size: 0.9375rem; }
.training-films .name { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.training-films button { min-block-size: 1.75rem; }
.training-films .failed { color: var(--above); }
.head { margin-block-start: 1.25rem; padding-block-start: 1.25rem; border-block-start: 1px solid var(--line); }
.head header { margin-block-end: 0.5rem; }
.head-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 0.5rem 2rem; }
.head-figures figure { margin: 0; max-width: 24rem; }
.curve { inline-size: 100%; font-size: 11px; }
.curve text { fill: var(--soft); }
.curve path { fill: none; stroke-width: 2; }
.curve .grid { stroke: var(--line); stroke-width: 1; }
.curve .draws { stroke: var(--line); stroke-width: 6; }
.curve .prototype { stroke: var(--soft); stroke-dasharray: 4 3; }
.curve .head { stroke: var(--accent); }
.curve circle { fill: var(--accent); }
.custom { display: inline-block; margin-inline-start: 0.5rem; padding-inline: 0.375rem; border: 1px solid var(--line); border-radius: 1rem; font-size: 0.75rem; font-weight: 400; color: var(--soft); white-space: nowrap; }
`;

const TABLE = `
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
.bar::before { content: ""; position: absolute; inset-block: 0; inset-inline-start: 0; inline-size: calc(var(--score) * 100%); min-inline-size: 0.25rem; border-radius: 1rem; background: light-dark(#75889a, #7e93a3); }
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
`;

const DIALOGS = `
dialog { inline-size: min(64rem, calc(100vw - 2rem)); max-block-size: calc(100vh - 4rem); padding: 1.25rem 1.75rem 2rem;
  border: 1px solid var(--line); border-radius: var(--round); background: var(--sheet); color: var(--ink); }
dialog::backdrop { background: rgb(5 10 14 / 55%); }
dialog > header { display: flex; justify-content: space-between; align-items: center; }
dialog > header h2 { font-size: 1.375rem; }
dialog textarea { inline-size: 100%; margin-block-start: 0.75rem; background: var(--ground); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem; }
.scroll { overflow: auto; margin-block-start: 0.5rem; }
.scroll table { font-size: 0.8125rem; }
.scroll td:nth-child(5) { white-space: nowrap; }
.scroll .long { min-inline-size: 22rem; color: var(--soft); }
.keys { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 0.5rem 2rem; margin-block: 1rem; }
.keys > div { display: flex; gap: 0.75rem; align-items: center; }
.keys dt { min-inline-size: 6.5rem; }
kbd { display: inline-block; min-inline-size: 1.75rem; padding: 0.0625rem 0.375rem; margin-inline-end: 0.25rem; text-align: center;
  border: 1px solid var(--line); border-block-end-width: 2px; border-radius: 0.375rem; background: var(--raised); }
`;

/* Below 60 rem the panes stack; below 38 rem a finding is a card, its cells labeled by themselves. */
const ADAPT = `
@media (max-width: 60rem) {
  .panes { grid-template-columns: minmax(0, 1fr); }
  .viewer { position: static; }
  .viewport { block-size: min(56vh, 34rem); }
}
@media (max-width: 38rem) {
  .results, .exports { padding: 1rem; }
  .facts > div { grid-template-columns: minmax(0, 1fr); }
  .findings, .findings tbody { display: block; }
  .findings thead tr { display: flex; flex-wrap: wrap; gap: 0 0.75rem; }
  .findings thead { display: block; border-block-end: 1px solid var(--line); }
  .findings thead th { border: 0; padding: 0; }
  .findings thead .why { display: none; }
  .findings tr:not(thead tr) { display: grid; grid-template-columns: 1fr auto; padding-block: 0.5rem; border-block-end: 1px solid var(--line); }
  .findings tr.is-above { margin-inline: -1rem; padding-inline: 1rem; }
  .findings tbody th, .findings td { padding: 0.125rem 0; border: 0; }
  .findings td::before { content: attr(data-label) " "; color: var(--soft); font-size: 0.8125rem; }
  .findings .against { grid-area: 1 / 2; }
  .findings .against::before, .findings .why::before { content: none; }
  .findings .score, .findings .why, .findings.with-logits .logit { grid-column: 1 / -1; display: block; }
  .findings .threshold { grid-column: 1 / -1; }
  dialog { padding-inline: 1rem; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; scroll-behavior: auto !important; } }
@media (forced-colors: active) {
  .bar::before, .tick, .validated .dots { forced-color-adjust: none; background: CanvasText; }
}
@media print {
  :host { background: none; color: #000; color-scheme: light; }
  nav, .entry, .tools, .exports, .check, .viewer-note, .viewer-units, .seal-more, .check-link { display: none !important; }
  .banner, .viewer { position: static; }
  .panes { grid-template-columns: 1fr; }
  .similar, .training { display: none !important; }
  .viewport { block-size: 9cm; print-color-adjust: exact; }
  .bar, .bar::before, .tick { print-color-adjust: exact; }
  .viewer, .results { border: 0; }
  tr { break-inside: avoid; }
}
`;

/** @type {CSSStyleSheet | null} */
let sheet = null;

/** The one sheet that all elements share. */
export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync([TOKENS, TEXT, CONTROLS, FRAME, SHEETS, WORK, LEARN, TABLE, DIALOGS, ADAPT].join("\n"));
  }
  return sheet;
}
