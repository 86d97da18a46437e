/* style.js - the words, controls and sheets that all parts of the page share; light and dark, in rem and logical sides, so
 * that they follow the reader's font size and text direction.
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
  --pad: 0.75rem;
  display: block;
  block-size: 100vh;
  block-size: 100dvh;
  container: evax / size;
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
h2, h3 { text-wrap: balance; }
p, li, dd { text-wrap: pretty; }
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
select { min-block-size: 2.25rem; max-inline-size: 100%; padding: 0.25rem 0.5rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--sheet); }
button { min-block-size: 2.5rem; padding: 0.375rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem;
  background: var(--sheet); cursor: pointer; line-height: 1.25; }
button:hover:not(:disabled) { background: var(--raised); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.primary:hover:not(:disabled) { filter: brightness(1.08); }
button.quiet { min-block-size: 2.25rem; padding: 0.25rem 0.625rem; border-color: transparent;
  background: transparent; color: var(--accent); }
button.quiet:hover:not(:disabled) { background: var(--raised); }
button:disabled { border-style: dashed; background: transparent; border-color: var(--line); color: var(--soft); opacity: 0.7; cursor: not-allowed; }
button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.375rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.625rem; margin-block-start: 1rem; }
.check { display: inline-flex; align-items: center; gap: 0.5rem; font-size: 0.9375rem; min-block-size: 2rem; }
input[type="checkbox"] { inline-size: 1.125rem; block-size: 1.125rem; accent-color: var(--accent); }
input:is([type="number"], [type="text"]) { min-block-size: 2.25rem; padding: 0.25rem 0.5rem; border: 1px solid var(--soft); border-radius: 0.5rem; background: var(--sheet); }
input[type="range"] { accent-color: var(--accent); inline-size: 100%; }
progress { appearance: none; inline-size: 100%; block-size: 0.625rem; border: 0; border-radius: 1rem;
  overflow: hidden; background: var(--raised); color: var(--accent); }
progress::-webkit-progress-bar { background: var(--raised); }
progress::-webkit-progress-value { background: var(--accent); transition: inline-size 0.2s; }
progress::-moz-progress-bar { background: var(--accent); }
`;

const SHEETS = `
.sheet { max-width: 46rem; margin-inline: auto; padding: clamp(1.25rem, 4vw, 3rem); background: var(--sheet);
  border: 1px solid var(--line); border-radius: var(--round); }
.sheet.narrow { max-width: 34rem; }
.sheet > h2 { font-size: clamp(1.375rem, 3vw, 1.75rem); letter-spacing: -0.015em; margin-block-end: 0.625rem; }
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
:is(.own-model, .site-models) { background: var(--raised); border-inline-start-color: var(--accent); }
:is(.own-model, .site-models) h3 { color: var(--accent); }
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

const TABLES = `
table { inline-size: 100%; border-collapse: collapse; font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
th { text-align: start; font-weight: 550; }
thead th { color: var(--soft); font-size: 0.8125rem; font-weight: 550; padding: 0.25rem 0.5rem; vertical-align: bottom; line-height: 1.25; }
thead tr { border-block-end: 1px solid var(--line); }
thead button { min-block-size: 1.75rem; padding: 0 0.125rem; border: 0; background: none; text-align: start; font-weight: 550; }
th[aria-sort="ascending"] button::after { content: " \\2191"; }
th[aria-sort="descending"] button::after { content: " \\2193"; }
tbody th, td { padding: 0.4375rem 0.5rem; border-block-end: 1px solid var(--line); vertical-align: top; }
`;

const DIALOGS = `
dialog { inline-size: min(48rem, calc(100vw - 2rem)); max-block-size: calc(100vh - 4rem); padding: 1.25rem 1.75rem 2rem;
  border: 1px solid var(--line); border-radius: var(--round); background: var(--sheet); color: var(--ink); }
dialog:has(.scroll, .picker, .keys, .paper) { inline-size: min(64rem, calc(100vw - 2rem)); }
dialog::backdrop { background: rgb(5 10 14 / 55%); }
dialog > header { display: flex; justify-content: space-between; align-items: center; }
dialog > header h2 { font-size: 1.375rem; }
dialog textarea { inline-size: 100%; margin-block-start: 0.75rem; background: var(--ground); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem; }
.scroll { overflow: auto; margin-block-start: 0.5rem; }
.scroll table { font-size: 0.8125rem; }
.scroll td:nth-child(5) { white-space: nowrap; }
.scroll .long { min-inline-size: 22rem; color: var(--soft); }
.keys { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: 0.5rem 1.5rem; margin-block: 1rem; }
.keys > div { display: flex; gap: 0.75rem; align-items: center; }
.keys dt { flex: none; min-inline-size: 7.75rem; }
kbd { display: inline-block; min-inline-size: 1.75rem; padding: 0.0625rem 0.375rem; margin-inline-end: 0.25rem; text-align: center;
  border: 1px solid var(--line); border-block-end-width: 2px; border-radius: 0.375rem; background: var(--raised); }
`;

/* Whoever asks for no motion sees none; and forced colors keep the shapes that carry a meaning. */
const WISHES = `
@media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; scroll-behavior: auto !important; } }
@media (forced-colors: active) {
  button[aria-pressed="true"], [role="tab"][aria-selected="true"] { forced-color-adjust: none; background: Highlight !important; color: HighlightText !important; border-color: HighlightText !important; }
  button:disabled { color: GrayText; }
}
`;

export const BASE_STYLE = [TOKENS, TEXT, CONTROLS, SHEETS, TABLES, DIALOGS, WISHES].join("\n");
