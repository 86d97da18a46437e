/* training-style.js - the panel in which a finding is trained, and its learning curve.
 * SPDX-License-Identifier: MIT */

export const TRAINING_STYLE = `
.training > .fine { margin-block: 0.5rem 1rem; max-width: 46rem; }
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

.picker { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: 0.25rem; max-block-size: 50vh; overflow: auto; margin-block-start: 0.75rem; }
.picker label { display: flex; align-items: center; gap: 0.5rem; padding: 0.25rem; border-radius: 0.375rem; }
.picker label:hover { background: var(--raised); }
.picker .thumbnail { inline-size: 3rem; block-size: 3rem; border-radius: 0.25rem; background: var(--viewport); color: #a3b1bb; display: grid; place-items: center; flex: none; }
.picker .name { overflow-wrap: anywhere; }
.training-name { display: grid; gap: 0.25rem; font-size: 0.9375rem; }
.training-name input { inline-size: 100%; }
`;
