/* touch-style.js - what a finger must meet is at least 44 px wide and high, however small a part of the page makes it for a
 * mouse. A cross over the picture of a film would be as large as the picture: fingers find it with the film that is shown.
 * SPDX-License-Identifier: MIT */

export const TOUCH_STYLE = `
.for-touch { display: none; }
@media (pointer: coarse) {
  .for-touch { display: inline; }
  .for-mouse { display: none; }
  button, summary, select, label:has(> input[type="checkbox"]), input:not([type="checkbox"], [type="file"]) { min-block-size: 2.75rem !important; min-inline-size: 2.75rem !important; }
  summary { align-content: center; }
  input[type="checkbox"] { inline-size: 1.5rem; block-size: 1.5rem; }
  .films li > .quiet { display: none; }
}
`;
