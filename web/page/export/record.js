/* record.js - the content of an export as one plain object, from which JSON and CSV are written.
 *
 * The schema is web/page/export/EXPORT.md. Every number is the engine's own, unrounded.
 * SPDX-License-Identifier: MIT */
import { reasonsOf } from "../films/reasons.js";
import { AS_STORED, turnedFacts } from "../films/treatment.js";
import { lengthOf, ratioOf, referenceOf, unitOf } from "../viewer/measures.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** The model and the engine that the results come from.
 * @typedef {object} Origin
 * @property {string} model name
 * @property {string} modelHash SHA-256 of manifest.json
 * @property {string} dtype
 * @property {{ resize: number, crop: number, interpolation: string, mean: number, std: number }}
 * preprocessing
 * @property {string} version of the engine
 * @property {string} variant of its kernels
 * @property {string} [engineHash] SHA-256 of its module
 * @property {string} scoring
 * @property {string} license
 * @property {string} attribution
 * @property {string} notice
 * @property {{ name: string, date: string | null, sha256: string } | null} [siteCard] whose thresholds and facts the findings have
 */

/** In English, with particulars: whoever reads an export need not know the language of the page. @param {Film} film */
const exportedReasons = (film) => reasonsOf(film).map(({ code, detail }) => ({ code, message: detail }));

/** By which line a film is calibrated by hand; null if it is not. @param {readonly import("../viewer/measures.js").Measure[]} lines
 * @param {import("../viewer/measures.js").Unit} unit */
function calibrationOf(lines, { height, width }) {
  const reference = referenceOf(lines);
  return reference ? { line: lines.indexOf(reference), length: reference.known, spacing: [height, width] } : null;
}

/** What a person measured on a film; null if nothing. @param {Film} film */
function measurementsOf({ measures, result }) {
  if (!measures?.list.length || !result) return null;
  const { dicom } = result.input;
  const unit = unitOf(dicom && turnedFacts(dicom, measures.treatment ?? AS_STORED), measures.list);
  const lines = measures.list.map((line) => ({ kind: line.kind, from: [line.a.x, line.a.y], to: [line.b.x, line.b.y],
    length: lengthOf(line, unit), unit: unit.basis === "pixels" ? "px" : "mm", basis: unit.basis }));
  return { lines, cardiothoracicRatio: ratioOf(measures.list, unit), magnification: unit.magnification,
    treatment: measures.treatment ?? null, calibration: calibrationOf(measures.list, unit) };
}

/** @param {Film} film @param {boolean} names */
function filmRecord(film, names) {
  const { id, name, fromCanvas, status, result, error } = film;
  return {
    film: id,
    ...(names ? { name } : {}),
    status,
    ...(result ? { fromCanvas, input: result.input, reasons: exportedReasons(film),
      findings: result.findings, customFindings: result.customFindings,
      measurements: measurementsOf(film) } : {}),
    ...(error ? { error: { code: error.code ?? "UNEXPECTED", message: error.message } } : {}),
  };
}

/**
 * @param {Origin} origin
 * @param {Film[]} films
 * @param {{ names: boolean, at: Date }} options names: file names can identify a person
 */
export function recordOf(origin, films, { names, at }) {
  const { model, modelHash, dtype, preprocessing, scoring, license, attribution } = origin;
  const { version, variant, engineHash = null, notice, siteCard = null } = origin;
  return {
    format: "eva-x-web/results",
    formatVersion: 1,
    notice,
    createdAt: at.toISOString(),
    model: { name: model, sha256: modelHash, dtype, scoring, preprocessing, license, attribution },
    engine: { name: "eva-x-web", version, variant, sha256: engineHash },
    siteCard,
    films: films.map((film) => filmRecord(film, names)),
  };
}
/** @typedef {ReturnType<typeof recordOf>} Record */
