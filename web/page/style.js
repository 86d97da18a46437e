/* style.js - the style sheet of all that is shown before there is a model; workspace-sheet.js has the other.
 *
 * Both are constructed style sheets, so that they work unbundled, in every bundler, and under a policy that allows no
 * inline styles.
 * SPDX-License-Identifier: MIT */
import { BASE_STYLE } from "./base/style.js";
import { LAYOUT_STYLE } from "./layout-style.js";
import { TOUCH_STYLE } from "./touch-style.js";

/** Gives one sheet to all who ask. @param {string[]} parts @returns {() => CSSStyleSheet} */
export function sheetOf(parts) {
  /** @type {CSSStyleSheet | null} */ let sheet = null;
  return () => {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(parts.join("\n"));
    }
    return sheet;
  };
}

/** The sheet as a text. */
export const FIRST_STYLE = [BASE_STYLE, LAYOUT_STYLE, TOUCH_STYLE].join("\n");

export const styleSheet = sheetOf([FIRST_STYLE]);
