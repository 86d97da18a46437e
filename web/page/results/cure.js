/* cure.js - why a film's findings cannot be trusted, and the one thing that a person can do about it here.
 *
 * The model's detector may call one film turned, inverted and no film at all, all at once. So what could help is tried:
 * the film is read in other orientations and inverted, until one is like the films that the model knows.
 * SPDX-License-Identifier: MIT */
import { FROM_MODEL } from "../films/reasons.js";
import { AS_STORED, isAsStored, undoing } from "../films/treatment.js";

/** @typedef {import("../films/treatment.js").Treatment} Treatment */
/** @typedef {import("../films/reasons.js").FilmReason} FilmReason */

/* Findings stand behind these reasons; beside any other one. The first that a film has is the one that is said. */
const BLOCKING = ["VIEW_LATERAL", "FOR_PROCESSING", "BODY_PART", "MIRRORED", "UPSIDE_DOWN", "ROTATED", "NOT_LIKE_FILMS", "TURNED",
  "INVERTED"];
/* What the file itself says how to undo. */
/** @type {Record<string, Partial<Treatment>>} */
const KNOWN = { MIRRORED: { flip: true }, UPSIDE_DOWN: { turns: 2, flip: true } };
const SIDEWAYS = [{ turns: 3 }, { turns: 1 }];
/* In the order of how often films come so. */
const TRIALS = [{ invert: true }, { turns: 2 }, ...SIDEWAYS];

/** The reason that the findings stand behind; null if they need not. @param {FilmReason[]} reasons */
export const blockingReason = (reasons) => BLOCKING.flatMap((code) => reasons.find((reason) => reason.code === code) ?? [])[0] ?? null;

/** What of a film's reasons the model has seen in it. @param {{ code: string }[]} reasons */
const detected = (reasons) => reasons.filter(({ code }) => FROM_MODEL.has(code));

/** Which treatments may help, the likeliest first: what was done to the film by hand may have been a mistake.
 * @param {FilmReason[]} reasons @param {Treatment} done @returns {Partial<Treatment>[]} */
const trialsFor = (reasons, done) => [...(isAsStored(done) ? [] : [undoing(done)]), ...usualTrials(reasons)];

/** @param {FilmReason[]} reasons @returns {Partial<Treatment>[]} */
function usualTrials(reasons) {
  const code = blockingReason(reasons)?.code ?? "";
  if (code === "ROTATED") return [...SIDEWAYS, { turns: 2 }];
  const codes = detected(reasons).map((reason) => reason.code);
  if (!codes.includes("TURNED") && !codes.includes("INVERTED")) return [];
  return codes.includes("TURNED") ? TRIALS : TRIALS.slice(0, 1);
}

/**
 * The treatment that cures a film; null if there is none. Tries at most five.
 * @param {FilmReason[]} reasons of the film as it was read
 * @param {(treatment: Treatment) => Promise<{ code: string }[]>} attempt the reasons of the model for the film so treated
 * @param {Treatment} [done] to the film before it was read
 * @returns {Promise<Treatment | null>}
 */
export async function findCure(reasons, attempt, done = AS_STORED) {
  const code = blockingReason(reasons)?.code ?? "";
  if (Object.hasOwn(KNOWN, code)) return { ...AS_STORED, ...KNOWN[code] };
  if (["VIEW_LATERAL", "FOR_PROCESSING", "BODY_PART", ""].includes(code)) return null;
  for (const trial of trialsFor(reasons, done)) {
    const treatment = { ...AS_STORED, ...trial };
    if (detected(await attempt(treatment)).length === 0) return treatment;
  }
  return null;
}
