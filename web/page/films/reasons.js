/* reasons.js - why the findings of a film may mean less than they seem to, for all that shows or exports them.
 * SPDX-License-Identifier: MIT */
import { h } from "../base/dom.js";
import { phrase } from "../base/phrases.js";
import { text } from "../base/strings.js";

/** @typedef {import("./film-queue.js").Film} Film */
/** code: of the engine, or CANVAS; message: in the person's language; detail: the particulars
 * @typedef {{ code: string, message: string, detail: string }} FilmReason */

/** Codes of what the model's detector says of a film, as opposed to its file. */
export const FROM_MODEL = new Set(["NOT_LIKE_FILMS", "TURNED", "INVERTED"]);

/* The page's own reason; a canvas is nothing that the engine knows of. */
const CANVAS = "CANVAS";

const words = /** @type {Record<string, string>} */ (text.reasons);

/** All reasons of a film; none before it has been read. @param {Pick<Film, "result" | "fromCanvas">} film
 * @returns {FilmReason[]} */
export function reasonsOf({ result, fromCanvas }) {
  if (!result) return [];
  const own = fromCanvas ? [{ code: CANVAS, message: words[CANVAS] }] : [];
  return [...own, ...result.reasons].map(({ code, message }) => ({
    code, message: Object.hasOwn(words, code) ? words[code] : phrase(message), detail: phrase(message),
  }));
}

/** How many reasons there are, where there is no room for their words: those are heard, and seen under the pointer.
 * @param {FilmReason[]} reasons one or more */
export function warningCount(reasons) {
  const all = reasons.map(({ message }) => message);
  return h("span", { title: all.join("\n") }, text.films.warned(all.length), h("span", { class: "spoken" }, `: ${all.join(" ")}`));
}
