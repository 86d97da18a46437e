/* films-style.js - where films are added, and the list of them: thumbnails with number, state and warnings.
 * SPDX-License-Identifier: MIT */

export const FILMS_STYLE = `
.intake { border-radius: var(--round); }
.intake.is-over { outline: 3px dashed var(--accent); outline-offset: -3px; }
.intake .actions { margin: 0; gap: 0.375rem; }
.empty .intake { display: grid; justify-items: center; gap: 0.375rem; inline-size: min(40rem, 100%); padding: clamp(1rem, 5cqb, 3rem) 1rem; text-align: center;
  border: 2px dashed var(--line); background: var(--sheet); }
.empty .intake.is-over { border-color: var(--accent); background: var(--raised); outline: 0; }
.empty .intake > .icon { inline-size: 2.5rem; block-size: 2.5rem; color: var(--accent); }
.drop-head { font-size: 1.25rem; font-weight: 650; }
.intake .actions button { display: inline-flex; align-items: center; justify-content: center; gap: 0.375rem; }
.empty .intake .actions { justify-content: center; margin-block-start: 0.75rem; gap: 0.625rem; }
.workspace:not(.empty) .begin-training, .workspace:not(.empty) .intake > :is(.icon, .drop-head, .fine) { display: none; }
.workspace:not(.empty) .intake .actions button { padding-inline: 0.625rem; }
.examples > summary { cursor: pointer; font-size: 0.875rem; color: var(--soft); padding-block: 0.25rem; }
.empty .examples { inline-size: 100%; margin-block-start: 1.25rem; }
.empty .examples > summary { list-style: none; cursor: default; }
.empty .examples > summary::-webkit-details-marker { display: none; }
.empty .examples ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr)); align-items: start; }
.examples ul { display: flex; flex-wrap: wrap; justify-content: center; gap: 0.375rem 1rem; }
.examples li { max-inline-size: 17rem; text-wrap: balance; }
.examples li > .fine { display: block; font-size: 0.8125rem; }
.examples img { display: block; inline-size: 5rem; block-size: 5rem; margin: 0.25rem auto; border-radius: 0.375rem; object-fit: cover; background: var(--viewport); }
.workspace:not(.empty) .examples img { display: none; }
.workspace:not(.empty) .examples li > .fine { display: none; }
.workspace:not(.empty) .examples ul { justify-content: start; gap: 0; }
.film-list { display: grid; grid-template-rows: auto minmax(0, 1fr); gap: 0.25rem; min-block-size: 0; }
.film-list header { display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.25rem; }
.film-list h2 { font-size: 0.875rem; margin-inline-end: auto; }
.film-list header .fine { inline-size: 100%; font-size: 0.8125rem; }
.film-list header button { min-block-size: 1.75rem; padding: 0 0.375rem; font-size: 0.8125rem; }
.film-list header .fine { padding-inline-start: 0.375rem; }
.films { position: relative; display: flex; align-items: start; gap: 0.375rem; overflow: auto hidden; padding: 0.25rem; overscroll-behavior: contain; }
.films li { position: relative; flex: 0 0 10.5rem; min-inline-size: 0; content-visibility: auto; contain-intrinsic-block-size: auto 4rem; }
.films .film { display: grid; grid-template: auto auto / 3.5rem minmax(0, 1fr); align-content: center; gap: 0 0.5rem; inline-size: 100%; min-block-size: 4rem;
  padding: 0.1875rem; text-align: start; font-size: 0.8125rem; line-height: 1.25; }
.films .thumbnail { grid-row: 1 / 3; grid-column: 1; inline-size: 3.5rem; block-size: 3.5rem; border-radius: 0.3125rem; background: var(--viewport); }
.films span.thumbnail { display: grid; place-items: center; color: #9fb0bb; }
.films .film-number { position: absolute; inset: 0.3125rem auto auto 0.3125rem; padding: 0 0.25rem; border-radius: 0.25rem; background: rgb(5 8 10 / 78%); color: #fff; font-size: 0.6875rem;
  }
.films .name { align-self: end; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; }
.films .status { grid-column: 2; overflow: hidden; text-overflow: ellipsis; align-self: start; font-size: 0.75rem; color: var(--soft); }
.films .status .icon { margin-inline-end: 0.25em; inline-size: 1.125em; block-size: 1.125em; }
.films .done .status .icon-done { color: var(--good); }
.films .doubted .status, .films .failed .status { color: var(--above); }
.films .film[aria-current="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); background: var(--raised); }
.films li > .quiet { position: absolute; inset: 0.25rem 0.25rem auto auto; min-block-size: 1.5rem; min-inline-size: 1.5rem; padding: 0.125rem; background: var(--sheet); }
.films li:not(:hover, :focus-within) > .remove { opacity: 0; }
@container evax (height >= 34rem) {
  .workspace:not(.empty) .rail { grid-template-columns: auto minmax(0, 1fr); align-items: center; }
  .workspace:not(.empty) .rail .intake .actions { display: grid; }
  .workspace:not(.empty) .rail .intake .label { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .workspace:not(.empty) .rail .examples { display: none; }
  .film-list header .fine { inline-size: auto; }
}
@container evax (width >= 60rem) and (height >= 34rem) {
  .workspace:not(.empty) .rail { grid-template-columns: minmax(0, 1fr); align-items: stretch; }
  .workspace:not(.empty) .rail .intake .actions { display: grid; grid-template-columns: 1fr 1fr; }
  .films { flex-direction: column; align-items: stretch; overflow: hidden auto; scrollbar-width: thin; } /* WebKit squeezes a grid's rows until all fit */
  .films li { flex: none; }
  .film-list h2 { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .film-list header .fine { inline-size: 100%; }
}
/* Beside a narrow film: pictures with the name below. */
@container evax (60rem <= width < 75rem) and (height >= 34rem) {
  .films .film { grid-template: auto auto auto / minmax(0, 1fr); padding: 0.25rem; gap: 0.125rem; }
  .films .thumbnail { grid-row: 1; inline-size: 100%; block-size: auto; aspect-ratio: 1; }
  .films .status { grid-column: 1; }
  .films li { contain-intrinsic-block-size: auto 8rem; }
}
@container evax (width >= 75rem) and (height >= 34rem) {
  .workspace:not(.empty) .rail .examples { display: block; }
  .workspace:not(.empty) .rail .intake .actions { grid-template-columns: minmax(0, 1fr) auto; }
  .workspace:not(.empty) .rail .intake .primary { padding-inline: 0.375rem; font-size: 0.9375rem; }
  .workspace:not(.empty) .rail .intake .primary .label { position: static; inline-size: auto; block-size: auto; clip-path: none; white-space: normal; }
}
/* Pictures alone, with a picture of the state. */
@container evax (width < 40rem) and (height >= 34rem) {
  .workspace:not(.empty) .rail .intake .actions > :not(.primary) { display: none; }
  .film-list h2 { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .film-list header { flex-wrap: nowrap; }
  .film-list header .fine { flex: 1; }
  .film-list header button { flex: none; }
  .films li { flex-basis: 4rem; }
  .films .film { grid-template: auto / minmax(0, 1fr); }
  .films .film > .name, .films .status > span { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .films .status { position: absolute; inset: auto 0.3125rem 0.3125rem auto; display: flex; border-radius: 0.25rem; background: var(--sheet); }
  .films .status .icon { margin: 0; inline-size: 1rem; block-size: 1rem; }
}
@media (forced-colors: active) { .films .film[aria-current="true"] { outline: 3px solid Highlight; outline-offset: -3px; } }
`;
