/* terminal.js - what the standard output can show: how many columns, and whether bold text.
 * SPDX-License-Identifier: MIT */

const [LEAST, USUAL, MOST] = [40, 80, 120];

/** Columns for texts; elsewhere than on a terminal always the same. */
export const columns = () => Math.min(MOST, Math.max(LEAST, (process.stdout.isTTY && process.stdout.columns) || USUAL));

/* hasColors() knows NO_COLOR, FORCE_COLOR, NODE_DISABLE_COLORS and TERM. An empty NO_COLOR counts as none
 * (no-color.org). */
const styled = () => Boolean(process.stdout.isTTY && !process.env.NO_COLOR && process.stdout.hasColors());

/** @param {string} text */
export const bold = (text) => (styled() ? `\u001b[1m${text}\u001b[22m` : text);
