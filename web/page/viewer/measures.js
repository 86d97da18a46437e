/* measures.js - what a person measures on a film by hand: lengths, and the cardiothoracic ratio.
 *
 * Points are in pixels of the film as it is stored, so that they stay where they are when it is turned.
 * SPDX-License-Identifier: MIT */
import { text } from "../base/strings.js";
import { fixed, fraction } from "../base/format.js";
import { AS_STORED } from "../films/treatment.js";
import { compose, inverse, orientPoint, orientedSize } from "../../picture/orientation.js";

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ kind: "length" | "heart" | "thorax", a: Point, b: Point }} Measure */
/** @typedef {import("../../picture/orientation.js").Orientation} Orientation */
/** What a length in pixels is. height and width: of a pixel in mm, 1 where the file does not say; basis: what these mm are of
 * @typedef {{ height: number, width: number, basis: "patient" | "detector" | "magnified" | "unknown" | "pixels", magnification: number }} Unit */

const strings = text.measures;

/** @type {Unit} */
const PIXELS = { height: 1, width: 1, basis: "pixels", magnification: 1 };

/** What lengths on a film are in: of the patient, where the file says enough. What was measured at the detector is divided by
 * the magnification that the file has (PS3.3, C.8.11.5.1).
 * @param {Pick<import("../../dicom/facts.js").DicomFacts, "spacing" | "spacingAt" | "magnification"> | null} facts @returns {Unit} */
export function unitOf(facts) {
  if (!facts?.spacing) return PIXELS;
  const { spacing: [height, width], spacingAt, magnification } = facts;
  if (spacingAt === "detector" && magnification !== null) {
    return { height: height / magnification, width: width / magnification, basis: "magnified", magnification };
  }
  return { height, width, basis: spacingAt || "unknown", magnification: 1 };
}

/** @param {Measure} measure @param {Unit} unit */
export const lengthOf = ({ a, b }, { height, width }) => Math.hypot((b.x - a.x) * width, (b.y - a.y) * height);

/** Heart over thorax; null before both are there. @param {readonly Measure[]} measures @param {Unit} unit
 * @returns {number | null} */
export function ratioOf(measures, unit) {
  const [heart, thorax] = ["heart", "thorax"].map((kind) => measures.find((one) => one.kind === kind));
  if (!heart || !thorax) return null;
  const width = lengthOf(thorax, unit);
  return width > 0 ? lengthOf(heart, unit) / width : null;
}

/** With what it is of. @param {number} length @param {Unit} unit */
function amountOf(length, { basis, magnification }) {
  const n = fixed(length, basis === "pixels" ? 0 : 1);
  return { patient: strings.millimeters(n), detector: strings.detector(n), magnified: strings.magnified(n, fixed(magnification, 2)),
    unknown: strings.uncalibrated(n), pixels: strings.pixels(n) }[basis];
}

/** What stands beside a line. @param {Measure} measure @param {Unit} unit */
export function labelOf(measure, unit) {
  const amount = amountOf(lengthOf(measure, unit), unit);
  return measure.kind === "length" ? amount : `${strings[measure.kind]} ${amount}`;
}

/** What a person is told of a line. @param {Measure} line @param {readonly Measure[]} measures all
 * @param {Unit} unit */
export function saidOf(line, measures, unit) {
  const ratio = line.kind === "length" ? null : ratioOf(measures, unit);
  return [labelOf(line, unit), ratio !== null && strings.ratio(fraction(ratio))].filter(Boolean).join(". ");
}

/** The kind of the next line that is drawn for a ratio: first the heart, then the thorax, then anew.
 * @param {readonly Measure[]} measures */
export const nextOfRatio = (measures) =>
  (measures.some(({ kind }) => kind === "heart") && !measures.some(({ kind }) => kind === "thorax") ? "thorax" : "heart");

/** The measures without those that a new line of this kind replaces. @param {readonly Measure[]} measures
 * @param {Measure["kind"]} kind */
export const withoutOld = (measures, kind) => measures.filter((one) => (kind === "heart" ? one.kind === "length" : kind === "length" || one.kind !== kind));

/** Measures on a film that is read otherwise from now on: they stay where they are in the patient.
 * @param {readonly Measure[]} measures @param {import("../../picture/viewport.js").Size} size of the film as it is read now
 * @param {Orientation} before as it was read @param {Orientation} now @returns {Measure[]} */
export function turnedMeasures(measures, size, before, now) {
  const was = orientedSize(orientedSize(size, inverse(now)), before);
  const turn = compose(inverse(before), now);
  const turned = (/** @type {Point} */ point) => orientPoint(point, was, turn);
  return measures.map(({ kind, a, b }) => ({ kind, a: turned(a), b: turned(b) }));
}

/** What a person measured on a film, as the film is read now. @param {Pick<import("../films/film-queue.js").Film, "measures" | "treatment">} film
 * @param {import("../../picture/viewport.js").Size} size of it @returns {readonly Measure[]} */
export function measuresOn({ measures, treatment = AS_STORED }, size) {
  if (!measures) return [];
  const before = measures.treatment ?? AS_STORED;
  return before === treatment ? measures.list : turnedMeasures(measures.list, size, before, treatment);
}
