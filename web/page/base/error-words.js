/* error-words.js - errors for people who use the page: what happened, and what they can do about it.
 *
 * The texts of web/base/errors.js are for everybody. Where their cure is one for developers or for the command line, the
 * page has its own.
 * SPDX-License-Identifier: MIT */
import { CODES } from "../../base/errors.js";
import { wordsIn } from "./language.js";
import { phrase } from "./phrases.js";

const FOR_VISITORS = /** @type {const} */ ({
  INPUT_TYPE: ["this kind of file is not read", "Open a DICOM, PNG or JPEG file."],
  INPUT_UNREADABLE: ["the file cannot be read", "Check that it still exists and that you may read it. Then open it again."],
  MODEL_NOT_FOUND: ["there is no model here", "Tell the owner of this page: the folder of the model is missing."],
  MODEL_INTEGRITY: ["this is not the model that the page asked for", "Do not use it, and tell the owner of this page."],
  MANIFEST_INVALID: ["the model’s description is not valid", "Copy or convert the model again, or tell the owner of this page."],
  WASM_UNSUPPORTED: ["this browser cannot run the engine", "WebAssembly with SIMD is needed: update the browser, or turn Lockdown Mode or enhanced security off for this site."],
  MANIFEST_HASH: ["the model’s description is damaged or was changed", "Download or copy the model again."],
  LABELS_NEEDED: ["it is not known what the model’s outputs stand for", "Give the labels, or a card that has them."],
  CARD_INVALID: ["the card is not valid", "Correct it, or give the labels instead."],
  SITE_CARD_INVALID: ["this is not a site card", "Choose the site-card.json that a validation has saved."],
  CHUNK_MISSING: ["a part of the model is missing", "Try again. If it stays so, tell the owner of this page: the model must be copied again."],
  CHUNK_LENGTH: ["a part of the model has the wrong length", "Try again. If it stays so, tell the owner of this page: the model must be copied again."],
  CHUNK_HASH: ["a part of the model is damaged or was changed", "Try again. If it stays so, tell the owner of this page: the model must be copied again."],
  WASM_LOAD: ["a part of the engine cannot be loaded", "Load the page again. If that does not help, tell the owner of this page."],
  WASM_TRAP: ["the engine stopped unexpectedly", "Try the film again. If it happens again, please report it."],
  WORKER_LOAD: ["a script of the page cannot be loaded", "Load the page again. If that does not help, tell the owner of this page."],
  SCRIPT_HASH: ["a script of the page has been changed", "Load the page again. If that does not help, tell the owner of this page."],
  SELF_TEST: ["the engine gives wrong numbers in this browser, so it shows no scores", "Update the browser, or use another one."],
  MEMORY: ["there is not enough memory", "Close other pages, or use a smaller model."],
  STATE: ["the page is not ready for this yet", "Wait until the model is loaded. If it happens again, please report it."],
  NUMERIC: ["the model gave a number that is not finite", "Load the model again. If it happens again, please report it."],
  DICOM_FRAME: ["this file has several frames", "Choose one."],
});

/** [what happened, what to do about it], by code. */
export const ENGLISH_ERRORS = { errors: { ...CODES, ...FOR_VISITORS } };

/** @type {ReturnType<typeof wordsIn<typeof ENGLISH_ERRORS>> | null} */ let words = null;

/* The same in the person's language; most visits need none. */
const wordsNow = () => words ??= wordsIn(ENGLISH_ERRORS);

/** What a person is told of an error; null of one that has no code. @param {any} error
 * @returns {{ what: string, cure: string } | null} */
export function errorWords({ code, detail = "" }) {
  const { errors } = wordsNow();
  const said = Object.hasOwn(errors, code) ? errors[/** @type {keyof typeof CODES} */ (code)] : null;
  return said && { what: detail ? `${said[0]}: ${phrase(detail)}` : said[0], cure: said[1] };
}
