/* layout-style.js - the screens, and what is around them: bar, banner, menus, messages. The element is the container that
 * is asked for its size, so that it is the same in a column of an article as on a whole screen: from 34 rem of height on
 * the bar stays, and the screen below it scrolls. The first screen has the room of a scroll bar from the start. A root font of twice the size halves that, as zoom does.
 * SPDX-License-Identifier: MIT */

export const LAYOUT_STYLE = `
.app { position: relative; block-size: 100%; overflow: auto; background: var(--ground); }
.app ~ .spoken { inset-block-start: 0; } /* below the app it would make the document one pixel too high, and scroll */
.app-bar { position: relative; z-index: 4; display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.5rem; min-block-size: 2.75rem;
  padding-inline: var(--pad) 0.25rem; background: var(--sheet); border-block-end: 1px solid var(--line); font-size: 0.875rem; }
.brand { font-weight: 650; font-size: 1rem; letter-spacing: -0.005em; margin-inline-end: auto; white-space: nowrap; }
.app ~ .spoken { inset: 0 auto auto 0; }
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
/* Where the page scrolls, they stay at the lower edge of what is seen, and take no room. */
.messages { position: sticky; inset-block-end: 0.75rem; block-size: 0; margin-inline: 0.75rem; z-index: 6; display: grid; align-content: end; justify-items: center; gap: 0.375rem; pointer-events: none; }
.message { display: flex; align-items: center; gap: 0.25rem 0.75rem; max-inline-size: 40rem; padding: 0.25rem 0.25rem 0.25rem 1rem; border-radius: var(--round);
  background: light-dark(#16202a, #e4ebef); color: light-dark(#ffffff, #10181d); box-shadow: 0 0.25rem 1rem rgb(0 0 0 / 30%); pointer-events: auto; }
.message { flex-wrap: wrap; justify-content: end; }
.message > span { flex: 1 1 7rem; overflow-wrap: anywhere; }
.message button.quiet { flex: none; color: inherit; }
.message button.quiet:not([aria-label]) { font-weight: 650; text-decoration: underline; text-underline-offset: 0.2em; }
.message button.quiet:hover:not(:disabled) { background: light-dark(#33414d, #c7d3d9); }
.main { position: relative; }
.main > .sheet { margin-block: clamp(0.5rem, 2cqb, 2rem); padding-block: clamp(1rem, 3cqb, 2.5rem); }
.app:has(.opening) { scrollbar-gutter: stable; }
.opening .begin > .actions { margin-block: 1rem; }
.opening .notice { margin-block-start: 1rem; padding: 0.75rem 1rem; }
.opening .begin > .facts { border-block: 1px solid var(--line); padding-block: 0.375rem; }
@container evax (height >= 34rem) {
  .app { display: grid; grid-template: auto auto minmax(0, 1fr) / minmax(0, 1fr); overflow: clip; }
  .main { overflow: auto; }
  .main:has(> .opening) { scrollbar-gutter: stable; }
  .messages { position: absolute; inset-inline: 0; block-size: auto; }
  .pop-body { max-block-size: calc(100cqb - 4rem); overflow: auto; }
}
/* One row, in which the longer texts give way. */
@container evax (width >= 60rem) {
  .app-bar { flex-wrap: nowrap; }
  .app-bar > * { min-inline-size: 0; }
  .app-bar > :is(.brand, .bar-views, .menu), .seal strong, .seal .check-link { flex: none; }
  .seal summary { max-inline-size: 100%; }
  .seal .long { min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
}
@container evax (width < 75rem) {
  .seal .long { display: none; }
  .app-bar > .seal { flex: none; }
  .seal .check-link { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
}
@container evax (width < 40rem) {
  .brand { font-size: 0.875rem; }
  .banner { font-size: 0.6875rem; }
  .app-bar { padding-inline: 0.25rem; }
  .app-bar .brand { flex: 1 1 5rem; min-inline-size: 0; padding-inline-start: 0.5rem; line-height: 1.15; white-space: normal; }
}
`;
