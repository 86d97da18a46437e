/* options.js - options that nothing reads are refused: a mistyped name would change nothing, without a word.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "./errors.js";
import { didYouMean } from "./suggest.js";

/**
 * Throws OPTION_INVALID for options that are no object, and for one that a call does not have, with the one that was
 * probably meant. Options that are undefined count as absent.
 * @param {unknown} options
 * @param {readonly string[]} known
 * @param {string} call for example "load"
 */
export function refuseUnknown(options, known, call) {
  if (typeof options !== "object" || options === null) {
    throw new EvaxError("OPTION_INVALID", `the options of ${call}() must be an object`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || known.includes(name)) continue;
    throw new EvaxError("OPTION_INVALID", `${call}() has no option ${name}${didYouMean(name, known)}`);
  }
}
