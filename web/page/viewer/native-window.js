/* native-window.js - between the window and level on the screen and the native values of a DICOM file.
 * SPDX-License-Identifier: MIT */
import { PLAIN } from "../../picture/viewport.js";

/** @typedef {import("../../dicom/display/window.js").Window} Window */
/** @typedef {{ inverted: boolean, window: Window | null } | null} Facts of a DICOM file; null for other files */
/** @typedef {{ center: number, width: number }} NativeWindow in units after rescaling */

/* A linear window of width w has w - 1 steps from black to white. */
/** @type {Partial<Record<NonNullable<Window["shape"]>, number>>} */
const EXTRA = { linear: 1, "linear-exact": 0 };

/** The line from native values to tones; null where there is no line. @param {Facts} facts */
function lineOf(facts) {
  const { shape, center, width } = facts?.window ?? {};
  const extra = shape ? EXTRA[shape] : undefined;
  if (!facts || extra === undefined || typeof center !== "number" || typeof width !== "number" || width <= extra) return null;
  return { center, extra, steps: width - extra, way: facts.inverted ? -1 : 1 };
}

/**
 * The window on the screen in the file's values (PS3.3, C.11.2.1.2). At default settings this is the
 * file's own window.
 * @param {{ level: number, window: number }} look in tones, 0 black and 255 white for the model
 * @param {Facts} facts
 * @returns {NativeWindow | null} null where the mapping from values to tones is not linear
 */
export function inNativeUnits({ level, window }, facts) {
  const line = lineOf(facts);
  if (!line) return null;
  const moved = (level - PLAIN.level) * line.way;
  return { center: line.center + (moved / 255) * line.steps, width: (window / PLAIN.window) * line.steps + line.extra };
}

/** The other way: what is on the screen for a window in the file's values.
 * @param {NativeWindow} native @param {Facts} facts @returns {{ level: number, window: number } | null} */
export function fromNativeUnits({ center, width }, facts) {
  const line = lineOf(facts);
  if (!line) return null;
  return {
    level: PLAIN.level + ((center - line.center) / line.steps) * 255 * line.way,
    window: ((width - line.extra) / line.steps) * PLAIN.window,
  };
}

/** The file's value for a tone; null where the mapping is not linear. @param {number} tone @param {Facts} facts */
export function nativeValue(tone, facts) {
  const line = lineOf(facts);
  if (!line || !Number.isFinite(tone)) return null;
  const shown = line.way < 0 ? 255 - tone : tone;
  return line.center - line.extra / 2 + (shown / 255 - 0.5) * line.steps;
}
