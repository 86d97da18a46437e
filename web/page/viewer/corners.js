/* corners.js - what stands in the corners of a film: which film it is, what its file says of it, zoom, window, and the value
 * under the pointer.
 * SPDX-License-Identifier: MIT */
import { count, windowValue } from "../base/format.js";
import { h, say } from "../base/dom.js";
import { inNativeUnits, nativeValue } from "./native-window.js";
import { text } from "../base/strings.js";

/** @typedef {import("../films/picture-cache.js").Picture} Picture */
/** What there is to say. at: the point of the picture under the pointer
 * @typedef {{ caption: import("./film-view.js").Caption, facts: import("../../dicom/facts.js").DicomFacts | null, percent: number,
 *   look: import("../../picture/viewport.js").Look, tones: Float32Array | undefined, picture: Picture, at: { x: number, y: number } | null }} Said */

const strings = text.viewer;

/** The value of a pixel: in the file's units where they are known. @param {Said} said @returns {string} */
export function valueAt({ picture, tones, facts, at }) {
  const { width, height, channels, data } = picture;
  if (!at || at.x < 0 || at.y < 0 || at.x >= width || at.y >= height) return "";
  const from = (Math.floor(at.y) * width + Math.floor(at.x)) * channels;
  const samples = [...data.subarray(from, from + channels)];
  const native = tones ? nativeValue(tones[samples[0]], facts) : null;
  const value = native === null ? samples.join(", ") : windowValue(native, 20);
  return strings.valueAt(String(Math.floor(at.x)), String(Math.floor(at.y)), value);
}

/** @param {Said} said */
function windowOf({ look, tones, facts }) {
  const { center, width } = (tones && inNativeUnits(look, facts)) || { center: look.level, width: look.window };
  return strings.windowShort(windowValue(center, width), windowValue(width, width));
}

export function cornersOf() {
  const places = Object.fromEntries(["name", "view", "zoom", "value"].map((name) => [name, h("p", { class: `corner corner-${name}` })]));
  const [value, window] = [h("span"), h("span")];
  places.value.append(value, window);
  const note = h("p", { class: "viewer-note" });
  return {
    note,
    element: h("div", { class: "corners", "aria-hidden": "true" }, ...Object.values(places), note),
    /** @param {Said | null} said */
    show(said) {
      const { view = "", laterality = "", modality = "" } = said?.facts ?? {};
      say(places.name, said ? `${said.caption.number}  ${said.caption.name}` : "");
      say(places.view, [view, laterality, modality].filter((word) => word && word !== "other").join("  "));
      say(places.zoom, said ? `${count(said.percent)} %` : "");
      say(value, said ? valueAt(said) : "");
      say(window, said ? windowOf(said) : "");
      places.value.hidden = !said;
    },
  };
}
