/* measures.js - what a person measures on a film by hand: lengths, and the cardiothoracic ratio.
 *
 * Points are in pixels of the film as it is stored, so that they stay where they are when it is turned.
 * SPDX-License-Identifier: MIT */
import { text } from "../base/strings.js";
import { fixed, fraction } from "../base/format.js";

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ kind: "length" | "heart" | "thorax", a: Point, b: Point }} Measure */
/** Height and width of a pixel in mm; null where the file does not say. @typedef {[number, number] | null} Spacing */

const strings = text.measures;

/** In mm, or in pixels where they are unknown. @param {Measure} measure @param {Spacing} spacing */
export const lengthOf = ({ a, b }, spacing) =>
  Math.hypot((b.x - a.x) * (spacing?.[1] ?? 1), (b.y - a.y) * (spacing?.[0] ?? 1));

/** Heart over thorax; null before both are there. @param {readonly Measure[]} measures @param {Spacing} spacing
 * @returns {number | null} */
export function ratioOf(measures, spacing) {
  const [heart, thorax] = ["heart", "thorax"].map((kind) => measures.find((one) => one.kind === kind));
  if (!heart || !thorax) return null;
  const width = lengthOf(thorax, spacing);
  return width > 0 ? lengthOf(heart, spacing) / width : null;
}

/** What stands beside a line. @param {Measure} measure @param {Spacing} spacing @param {boolean} detector it is larger there
 * than in the patient */
export function labelOf(measure, spacing, detector) {
  const length = lengthOf(measure, spacing);
  const amount = !spacing ? strings.pixels(fixed(length, 0))
    : detector ? strings.detector(fixed(length, 1)) : strings.millimeters(fixed(length, 1));
  return measure.kind === "length" ? amount : `${strings[measure.kind]} ${amount}`;
}

/** What a person is told of the line that was drawn last. @param {readonly Measure[]} measures at least one
 * @param {import("../../dicom/facts.js").DicomFacts | null} facts */
export function saidOf(measures, facts) {
  const spacing = facts?.spacing ?? null;
  const last = measures[measures.length - 1];
  const ratio = last.kind === "thorax" ? ratioOf(measures, spacing) : null;
  return [labelOf(last, spacing, facts?.spacingAt === "detector"), ratio !== null && strings.ratio(fraction(ratio))].filter(Boolean).join(". ");
}

/** The kind of the next line that is drawn for a ratio: first the heart, then the thorax, then anew.
 * @param {readonly Measure[]} measures */
export const nextOfRatio = (measures) =>
  (measures.some(({ kind }) => kind === "heart") && !measures.some(({ kind }) => kind === "thorax") ? "thorax" : "heart");

/** The measures without those that a new line of this kind replaces. @param {readonly Measure[]} measures
 * @param {Measure["kind"]} kind */
export const withoutOld = (measures, kind) => measures.filter((one) => (kind === "heart" ? one.kind === "length" : kind === "length" || one.kind !== kind));
