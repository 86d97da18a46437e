/* touch-style.js - what a finger must meet is at least 44 px wide and high; after the rules that make controls small.
 * SPDX-License-Identifier: MIT */

export const TOUCH_STYLE = `
@media (pointer: coarse) {
  button, .pop > summary, select, .tabs button, .views button, button.quiet { min-block-size: 2.75rem; min-inline-size: 2.75rem; }
}
`;
