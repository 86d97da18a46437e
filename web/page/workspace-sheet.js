/* workspace-sheet.js - the style sheet of the workspace, made of what each part says of itself; it comes after style.js's.
 * SPDX-License-Identifier: MIT */
import { CARD_STYLE } from "./site-card/card-style.js";
import { FILMS_STYLE } from "./films/films-style.js";
import { REPORT_STYLE } from "./report/report-style.js";
import { RESULTS_STYLE } from "./results/results-style.js";
import { TABLE_STYLE } from "./table/table-style.js";
import { TRAINING_STYLE } from "./custom-findings/training-style.js";
import { VALIDATION_STYLE } from "./validation/validation-style.js";
import { VIEWER_STYLE } from "./viewer/viewer-style.js";
import { sheetOf } from "./style.js";
import { WORKSPACE_STYLE } from "./workspace-style.js";

/* The later ones may say how parts of the earlier ones stand in them. */
export const workspaceSheet = sheetOf([FILMS_STYLE, VIEWER_STYLE, RESULTS_STYLE, CARD_STYLE, TRAINING_STYLE, WORKSPACE_STYLE,
  TABLE_STYLE, VALIDATION_STYLE, REPORT_STYLE]);
