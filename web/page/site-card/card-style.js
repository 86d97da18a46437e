/* card-style.js - the site card that is in use, above the findings, and its evidence below each of them.
 * SPDX-License-Identifier: MIT */

export const CARD_STYLE = `
.card-bar:not([hidden]) { display: flex; align-items: center; gap: 0.25rem 0.5rem; margin-block-end: 0.625rem; padding: 0.25rem 0.25rem 0.25rem 0.625rem;
  border: 1px solid var(--accent); border-radius: 0.5rem; background: var(--raised); font-size: 0.8125rem; line-height: 1.3; }
.bar-card { margin-inline-start: 0.375rem; padding-inline: 0.375rem; border: 1px solid var(--accent); border-radius: 1rem; font-size: 0.8125rem; }
.card-bar p { flex: 1; min-inline-size: 0; overflow-wrap: anywhere; }
.card-bar .icon { color: var(--good); }
.findings tr.by-card .why { display: contents; }
.findings tr.by-card .strength { grid-area: why; }
.findings tr.by-card.is-above .strength { justify-self: end; font-size: 0.8125rem; color: var(--soft); }
.measured-on { grid-column: 1 / -1; padding-inline-start: 0.3125rem; font-size: 0.75rem; line-height: 1.2; color: var(--soft); }
`;
