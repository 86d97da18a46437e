/* workspace-style.js - where the parts of the workspace are, in the container that the element is:
 *
 *     any size                      one after the other, and all of it scrolls: nothing is ever cut off
 *     34 rem high                   one screen: the film, the films below it, findings as a sheet
 *     60 rem wide and 34 rem high   one screen: films | film | findings
 *
 * SPDX-License-Identifier: MIT */

const PARTS = `
.bar-model { min-inline-size: 0; }
.model-bar summary { max-inline-size: 100%; }
.model-bar summary > .icon { display: none; }
.model-bar summary > .hash { flex: none; overflow-wrap: normal; }
.model-bar summary > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.model-bar summary > strong { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.views { display: flex; flex-wrap: wrap; gap: 0.125rem; padding: 0.125rem; border-radius: 0.5rem; background: var(--raised); }
.views button { min-block-size: 2rem; padding-block: 0.125rem; }
.workspace { display: grid; grid-template-columns: minmax(0, 1fr); }
/* Each holds its texts that are only heard: these lengthen nothing around. */
.workspace > *, .tab-panels { position: relative; min-inline-size: 0; }
.rail { display: grid; align-content: start; gap: 0.5rem; padding: 0.5rem; background: var(--sheet); }
.stage { order: -1; display: grid; background: var(--viewport); }
.panel { background: var(--sheet); border-block-start: 1px solid var(--line); }
.panel-head { display: flex; align-items: center; gap: 0.25rem; border-block-end: 1px solid var(--line); background: var(--sheet); }
.tabs { display: flex; flex: 1; flex-wrap: wrap; padding-inline: 0.375rem; }
.tabs button { min-block-size: 2.5rem; padding: 0.25rem 0.75rem; border: 0; border-block-end: 3px solid transparent; border-radius: 0; background: none; color: var(--soft); }
.tabs button[aria-selected="true"] { border-block-end-color: var(--accent); color: var(--ink); font-weight: 600; }
.sheet-toggle { display: none; }
.tab-panel { padding: 0.75rem var(--pad) 1.25rem; }
.empty .stage, .empty:not(.with-panel) .panel, .panel-hidden .panel { display: none; }
.workspace:not([data-view="film"]) > :is(.stage, .panel) { display: none; }
.other-view { order: -1; padding: var(--pad); background: var(--ground); }
.empty[data-view="film"] .rail { background: none; justify-items: center; padding-block: clamp(0.5rem, 6cqb, 4rem); }
`;

const SCREEN = `
@container evax (height >= 34rem) {
  .workspace { block-size: 100%; grid-template-rows: minmax(0, 1fr) auto auto; }
  .stage { grid-area: 1 / 1; }
  .rail { grid-area: 2 / 1; }
  .panel { grid-area: 3 / 1; display: grid; grid-template-rows: auto minmax(0, 1fr); block-size: 36cqb; border-radius: var(--round) var(--round) 0 0;
    box-shadow: 0 -0.25rem 1rem rgb(0 0 0 / 18%); z-index: 2; }
  .panel.tall { block-size: 76cqb; margin-block-start: -40cqb; }
  .panel-head { border-radius: var(--round) var(--round) 0 0; }
  .sheet-toggle { display: inline-flex; align-items: center; }
  .tall .sheet-toggle .icon { rotate: 180deg; }
  .tab-panels { overflow: auto; }
  .other-view { grid-area: 1 / 1; overflow: auto; }
  .empty[data-view="film"] .rail { grid-area: 1 / 1; overflow: auto; }
}
@container evax (width >= 60rem) and (height >= 34rem) {
  .workspace { grid-template: minmax(0, 1fr) / 7.25rem minmax(0, 1fr) clamp(20rem, 29cqi, 30rem); }
  .rail { grid-area: 1 / 1; grid-template-rows: auto minmax(0, 1fr); border-inline-end: 1px solid var(--line); }
  .stage { grid-area: 1 / 2; }
  .panel, .panel.tall { grid-area: 1 / 3; block-size: auto; margin: 0; border-block: 0; border-inline-start: 1px solid var(--line); border-radius: 0; box-shadow: none; }
  .panel-head { border-radius: 0; }
  .sheet-toggle { display: none; }
  .panel-hidden .stage { grid-column: 2 / -1; }
  .other-view { grid-area: 1 / 2 / auto / -1; }
  .empty[data-view="film"] .rail { grid-area: 1 / 1 / auto / -1; border: 0; grid-template-rows: auto; }
  .empty.with-panel .rail { grid-column: 1 / 3; }
}
@container evax (width >= 75rem) and (height >= 34rem) {
  .workspace { grid-template-columns: 13.5rem minmax(0, 1fr) clamp(21rem, 29cqi, 30rem); }
}
@container evax (width < 75rem) {
  .bar-model .hash { display: none; }
}
@container evax (width < 60rem) {
  .app-bar:has(.bar-model:not(:empty)) .brand { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .bar-model:not(:empty) { flex: 1 1 6rem; }
  .model-bar summary { padding-inline-start: 0; }
}
/* One row: the model and the seal that holds are pictures there, with their words for those who hear the page. */
@container evax (width < 40rem) {
  .bar-model:not(:empty) { flex: none; }
  .model-bar summary { justify-content: center; padding-inline: 0.5rem; }
  .model-bar summary > .icon { display: block; }
  .app-bar:has(.bar-model:not(:empty)) :is(.model-bar summary > :is(strong, span), .seal[data-state="sealed"] summary > strong) { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .bar-views:not(:empty) { margin-inline: auto; }
  .app-bar:has(.bar-model:not(:empty)) { gap: 0; }
  .views button { padding-inline: 0.375rem; font-size: 0.75rem; }
}
@container evax (width < 40rem) and (height >= 34rem) {
  .panel:not(.tall) { block-size: 30cqb; }
  .panel.tall { margin-block-start: -46cqb; }
}
@container evax (width < 22.5rem) {
  .bar-views:not(:empty) { order: 1; inline-size: 100%; }
  .bar-model:not(:empty) { margin-inline-end: auto; }
}
`;

export const WORKSPACE_STYLE = [PARTS, SCREEN].join("\n");
