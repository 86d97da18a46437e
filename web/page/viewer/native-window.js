/* native-window.js - window and level of a DICOM film in the values of its file, as its maker means them.
 * SPDX-License-Identifier: MIT */
import { PLAIN } from "../../picture/viewport.js";

/** @typedef {import("../../dicom/window.js").Window} Window */

/**
 * The window on the screen as one of the file's own kind (PS3.3, C.11.2.1.2): of the look in which the
 * model saw the film it is the window that the file gave.
 * @param {{ level: number, window: number }} look in tones, 0 black and 255 white for the model
 * @param {{ inverted: boolean, window: Window | null } | null} facts of the file; null if it is none
 * @returns {{ center: number, width: number } | null} in units after rescaling; null where values do
 *   not become tones along a straight line
 */
export function inOwnUnits({ level, window }, facts) {
  const { shape, center, width } = facts?.window ?? {};
  if (!facts || typeof center !== "number" || typeof width !== "number") return null;
  // A linear window of width w has w - 1 steps from black to white.
  const extra = shape === "linear" ? 1 : shape === "linear-exact" ? 0 : null;
  if (extra === null || width <= extra) return null;
  const steps = width - extra;
  const moved = (level - PLAIN.level) * (facts.inverted ? -1 : 1);
  return { center: center + (moved / 255) * steps, width: (window / PLAIN.window) * steps + extra };
}
