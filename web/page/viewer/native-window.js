/* native-window.js - converts the window and level on the screen to the native values of a DICOM file.
 * SPDX-License-Identifier: MIT */
import { PLAIN } from "../../picture/viewport.js";

/** @typedef {import("../../dicom/window.js").Window} Window */

/**
 * The window on the screen in the file's values (PS3.3, C.11.2.1.2). At default settings this is the
 * file's own window.
 * @param {{ level: number, window: number }} look in tones, 0 black and 255 white for the model
 * @param {{ inverted: boolean, window: Window | null } | null} facts of the DICOM file; null for other files
 * @returns {{ center: number, width: number } | null} in units after rescaling; null where the
 *   mapping from values to tones is not linear
 */
export function inNativeUnits({ level, window }, facts) {
  const { shape, center, width } = facts?.window ?? {};
  if (!facts || typeof center !== "number" || typeof width !== "number") return null;
  // A linear window of width w has w - 1 steps from black to white.
  const extra = shape === "linear" ? 1 : shape === "linear-exact" ? 0 : null;
  if (extra === null || width <= extra) return null;
  const steps = width - extra;
  const moved = (level - PLAIN.level) * (facts.inverted ? -1 : 1);
  return { center: center + (moved / 255) * steps, width: (window / PLAIN.window) * steps + extra };
}
