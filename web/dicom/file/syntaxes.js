/* syntaxes.js - the transfer syntaxes that are read, by UID (DICOM PS3.5, annex A).
 * SPDX-License-Identifier: MIT */

/** How a frame is stored: as it is, run lengths, or a codestream.
 * @typedef {"native" | "rle" | "jpeg" | "jpeg-lossless" | "jpeg-ls" | "jpeg-2000"} Coding */
/** @typedef {object} Syntax
 * @property {string} uid
 * @property {string} name
 * @property {Coding} coding
 */

export const IMPLICIT = "1.2.840.10008.1.2";
export const EXPLICIT = "1.2.840.10008.1.2.1";
export const BIG_ENDIAN = "1.2.840.10008.1.2.2";
export const DEFLATED = "1.2.840.10008.1.2.1.99";

/** @type {[string, string, Coding][]} */
const READ = [
  [IMPLICIT, "Implicit VR Little Endian", "native"],
  [EXPLICIT, "Explicit VR Little Endian", "native"],
  [BIG_ENDIAN, "Explicit VR Big Endian", "native"],
  [DEFLATED, "Deflated Explicit VR Little Endian", "native"],
  ["1.2.840.10008.1.2.5", "RLE Lossless", "rle"],
  ["1.2.840.10008.1.2.4.50", "JPEG Baseline", "jpeg"],
  ["1.2.840.10008.1.2.4.51", "JPEG Extended", "jpeg"],
  ["1.2.840.10008.1.2.4.57", "JPEG Lossless", "jpeg-lossless"],
  ["1.2.840.10008.1.2.4.70", "JPEG Lossless, First-Order Prediction", "jpeg-lossless"],
  ["1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", "jpeg-ls"],
  ["1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless", "jpeg-ls"],
  ["1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", "jpeg-2000"],
  ["1.2.840.10008.1.2.4.91", "JPEG 2000", "jpeg-2000"],
];

/** @type {ReadonlyMap<string, Syntax>} by UID */
export const SYNTAXES = new Map(READ.map(([uid, name, coding]) => [uid, { uid, name, coding }]));
