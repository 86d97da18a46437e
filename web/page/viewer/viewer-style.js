/* viewer-style.js - the film, its tools, and what stands in its corners. The ground is dark in any color scheme.
 * SPDX-License-Identifier: MIT */

export const VIEWER_STYLE = `
.viewer { display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr); min-block-size: 0; background: var(--viewport); color-scheme: dark; color: #dbe5ea; }
.viewport { position: relative; min-block-size: 12rem; block-size: clamp(14rem, 90cqb, 100cqi); cursor: grab; touch-action: pan-y; }
.viewport:active { cursor: grabbing; }
.viewport:focus-visible { outline-offset: -4px; outline-color: #7fd0de; border-radius: 0; }
.viewport canvas { display: block; inline-size: 100%; block-size: 100%; }
.viewport ::slotted(*) { position: absolute; inset: 0; pointer-events: none; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem; padding: 0.25rem 0.375rem; background: #10181d; }
.tools button { min-inline-size: 2.25rem; font-size: 0.875rem; }
.sliders { flex: 1 1 14rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; padding-inline: 0.375rem; }
.sliders label { flex: 1 1 7rem; display: flex; align-items: center; gap: 0.5rem; font-size: 0.875rem; }
.attention { padding: 0.25rem 0.5rem; font-size: 0.875rem; background: #10181d; }
.attention-more { display: grid; gap: 0.5rem; padding: 0.375rem; }
.attention-row { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem 1rem; }
.attention-row label { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 0.5rem; }
.attention-row canvas { inline-size: 15rem; max-inline-size: 100%; block-size: 0.875rem; border: 1px solid var(--line); }
.viewer-note, .viewer-units { padding: 0 0.75rem 0.25rem; font-size: 0.75rem; color: #a3b1bb; background: #10181d; }
.viewer-units:empty { display: none; }
select { min-block-size: 2.25rem; max-inline-size: 100%; padding: 0.25rem 0.5rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--sheet); }
@container evax (height >= 34rem) {
  .viewport { block-size: auto; min-block-size: 0; }
}
`;
