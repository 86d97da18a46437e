/* style.js - the style sheet of the page, made of what each part says of itself.
 *
 * It is a constructed style sheet, so that it works unbundled, in every bundler, and under a policy that allows no inline
 * styles.
 * SPDX-License-Identifier: MIT */
import { BASE_STYLE } from "./base/style.js";
import { FILMS_STYLE } from "./films/films-style.js";
import { LAYOUT_STYLE } from "./layout-style.js";
import { TABLE_STYLE } from "./table/table-style.js";
import { REPORT_STYLE } from "./report/report-style.js";
import { RESULTS_STYLE } from "./results/results-style.js";
import { TRAINING_STYLE } from "./custom-findings/training-style.js";
import { CARD_STYLE } from "./site-card/card-style.js";
import { VALIDATION_STYLE } from "./validation/validation-style.js";
import { VIEWER_STYLE } from "./viewer/viewer-style.js";

/* The later ones may say how parts of the earlier ones stand in them. */
const PARTS = [BASE_STYLE, FILMS_STYLE, VIEWER_STYLE, RESULTS_STYLE, CARD_STYLE, TRAINING_STYLE, LAYOUT_STYLE, TABLE_STYLE, VALIDATION_STYLE,
  REPORT_STYLE];

/** @type {CSSStyleSheet | null} */
let sheet = null;

/** The one sheet that all elements share. */
export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(PARTS.join("\n"));
  }
  return sheet;
}
