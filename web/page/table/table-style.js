/* table-style.js - the table of films: one line a film, all of one height; head and names stay while the rest scrolls.
 * SPDX-License-Identifier: MIT */

export const TABLE_STYLE = `
.film-table { display: grid; grid-template-rows: auto auto minmax(0, 1fr); gap: 0.375rem; block-size: 100%; padding-block-end: 0; }
.film-filter { display: flex; flex-wrap: wrap; align-items: end; gap: 0.375rem 0.75rem; }
.film-filter label { display: grid; min-inline-size: 0; }
.film-filter :is(input, select) { min-block-size: 2.25rem; max-inline-size: 14rem; padding: 0.125rem 0.5rem; border: 1px solid var(--line); border-radius: 0.375rem; background: var(--sheet); }
.film-filter input[type="number"] { inline-size: 5.5rem; }
/* A shadow at the edge behind which there is more; what scrolls covers it at the end. */
.table-scroll { position: relative; overflow: auto; max-block-size: max(24rem, 80vh); background: linear-gradient(to left, var(--sheet) 2rem, transparent) right / 3rem 100% no-repeat local,
  linear-gradient(to left, rgb(0 0 0 / 20%), transparent) right / 0.75rem 100% no-repeat scroll, var(--sheet); border: 1px solid var(--line); overflow-anchor: none; }
.table-scroll .ground { position: absolute; inset-block-start: 0; inline-size: 1px; visibility: hidden; pointer-events: none; }
.film-rows { table-layout: fixed; border-collapse: separate; border-spacing: 0; font-size: 0.875rem; }
.film-rows :is(th, td) { block-size: 3.25rem; padding: 0 0.5rem; border-block-end: 1px solid var(--line); vertical-align: middle; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.film-rows .space td { block-size: auto; padding: 0; border: 0; }
.film-rows thead :is(th, td) { position: sticky; inset-block-start: 0; z-index: 1; block-size: 2.5rem; background: var(--sheet); vertical-align: middle; }
.film-rows thead button { white-space: normal; max-inline-size: 100%; padding: 0.25rem 0; text-align: inherit; overflow-wrap: anywhere; }
.film-rows thead .number { text-align: end; }
.film-rows tbody th { position: sticky; inset-inline-start: 0; background: var(--sheet); }
.film-rows tbody th { padding-inline-start: 0; }
.film-rows tbody th button { display: block; min-block-size: 2.25rem; inline-size: 100%; padding-inline: 0.5rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: start; }
.film-rows .picture { padding: 0.125rem 0.25rem; text-align: center; color: var(--soft); }
.film-rows .thumbnail { display: block; inline-size: 2.875rem; block-size: 2.875rem; border-radius: 0.25rem; background: var(--viewport); }
.film-rows .number { text-align: end; }
.film-rows .is-above { color: var(--above); font-weight: 650; }
.film-rows .doubted .is-above { color: var(--soft); font-weight: 400; }
.film-rows .warned { color: var(--above); }
.film-rows .warned .icon { margin-inline-end: 0.375rem; }
.film-rows .is-above .icon { inline-size: 0.75em; block-size: 0.75em; margin-inline-end: 0.25rem; fill: currentColor; vertical-align: 0; }
@container evax (height >= 34rem) { .table-scroll { max-block-size: none; } }
/* The filter scrolls away, so that there is room for the films. */
@container evax (width < 40rem) {
  .film-table { grid-template-rows: auto auto auto; block-size: auto; }
  .film-filter { display: grid; grid-template-columns: 1fr 1fr; }
  .film-filter :is(input, select), .film-filter input[type="number"] { inline-size: 100%; max-inline-size: none; }
  .table-scroll { max-block-size: 75cqb; }
}
`;
