/* markup-view.js - pieces of a report (web/evaluate/report/markup.js) as elements of this document.
 * SPDX-License-Identifier: MIT */
import { h, svg } from "./dom.js";

/** @typedef {import("../../evaluate/report/markup.js").Piece} Piece */

/** @param {Piece} piece @param {boolean} [drawing] whether it is inside a drawing @returns {Element | string} */
export function viewOf(piece, drawing = false) {
  if (typeof piece === "string") return piece;
  const { tag, attributes, children } = piece, drawn = drawing || tag === "svg";
  const inside = children.map((child) => viewOf(child, drawn));
  return drawn ? svg(tag, attributes, ...inside) : h(/** @type {any} */ (tag), attributes, ...inside);
}
