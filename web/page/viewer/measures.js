/* measures.js - what a person measures on a film by hand: lengths, and the cardiothoracic ratio.
 *
 * Points are in pixels of the film as it is stored, so that they stay where they are when it is turned.
 * SPDX-License-Identifier: MIT */
import { text } from "../base/strings.js";
import { fixed, fraction } from "../base/format.js";
import { AS_STORED } from "../films/treatment.js";
import { compose, inverse, orientPoint, orientedSize } from "../../picture/orientation.js";

/** @typedef {{ x: number, y: number }} Point */
/** known: its length in mm, if a person said it; the film is calibrated by it, for as long as the line is there
 * @typedef {{ kind: "length" | "heart" | "thorax", a: Point, b: Point, known?: number }} Measure */
/** @typedef {import("../../picture/orientation.js").Orientation} Orientation */
/** What a length in pixels is. height and width: of a pixel in mm, 1 where the file does not say; basis: what these mm are of
 * @typedef {{ height: number, width: number, basis: "patient" | "detector" | "magnified" | "unknown" | "calibrated" | "pixels", magnification: number }} Unit */

const strings = text.measures;

/** @type {Unit} */
const PIXELS = { height: 1, width: 1, basis: "pixels", magnification: 1 };

/** What of a file says how large its pixels are.
 * @typedef {Pick<import("../../dicom/facts.js").DicomFacts, "spacing" | "spacingAt" | "magnification" | "pixelRatio">} Spacing */

/** The line that a film is calibrated by. @param {readonly Measure[]} measures */
export const referenceOf = (measures) => measures.find(({ known }) => known !== undefined);

/** What lengths on a film are in: by the length that a person said, else of the patient, where the file says enough. What was
 * measured at the detector is divided by the magnification that the file has (PS3.3, C.8.11.5.1).
 * @param {Spacing | null} facts @param {readonly Measure[]} measures on the film @returns {Unit} */
export function unitOf(facts, measures) {
  const reference = referenceOf(measures);
  if (reference) return calibrated(reference, facts?.spacing ?? [facts?.pixelRatio ?? 1, 1]);
  if (!facts?.spacing) return PIXELS;
  const { spacing: [height, width], spacingAt, magnification } = facts;
  if (spacingAt === "detector" && magnification !== null) {
    return { height: height / magnification, width: width / magnification, basis: "magnified", magnification };
  }
  return { height, width, basis: spacingAt || "unknown", magnification: 1 };
}

/** Pixels keep their shape. @param {Measure} reference @param {[number, number]} shape height and width of a pixel, in any unit
 * @returns {Unit} */
function calibrated(reference, [height, width]) {
  const length = lengthOf(reference, { height, width });
  const factor = length > 0 ? Number(reference.known) / length : NaN;
  return { height: height * factor, width: width * factor, basis: "calibrated", magnification: 1 };
}

/** @param {Measure} measure @param {Pick<Unit, "height" | "width">} unit */
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
    unknown: strings.uncalibrated(n), calibrated: strings.calibrated(n), pixels: strings.pixels(n) }[basis];
}

/** What stands beside a line. @param {Measure} measure @param {Unit} unit */
export function labelOf(measure, unit) {
  if (measure.known !== undefined) return strings.reference(fixed(measure.known, 1));
  const amount = amountOf(lengthOf(measure, unit), unit);
  return measure.kind === "length" ? amount : `${strings[measure.kind]} ${amount}`;
}

/** That a film is calibrated by hand, and how large its pixels are then; "" if it is not. @param {Unit} unit */
export function calibrationWords({ basis, height, width }) {
  const [rows, columns] = [fixed(height, 3), fixed(width, 3)];
  return basis === "calibrated" ? strings.calibration(rows === columns ? rows : `${rows} × ${columns}`) : "";
}

/** The length that a film can be calibrated by: the last one that was drawn. @param {readonly Measure[]} measures */
export const lastLength = (measures) => measures.findLast(({ kind }) => kind === "length");

/** Measures on a film that is calibrated by one of them, or by none. @param {readonly Measure[]} measures
 * @param {Measure | undefined} reference one of them @param {number} mm that it is long @returns {Measure[]} */
export const calibratedBy = (measures, reference, mm) =>
  measures.map(({ known, ...line }, i) => (measures[i] === reference ? { ...line, known: mm } : line));

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
  return measures.map((line) => ({ ...line, a: turned(line.a), b: turned(line.b) }));
}

/** What a person measured on a film, as the film is read now. @param {Pick<import("../films/film-queue.js").Film, "measures" | "treatment">} film
 * @param {import("../../picture/viewport.js").Size} size of it @returns {readonly Measure[]} */
export function measuresOn({ measures, treatment = AS_STORED }, size) {
  if (!measures) return [];
  const before = measures.treatment ?? AS_STORED;
  return before === treatment ? measures.list : turnedMeasures(measures.list, size, before, treatment);
}
