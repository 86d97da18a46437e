/* layout-style.js - where the parts of the screen are. The element is the container that is asked for its size, so that it
 * is the same in a column of an article as on a whole screen:
 *
 *     any size                      one after the other, and all of it scrolls: nothing is ever cut off
 *     34 rem high                   one screen: the film, the films below it, findings as a sheet
 *     60 rem wide and 34 rem high   one screen: films | film | findings
 *
 * A root font of twice the size halves these, as zoom does.
 * SPDX-License-Identifier: MIT */

const BAR = `
.app { position: relative; block-size: 100%; overflow: auto; background: var(--ground); }
.app-bar { position: relative; z-index: 4; display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.5rem; min-block-size: 2.75rem;
  padding-inline: var(--pad) 0.25rem; background: var(--sheet); border-block-end: 1px solid var(--line); font-size: 0.875rem; }
.brand { font-weight: 650; font-size: 1rem; letter-spacing: -0.005em; margin-inline-end: auto; white-space: nowrap; }
.bar-model { min-inline-size: 0; }
.model-bar summary { max-inline-size: 100%; }
.model-bar summary > .icon { display: none; }
.model-bar summary > strong { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.views { display: flex; flex-wrap: wrap; gap: 0.125rem; padding: 0.125rem; border-radius: 0.5rem; background: var(--raised); }
.views button { min-block-size: 2rem; padding-block: 0.125rem; }
.banner { padding: 0.125rem var(--pad); background: var(--above-ground); color: var(--above); font-size: 0.8125rem; font-weight: 600; }
.pop > summary { display: inline-flex; align-items: center; gap: 0.375rem; min-block-size: 2.25rem; padding: 0.125rem 0.5rem; border-radius: 0.5rem;
  cursor: pointer; list-style: none; overflow-wrap: anywhere; }
.pop > summary::-webkit-details-marker { display: none; }
.pop > summary:hover, .pop[open] > summary { background: var(--raised); }
.pop-body { position: absolute; inset-block-start: 100%; inset-inline-end: 0.25rem; z-index: 5; inline-size: min(42rem, 100cqi - 0.5rem);
  padding: 0.875rem 1rem; background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); box-shadow: 0 0.5rem 1.5rem rgb(0 0 0 / 25%); }
.pop-body:focus-visible { outline-offset: -3px; }
.menu .pop-body { display: grid; inline-size: min(16rem, 100cqi - 0.5rem); padding: 0.375rem; }
.menu .pop-body button { text-align: start; color: var(--ink); }
.language { display: flex; align-items: center; justify-content: space-between; gap: 0.5rem; padding: 0.25rem 0.25rem 0.25rem 0.625rem; }
.seal .check-link { color: var(--accent); text-decoration: underline; text-underline-offset: 0.2em; }
.seal .long { color: var(--soft); }
.seal[data-state="sealed"] summary > .icon, .seal[data-state="sealed"] summary > strong { color: var(--good); }
.seal[data-state="unenforced"] summary > .icon, .seal[data-state="unenforced"] summary > strong { color: var(--above); }
.seal-more ul { padding-inline-start: 1.25rem; list-style: disc; }
.seal-more > * + * { margin-block-start: 0.5rem; }
.seal-more li { margin-block: 0.125rem; }
.seal-more .tried { display: flex; flex-wrap: wrap; gap: 0.125rem 1.25rem; list-style: none; padding: 0; }
.messages { position: absolute; inset-block-end: 0.75rem; inset-inline: 0.75rem; z-index: 6; display: grid; justify-items: center; gap: 0.375rem; pointer-events: none; }
.message { display: flex; align-items: center; gap: 0.25rem 0.75rem; max-inline-size: 40rem; padding: 0.25rem 0.25rem 0.25rem 1rem; border-radius: var(--round);
  background: light-dark(#16202a, #e4ebef); color: light-dark(#ffffff, #10181d); box-shadow: 0 0.25rem 1rem rgb(0 0 0 / 30%); pointer-events: auto; }
.message button.quiet { color: inherit; }
.message button.quiet:not([aria-label]) { font-weight: 650; text-decoration: underline; text-underline-offset: 0.2em; }
.message button.quiet:hover:not(:disabled) { background: light-dark(#33414d, #c7d3d9); }
.main { position: relative; }
.main > .sheet { margin-block: clamp(0.5rem, 2cqb, 2rem); padding-block: clamp(1rem, 3cqb, 2.5rem); }
.opening .begin > .actions { margin-block: 1rem; }
.opening .notice { margin-block-start: 1rem; padding: 0.75rem 1rem; }
.opening .begin > .facts { border-block: 1px solid var(--line); padding-block: 0.375rem; }
`;

const WORKSPACE = `
.workspace { display: grid; grid-template-columns: minmax(0, 1fr); }
.workspace > * { min-inline-size: 0; }
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
  .app { display: grid; grid-template-rows: auto auto minmax(0, 1fr); overflow: hidden; }
  .main { overflow: auto; }
  .pop-body { max-block-size: calc(100cqb - 4rem); overflow: auto; }
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
  .seal .long, .bar-model .hash { display: none; }
  .seal .check-link { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
}
@container evax (width < 60rem) {
  .app-bar:has(.bar-model:not(:empty)) .brand { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .bar-model:not(:empty) { flex: 1 1 6rem; }
  .model-bar summary { padding-inline-start: 0; }
}
/* One row: the model and the seal that holds are pictures there, with their words for those who hear the page. */
@container evax (width < 40rem) {
  .brand { font-size: 0.875rem; }
  .app-bar { padding-inline: 0.25rem; }
  .bar-model:not(:empty) { flex: none; }
  .model-bar summary { justify-content: center; padding-inline: 0.5rem; }
  .model-bar summary > .icon { display: block; }
  .app-bar:has(.bar-model:not(:empty)) :is(.model-bar summary > strong, .seal[data-state="sealed"] summary > strong) { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .bar-views:not(:empty) { margin-inline: auto; }
  .views button { padding-inline: 0.5rem; font-size: 0.8125rem; }
  .banner { font-size: 0.6875rem; }
}
@media (pointer: coarse) {
  button, .pop > summary, select, .tabs button, .views button, button.quiet { min-block-size: 2.75rem; min-inline-size: 2.75rem; }
}
`;

export const LAYOUT_STYLE = [BAR, WORKSPACE, SCREEN].join("\n");
