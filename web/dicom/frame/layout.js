/* layout.js - what the file says of its pixels, checked before anything is decoded.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { MAX_PIXELS, MAX_SIDE } from "../../base/limits.js";

/** @typedef {import("../file/data-set.js").DataSet} DataSet */

/** @typedef {object} Layout
 * @property {number} rows
 * @property {number} columns
 * @property {number} samples of a pixel: 1 or 3
 * @property {number} allocated bits of a stored sample: 1, 8, 16 or 32
 * @property {number} stored bits of these that hold the value, 1..allocated
 * @property {number} highBit the uppermost of them
 * @property {boolean} signed two's complement
 * @property {boolean} planar colors one after the other, not pixel by pixel
 * @property {string} photometric
 * @property {number} frames
 */

const GRAY = ["MONOCHROME1", "MONOCHROME2"];
const COLOR = ["RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"];

/** @param {string} what @returns {never} */
function refuse(what) {
  throw new EvaxError("DICOM_UNSUPPORTED", what);
}

/** @param {DataSet} set @param {import("../file/data-set.js").Name} name */
function needed(set, name) {
  const value = set.integer(name);
  if (value === null) throw new EvaxError("DICOM_CORRUPT", `it does not say its ${name}`);
  return value;
}

/** @param {number} rows @param {number} columns */
function checkSize(rows, columns) {
  const said = `${columns} x ${rows} pixels`;
  if (rows === 0 || columns === 0) throw new EvaxError("IMAGE_EMPTY", said);
  if (Math.max(rows, columns) > MAX_SIDE || rows * columns > MAX_PIXELS) {
    throw new EvaxError("IMAGE_SIZE", said);
  }
}

/** @param {Layout} layout */
function checkDepth({ allocated, stored, highBit, samples, photometric }) {
  if (![1, 8, 16, 32].includes(allocated)) refuse(`${allocated} bits are allocated to a sample`);
  if (allocated === 32 && photometric === "PALETTE COLOR") refuse("a palette for samples of 32 bits");
  if (stored < 1 || stored > allocated || highBit >= allocated || highBit + 1 < stored) {
    throw new EvaxError("DICOM_CORRUPT",
      `${stored} of ${allocated} bits cannot end at bit ${highBit}`);
  }
  if (samples === 3 && stored < 8) refuse(`color of ${stored} bits`);
}

/** @param {Layout} layout */
function checkColor({ samples, photometric }) {
  const fits = samples === 3 ? COLOR : [...GRAY, "PALETTE COLOR"];
  if (samples !== 1 && samples !== 3) refuse(`${samples} samples a pixel`);
  if (fits.includes(photometric)) return;
  if (photometric === "") refuse("it does not say its photometric interpretation");
  const known = [...GRAY, ...COLOR, "PALETTE COLOR"].includes(photometric);
  refuse(known ? `${photometric} with ${samples} samples a pixel`
    : "a photometric interpretation that is not read");
}

/**
 * @param {DataSet} set
 * @returns {Layout} throws DICOM_NO_IMAGE, DICOM_UNSUPPORTED, DICOM_CORRUPT, IMAGE_EMPTY,
 *   IMAGE_SIZE
 */
export function layoutOf(set) {
  if (!set.has("rows") || !set.has("columns")) {
    throw new EvaxError("DICOM_NO_IMAGE", "it has no rows and columns");
  }
  const stored = needed(set, "bitsStored");
  const frames = set.decimal("frames").value ?? 1;
  const layout = {
    rows: needed(set, "rows"),
    columns: needed(set, "columns"),
    samples: set.integer("samples") ?? 1,
    allocated: needed(set, "bitsAllocated"),
    stored,
    highBit: set.integer("highBit") ?? stored - 1,
    signed: set.integer("signed") === 1,
    planar: set.integer("planar") === 1,
    photometric: set.word("photometric"),
    frames: Number.isInteger(frames) && frames > 0 ? frames : 1,
  };
  checkSize(layout.rows, layout.columns);
  checkColor(layout);
  checkDepth(layout);
  return layout;
}

/** Samples of one frame. @param {Layout} layout */
export const samplesOf = ({ rows, columns, samples }) => rows * columns * samples;
