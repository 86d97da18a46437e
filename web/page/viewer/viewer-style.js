/* viewer-style.js - the film, its tools, and what stands in its corners. The ground is dark in any color scheme.
 * SPDX-License-Identifier: MIT */

const FILM = `
.viewer { position: relative; display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr); min-block-size: 0; background: var(--viewport); color-scheme: dark; color: #dbe5ea; }
.panes { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); gap: 2px; min-block-size: 0; block-size: clamp(14rem, 85cqb, 100cqi); background: #2f3c45; }
.panes.two { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
.viewport { position: relative; min-block-size: 0; min-inline-size: 0; overflow: hidden; background: var(--viewport); cursor: grab; touch-action: none; user-select: none; -webkit-user-select: none; }
.panes[data-mode="pan"] .viewport[data-touch="scroll"] { touch-action: pan-y; }
.viewport:active { cursor: grabbing; }
.panes[data-mode="window"] .viewport { cursor: ns-resize; }
.panes:is([data-mode="length"], [data-mode="ratio"]) .viewport { cursor: crosshair; }
.panes:not([data-mode="window"]) .viewport.on-end { cursor: move; }
.viewport:focus-visible { outline-offset: -4px; outline-color: #7fd0de; border-radius: 0; }
.viewport.is-active::after { content: ""; position: absolute; inset: 0; border: 2px solid var(--accent); pointer-events: none; }
.viewport canvas { display: block; inline-size: 100%; block-size: 100%; }
.viewport ::slotted(*) { position: absolute; inset: 0; pointer-events: none; }
.corners { position: absolute; inset: 0; pointer-events: none; font-size: 0.8125rem; font-variant-numeric: tabular-nums; line-height: 1.35; }
.corner { position: absolute; max-inline-size: calc(60% - 0.5rem); overflow: hidden; text-overflow: ellipsis; white-space: pre; margin: 0.25rem; padding: 0.0625rem 0.375rem; border-radius: 0.25rem; background: rgb(5 8 10 / 62%); }
.corner:empty { display: none; }
.corner-name { inset: 0 auto auto 0; }
.corner-view { inset: 0 0 auto auto; display: grid; justify-items: end; }
.corner[hidden] { display: none; }
.corner-view > .calibrated { white-space: normal; text-align: end; }
.edge { position: absolute; margin: 0.25rem; padding: 0 0.375rem; border-radius: 0.25rem; background: rgb(5 8 10 / 62%); font-size: 1rem; font-weight: 650; }
.edge:empty, .without-corners .edge { display: none; }
.edge-left { inset: 50% auto auto 0; translate: 0 -50%; }
.edge-right { inset: 50% 0 auto auto; translate: 0 -50%; }
.edge-top { inset: 0 auto auto 50%; translate: -50%; }
.edge-bottom { inset: auto auto 0 50%; translate: -50%; }
.corner-zoom { inset: auto auto 0 0; }
.corner-value { inset: auto 0 0 auto; display: grid; justify-items: end; }
.without-corners .corner { display: none; }
.viewer-note { text-wrap: balance; position: absolute; inset: 0; display: grid; place-content: center; padding: 1rem; text-align: center; color: #a3b1bb; font-size: 0.9375rem; }
.viewer-note:empty { display: none; }
@media (forced-colors: active) { .viewport { forced-color-adjust: none; } }
.reread { position: absolute; inset-block-end: 1rem; inset-inline-start: 50%; translate: -50%; z-index: 1; box-shadow: 0 0.25rem 1rem #000; }
`;

const TOOLS = `
.tools { display: flex; align-items: center; gap: 0.125rem; padding: 0.125rem 0.25rem; background: #10181d; color: #dbe5ea; min-inline-size: 0; }
.tools-row { display: flex; flex: 1; gap: 0.5rem; overflow: auto hidden; scrollbar-width: thin; min-inline-size: 0; }
.tool-group { display: flex; align-items: center; }
.tools :is(button.tool, summary) { min-inline-size: 2.125rem; padding: 0.25rem; justify-content: center; color: #dbe5ea; }
.tools button.tool[aria-pressed="true"] { background: #7fd0de; color: #06242b; }
.tools > button.tool:last-child[aria-pressed="true"] { background: #202b32; border-color: #2f3c45; color: #dbe5ea; }
.tools .pop > summary:hover, .tools .pop[open] > summary, .tools button.quiet:hover:not(:disabled, [aria-pressed="true"]) { background: #202b32; }
.tools button:disabled { border-color: transparent; color: #dbe5ea; opacity: 0.38; }
.percent { min-inline-size: 4rem; padding-inline: 0.25rem; white-space: nowrap; color: #dbe5ea; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.place { padding-inline: 0.25rem; font-size: 0.8125rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
.tools .pop-body { inset-block-start: 2.5rem; color: var(--ink); }
.more .pop-body { display: grid; inline-size: min(19rem, 100cqi - 0.5rem); padding: 0.375rem; }
.more .pop-body button { text-align: start; color: var(--ink); }
.more .pop-body button[aria-pressed="true"] { background: var(--accent); color: var(--on-accent); }
.window-panel .pop-body { display: grid; gap: 0.625rem; inline-size: min(20rem, 100cqi - 0.5rem); }
.window-panel .stacked { margin: 0; }
.numbers { display: grid; grid-template-columns: 1fr 1fr; gap: 0.625rem; }
.numbers input { inline-size: 100%; }
.sliders { display: grid; gap: 0.25rem; }
.sliders label { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); align-items: center; gap: 0.5rem; font-size: 0.875rem; }
.viewer-units:empty { display: none; }
`;

/* The controls of the map stand with the finding that it is of. */
const MAP = `
.findings-detail { display: flex; flex-direction: column; }
.findings-detail > div, .evidence { display: contents; }
.evidence > header { margin-block-end: 0.375rem; }
.attention { order: 1; padding-block-end: 0.5rem; margin-block-end: 0.25rem; border-block-end: 1px solid var(--line); }
.evidence > .facts { order: 2; }
.evidence > p { order: 3; }
.attention { display: grid; gap: 0.375rem; font-size: 0.875rem; margin-block-start: 0.25rem; }
.attention-row { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.875rem; }
.attention-row label { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 0.5rem; }
.attention-row label.check { flex-wrap: nowrap; font-size: 0.875rem; min-block-size: 1.5rem; }
.attention-row label > span { color: var(--soft); }
.attention-row input[type="range"] { inline-size: 7rem; }
.legend { display: grid; grid-template-columns: auto minmax(4rem, 12rem) auto; justify-content: start; align-items: center; gap: 0.5rem; }
.legend canvas { inline-size: 100%; block-size: 0.75rem; border: 1px solid var(--line); }
`;

const SIZES = `
@container evax (height >= 34rem) {
  .panes { block-size: auto; }
}
@container evax (width < 40rem) {
  .panes.two { grid-template: minmax(0, 1fr) minmax(0, 1fr) / minmax(0, 1fr); }
}
/* The films stand right below: there is more room for tools. */
@container evax (width < 40rem) and (height >= 34rem) {
  .viewer:not(.blank) .paging { display: none; }
}
`;

export const VIEWER_STYLE = [FILM, TOOLS, MAP, SIZES].join("\n");
