/* film-problem.js - why a film has no findings, and what can be done about it here.
 * SPDX-License-Identifier: MIT */
import { h } from "./base/dom.js";
import { problemView, sentencesOf } from "./base/problem.js";
import { canRetry } from "./films/retry.js";
import { text } from "./base/strings.js";

/** @typedef {import("./films/film-queue.js").Film} Film */

/** @param {Film} film that failed
 * @param {{ lost: boolean, onRetry: () => void, onRemove: () => void, onCopy: () => void }} actions lost: the engine has stopped
 * for good */
export function filmProblem(film, { lost, onRetry, onRemove, onCopy }) {
  const code = film.error?.code ?? "";
  const again = !lost && canRetry(film) ? { [text.retry]: onRetry } : {};
  return h("div", {}, problemView(film.error, { ...again, [text.films.remove]: onRemove, [text.copyDiagnostics]: onCopy }, film.name),
    code === "DICOM_FRAME" && frameChoice(film, onRetry),
    lost && h("p", {}, text.problem.engineLost));
}

/** The same in a line, where the film would be. @param {Film} film */
export const problemLine = (film) => sentencesOf(film.error);

/** It waits, is being read or was canceled. @param {Film} film
 * @param {{ onCancel: () => void, onRead: () => void, onRemove: () => void }} actions */
export function filmWaits(film, { onCancel, onRead, onRemove }) {
  const button = (/** @type {string} */ label, /** @type {() => void} */ act) => h("button", { type: "button", onclick: act }, label);
  const ways = film.status === "canceled" ? [button(text.films.read, onRead), button(text.films.remove, onRemove)] : [button(text.cancel, onCancel)];
  return h("div", {}, h("p", {}, waitingLine(film)), h("p", { class: "actions" }, ...ways));
}

/** The same in a line. @param {Film} film */
export const waitingLine = ({ status }) => ({
  waiting: text.results.waiting, reading: text.results.reading, canceled: text.results.canceled,
}[/** @type {"waiting" | "reading" | "canceled"} */ (status)]);

/** Which frame of a film to read. @param {Film} film @param {() => void} onRead */
function frameChoice(film, onRead) {
  const number = h("input", { type: "number", min: 1, step: 1, value: film.frame ?? 1, required: true });
  const read = () => {
    if (!number.reportValidity()) return;
    film.frame = number.valueAsNumber;
    onRead();
  };
  number.addEventListener("keydown", ({ key }) => key === "Enter" && read());
  // Not a form: the sealed frame submits none.
  return h("div", { class: "frame-choice" },
    h("label", {}, h("span", {}, text.films.frame), number),
    h("button", { type: "button", class: "primary", onclick: read }, text.films.readFrame));
}
