/* gate.js - what stands before findings that cannot be trusted: the reason, and one cure.
 * SPDX-License-Identifier: MIT */
import { fill, h, icon } from "../base/dom.js";
import { findCure } from "./cure.js";
import { FROM_MODEL } from "../films/reasons.js";
import { both, isAsStored, treatmentWords } from "../films/treatment.js";
import { text } from "../base/strings.js";

const strings = text.gate;

/** @typedef {import("../films/treatment.js").Treatment} Treatment */
/** @typedef {import("../films/reasons.js").FilmReason} FilmReason */

/** What a button is called that reads the film otherwise. @param {Treatment} treatment @param {Treatment} done to it before */
function nameOf(treatment, done) {
  if (isAsStored(both(done, treatment))) return strings.asStored;
  const { turns, flip, invert } = treatment;
  if (flip) return strings.flip;
  return turns > 0 ? strings.turns[turns - 1] : invert ? strings.invert : "";
}

/** What is said with a treatment: what was done before, if that is taken back; what the file says; or of the model's several
 * reasons the one that it answers.
 * @param {Treatment} treatment @param {FilmReason} reason @param {FilmReason[]} reasons all @param {Treatment} done before */
export function saidWith(treatment, reason, reasons, done) {
  if (isAsStored(both(done, treatment))) return strings.changed(treatmentWords(done));
  if (!FROM_MODEL.has(reason.code)) return reason.message;
  return reasons.find(({ code }) => code === (treatment.invert ? "INVERTED" : "TURNED"))?.message ?? reason.message;
}

/**
 * @param {FilmReason} reason that is said
 * @param {FilmReason[]} reasons all
 * @param {Treatment} done to the film before it was read
 * @param {object} actions
 * @param {(treatment: Treatment) => Promise<{ code: string }[]>} actions.attempt reads the film so, and keeps nothing of it
 * @param {(treatment: Treatment) => void} actions.onTreat reads the film so from now on
 * @param {() => void} actions.onShow
 * @param {() => void} actions.onRemove takes the film off the list
 */
export function gateView(reason, reasons, done, { attempt, onTreat, onShow, onRemove }) {
  const cure = h("p", { class: "actions" });
  const said = h("p", { title: reason.detail }, reason.message);
  const showAnyway = (/** @type {string | null} */ kind) =>
    h("button", { type: "button", class: kind, onclick: onShow }, strings.show);
  fill(cure, h("span", { class: "fine", role: "status" }, strings.looking), showAnyway("quiet"));
  const without = () => fill(cure, showAnyway(null), h("button", { type: "button", class: "quiet", onclick: onRemove }, text.films.remove));
  findCure(reasons, attempt, done).then((treatment) => {
    if (!treatment) return without();
    fill(said, saidWith(treatment, reason, reasons, done));
    return fill(cure, h("button", { type: "button", class: "primary", onclick: () => onTreat(treatment) }, nameOf(treatment, done)),
      showAnyway("quiet"));
  }).catch(without);
  return h("div", { class: "gate", role: "group", "aria-label": strings.heading },
    icon("warn"), h("h3", {}, strings.heading), said, cure);
}
