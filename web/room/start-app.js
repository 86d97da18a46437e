/* start-app.js - the app, with what the code of the page around may ask of it, and what it is told: in the room, and where
 * no room can be had.
 * SPDX-License-Identifier: MIT */
import { App } from "../page/app.js";
import { setLanguage } from "../page/base/language.js";
import { text } from "../page/base/first-strings.js";

/** A language, and its words; null: English. @typedef {{ language: string, words: unknown }} Spoken */
/** What the page may say later: a film, the language, the words of languages that may be chosen, or that the list is to
 * be cleared. @typedef {Partial<GivenFilm & Spoken & { languages: Record<string, unknown>, clear: true }>} Said */
/** What the page is told of a film, if it asked.
 * @typedef {Pick<import("../page/films/film-queue.js").Result, "findings" | "reasons" | "notice" | "input">
 *   & { name: string }} Shared */
/** A film that failed, if it asked. @typedef {{ name: string, code: string, detail: string }} Failed */
/** A film from the page's code. @typedef {{ film: import("../engine/input.js").Input, name: string }} GivenFilm */
/** @typedef {import("../page/app.js").Place} Place */
/** @typedef {import("../session/session.js").Session} Session */

/* The address of the room's document, which speaks the same language as what is in it. */
const ROOM = "about:srcdoc";

/** No picture, no embedding. @param {string} name @param {import("../page/films/film-queue.js").Result} result
 * @returns {Shared} */
export const sharedOf = (name, { findings, reasons, notice, input }) =>
  ({ name, findings, reasons, notice, input });

/** @param {string} name @param {any} error @returns {Failed} */
export const failedOf = (name, { code = "", detail, message }) => ({ name, code, detail: code ? detail : String(message) });

/** @param {Spoken} spoken */
export function speak({ language, words }) {
  setLanguage(language, words);
  if (location.href === ROOM) document.documentElement.lang = words ? language : "en";
}

/** The app, with what the page's code may ask of it. @param {ShadowRoot} root @param {Session} session
 * @param {Omit<Place, "languages">} place @param {(code: string) => Promise<unknown>} wordsOf a language, while they can be had */
export function startApp(root, session, place, wordsOf) {
  /** @type {(value?: unknown) => void} */ let opened = () => {};
  const ready = new Promise((resolve) => { opened = resolve; });
  /** @type {Record<string, unknown>} */ let handed = {};
  const languages = { choose: async (/** @type {string} */ code) => {
    const words = code === "en" ? null : handed[code] ?? await wordsOf(code);
    speak({ language: code, words });
    app.relabel();
  } };
  const app = new App(root, session, { ...place, languages, onReady: () => {
    opened();
    place.onReady?.();
  } });
  void app.start();
  const read = async (/** @type {GivenFilm} */ { film, name }) => {
    await ready;
    const shown = name || text.films.fromCode;
    return sharedOf(shown, await app.read(film, shown));
  };
  const hear = (/** @type {Said} */ said) => {
    if (said.film) void read(/** @type {GivenFilm} */ (said)).catch(() => {}); // the list says why
    if (said.clear) void ready.then(() => app.clear()); // films that came before it are on the list then
    if (said.languages) handed = said.languages;
    if (said.language === undefined) return;
    speak(/** @type {Spoken} */ (said));
    app.relabel();
  };
  return { app, read, hear };
}
