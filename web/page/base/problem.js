/* problem.js - shows an error: what happened, what to do, and buttons to go on.
 * SPDX-License-Identifier: MIT */
import { h, icon } from "./dom.js";
import { errorWords } from "./error-words.js";
import { text } from "./first-strings.js";

const strings = text.problem;

/** The texts of an error: by its code, else its own, else a general one. @param {any} error */
export function wordsOf(error) {
  const { code = null, hint, message = error } = error ?? {};
  return { code, ...errorWords(error ?? {})
    ?? (hint ? { what: message, cure: hint } : { what: `${strings.notThisPage}: ${message}`, cure: strings.unexpected }) };
}

/** What happened and what to do about it, in a line. @param {any} error */
export function sentencesOf(error) {
  const { what, cure } = wordsOf(error);
  return `${sentence(what)} ${cure}`;
}

/**
 * @param {any} error
 * @param {{ [label: string]: () => void }} actions one button each, the first one the main one
 * @param {string} [heading]
 */
export function problemView(error, actions, heading = strings.heading) {
  const { what, cure, code } = wordsOf(error);
  const buttons = Object.entries(actions).map(([label, act], i) =>
    h("button", { type: "button", class: i ? null : "primary", onclick: act }, label));
  return h("div", { class: "problem", role: "group", "aria-label": heading },
    icon("warn"),
    h("div", {},
      h("h2", { tabindex: "-1" }, heading),
      h("p", { class: "what" }, sentence(what)),
      h("p", {}, h("strong", {}, `${text.whatToDo}: `), cure),
      code && h("p", { class: "fine" }, h("code", {}, code)),
      buttons.length > 0 && h("p", { class: "actions" }, ...buttons)));
}

/** The engine cannot run here. @param {any} error @param {() => void} onCopy */
export const unsupportedView = (error, onCopy) => h("section", { class: "sheet" },
  h("h2", { tabindex: "-1" }, strings.unsupported),
  h("p", { class: "lead" }, sentence(wordsOf(error).what)),
  h("p", {}, h("strong", {}, `${text.whatToDo}: `), wordsOf(error).cure),
  h("ul", {}, ...strings.unsupportedWays.map((way) => h("li", {}, way))),
  h("p", { class: "actions" },
    h("button", { type: "button", onclick: onCopy }, text.copyDiagnostics)));

/** @param {string} what */
const sentence = (what) => `${what[0].toUpperCase()}${what.slice(1)}${/[.!?]$/.test(what) ? "" : "."}`;
