/* corners.js - what stands over a film, at its corners and edges: which film it is, what its file says of it, where the
 * patient's sides are, how it was turned, zoom, window, and the value under the pointer.
 * SPDX-License-Identifier: MIT */
import { count, windowValue } from "../base/format.js";
import { h, say } from "../base/dom.js";
import { inNativeUnits } from "../../picture/gray-scale.js";
import { text } from "../base/strings.js";
import { lyingWords } from "../films/treatment.js";
import { calibrationWords } from "./measures.js";
import { edgesOf } from "../../picture/edges.js";

/** @typedef {import("../films/picture-cache.js").Picture} Picture */
/** @typedef {import("../../picture/gray-scale.js").GrayScale} GrayScale */
/** What there is to say. at: the point of the picture under the pointer, in pixels of it as it lies; unit: of what is measured
 * @typedef {{ caption: import("./film-view.js").Caption, facts: import("../../dicom/facts.js").DicomFacts | null, percent: number,
 *   look: import("../../picture/viewport.js").Look, scale: GrayScale | null, picture: Picture, at: { x: number, y: number } | null,
 *   unit: import("./measures.js").Unit | null,
 *   orientation: import("../../picture/orientation.js").Orientation }} Said */

const strings = text.viewer;

/** The value of a pixel: in the file's units where they are known. @param {Pick<Said, "picture" | "scale" | "at">} said @returns {string} */
export function valueAt({ picture, scale, at }) {
  const { width, height, channels, data } = picture;
  if (!at || at.x < 0 || at.y < 0 || at.x >= width || at.y >= height) return "";
  const from = (Math.floor(at.y) * width + Math.floor(at.x)) * channels;
  const samples = [...data.subarray(from, from + channels)];
  const native = scale ? scale.values[samples[0]] : NaN;
  const value = scale && Number.isNaN(native) ? strings.padding
    : scale ? windowValue(native, Number.isInteger(native) ? 20 : 1) : samples.join(", ");
  return strings.valueAt(String(Math.floor(at.x)), String(Math.floor(at.y)), value);
}

/** The window on the screen, in words. @param {Pick<Said, "look" | "scale">} said */
export function windowWords({ look, scale }) {
  if (look.table) return strings.table;
  const { center, width } = inNativeUnits(look, scale);
  return strings.windowShort(windowValue(center, width), windowValue(width, width));
}

/** View, side, modality, and that high values are dark. @param {Said["facts"]} facts */
function viewWords(facts) {
  const { view = "", laterality = "", modality = "", photometric = "" } = facts ?? {};
  return [view, laterality, modality, photometric === "MONOCHROME1" ? photometric : ""].filter((word) => word && word !== "other").join("  ");
}

export function cornersOf() {
  const places = Object.fromEntries(["name", "view", "zoom", "value"].map((name) => [name, h("p", { class: `corner corner-${name}` })]));
  const edges = Object.fromEntries(/** @type {const} */ (["left", "right", "top", "bottom"]).map((name) => [name, h("p", { class: `edge edge-${name}` })]));
  const [view, turned, calibrated, value, window] = [h("span"), h("span"), h("span", { class: "calibrated" }), h("span"), h("span")];
  places.view.append(view, turned, calibrated);
  places.value.append(value, window);
  const note = h("p", { class: "viewer-note" });
  return {
    note,
    element: h("div", { class: "corners", "aria-hidden": "true" }, ...Object.values(places), ...Object.values(edges), note),
    /** @param {Said | null} said */
    show(said) {
      say(places.name, said ? `${said.caption.number}  ${said.caption.name}` : "");
      const lying = said ? lyingWords(said.orientation) : "";
      say(view, viewWords(said?.facts ?? null));
      say(turned, lying);
      say(calibrated, said?.unit ? calibrationWords(said.unit) : "");
      places.view.hidden = !view.textContent && !lying && !calibrated.textContent;
      const sides = edgesOf(said?.facts?.orientation ?? null, said?.orientation);
      for (const [name, edge] of Object.entries(edges)) say(edge, sides?.[/** @type {keyof typeof sides} */ (name)] ?? "");
      say(places.zoom, said ? `${count(said.percent)} %` : "");
      say(value, said ? valueAt(said) : "");
      say(window, said ? windowWords(said) : "");
      places.value.hidden = !said;
    },
  };
}
