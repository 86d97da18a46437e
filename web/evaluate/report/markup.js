/* markup.js - pieces of a page as data, to be written as HTML or made into elements of a document. No text is ever taken for markup.
 *
 *     m("td", { class: "number" }, "0.83")
 *
 * SPDX-License-Identifier: MIT */

/** A piece: an element, or text. @typedef {Markup | string} Piece */
/** @typedef {{ tag: string, attributes: Readonly<Record<string, string | number>>, children: Piece[] }} Markup */
/** null, false and "" are left out; lists of such are laid flat. @typedef {Piece | null | undefined | false | readonly any[]} Content */

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;" };

/** @param {readonly Content[]} content @returns {Piece[]} */
const piecesOf = (content) => content.flatMap((one) =>
  (Array.isArray(one) ? piecesOf(one) : one ? [/** @type {Piece} */ (one)] : []));

/** An element. @param {string} tag @param {Readonly<Record<string, string | number>>} attributes @param {...Content} content @returns {Markup} */
export const m = (tag, attributes, ...content) => ({ tag, attributes, children: piecesOf(content) });

/** Text for HTML; what cannot be seen or turns the text around it becomes "?". @param {string | number} text */
const safe = (text) => String(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]).replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "?");

/** @param {Piece} piece @returns {string} HTML */
export function htmlOf(piece) {
  if (typeof piece === "string") return safe(piece);
  const { tag, attributes, children } = piece;
  const said = Object.entries(attributes).map(([name, value]) => ` ${name}="${safe(value)}"`).join("");
  return `<${tag}${said}>${children.map(htmlOf).join("")}</${tag}>`;
}
