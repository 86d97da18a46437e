/* known-words.js - what a table of labels says of a film, in words.
 * SPDX-License-Identifier: MIT */
import { words } from "../base/format.js";
import { text } from "../base/strings.js";

/** The findings that it shows; null where the table says nothing of any. @param {import("../../evaluate/labels/labels.js").Truth} truth
 * @param {readonly string[]} labels of the model @returns {string | null} */
export function knownWords({ shows }, labels) {
  if (shows.every((one) => one < 0)) return null;
  return labels.filter((_, i) => shows[i] === 1).map(words).join(", ") || text.table.noneOfThese;
}
