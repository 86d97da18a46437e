/* codestream.js - what a compressed frame says of itself, before any decoder sees it: how it is coded,
 * its size, and the bits and sign of its samples.
 *
 * Which decoder reads a frame follows from its own markers: the transfer syntax is sometimes wrong.
 * Decoders allocate what a codestream claims: a file of 4 kB that claimed 16384 x 16384 pixels made
 * one take 600 MB. So the claim must be that of the file around it.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { jpeg2000Claim } from "./jpeg-2000.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {"jpeg" | "jpeg-12" | "jpeg-lossless" | "jpeg-ls" | "jpeg-2000"} Codec */
/** bits and signed: of its samples; lossless: whether decoding gives what was encoded; planar: the
 * decoder gives one component after the other.
 * @typedef {{ codec: Codec, rows: number, columns: number, samples: number, bits: number,
 *   signed: boolean, lossless: boolean, planar: boolean }} Claim */

/** @param {string} what @returns {never} */
function corrupt(what) {
  throw new EvaxError("DICOM_CORRUPT", what);
}

/** @param {string} what @returns {never} */
function refuse(what) {
  throw new EvaxError("DICOM_UNSUPPORTED", what);
}

const SOI = 0xd8;
const SOS = 0xda;
const SOF = { baseline: 0xc0, extended: 0xc1, progressive: 0xc2, lossless: 0xc3, ls: 0xf7 };
/* SOF markers but DHT, JPG and DAC, which lie among them; and that of JPEG-LS. */
const isFrame = (/** @type {number} */ marker) =>
  (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === SOF.ls;

/** The segments between SOI and the data of the first scan: marker and body.
 * @param {Uint8Array} bytes @returns {Generator<[number, Uint8Array], void>} */
function* segmentsOf(bytes) {
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) corrupt("JPEG segments do not follow each other");
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
    yield [marker, bytes.subarray(at + 4, end)];
    if (marker === SOS) return;
    at = Math.max(end, at + 4);
  }
}

/** @param {number} process marker of the frame @param {number} bits @param {number} samples
 * @returns {Codec} */
function jpegCodec(process, bits, samples) {
  if (process === SOF.ls) return "jpeg-ls";
  if (process === SOF.lossless) return "jpeg-lossless";
  if (process === SOF.extended && bits === 12 && samples === 1) return "jpeg-12";
  if (bits === 8 && process <= SOF.progressive) return "jpeg";
  return refuse(`JPEG of ${bits} bits in this process`);
}

/** Of JPEG, in all its processes, and of JPEG-LS. @param {Uint8Array} bytes @returns {Claim} */
function jpegClaim(bytes) {
  /** @type {Claim | null} */ let claim = null;
  for (const [marker, body] of segmentsOf(bytes)) {
    if (isFrame(marker) && body.length >= 6 && !claim) {
      const [bits, samples] = [body[0], body[5]];
      const codec = jpegCodec(marker, bits, samples);
      claim = {
        codec, bits, samples, rows: (body[1] << 8) | body[2], columns: (body[3] << 8) | body[4],
        signed: false, lossless: marker === SOF.lossless, planar: false,
      };
    }
    if (marker === SOS && claim?.codec === "jpeg-ls" && body.length >= 3) {
      // Ns components; then NEAR, the greatest error, and the interleaving: 0 is one scan a component.
      const [near, interleave] = body.subarray(1 + 2 * body[0]);
      return { ...claim, lossless: near === 0, planar: interleave === 0 && claim.samples > 1 };
    }
  }
  return claim ?? corrupt("a JPEG frame does not say its size");
}

/* Adobe's APP14 segment with transform 0: the components are RGB. */
const ADOBE_RGB = [0xff, 0xee, 0, 14, 65, 100, 111, 98, 101, 0, 100, 0, 0, 0, 0, 0];

/**
 * A JPEG frame of a file whose photometric interpretation is RGB. A decoder takes three components
 * for YCbCr unless told otherwise; what the frame says itself, in a later segment, counts more.
 * @param {Uint8Array} bytes that checkCodestream() let pass
 * @returns {Uint8Array}
 */
export function asRgb(bytes) {
  const told = new Uint8Array(bytes.length + ADOBE_RGB.length);
  told.set(bytes.subarray(0, 2));
  told.set(ADOBE_RGB, 2);
  told.set(bytes.subarray(2), 2 + ADOBE_RGB.length);
  return told;
}

/* No decoder gives more. */
const MOST_BITS = 16;

/** Whether a frame is a codestream of the JPEG family, and not run lengths.
 * @param {Uint8Array} bytes */
export const isCodestream = (bytes) => isJpeg(bytes) || isJpeg2000(bytes);

/** @param {Uint8Array} bytes */
const isJpeg = ([a, b, c]) => a === 0xff && b === SOI && c === 0xff;
/** @param {Uint8Array} bytes */
const isJpeg2000 = ([a, b, c, d, e, f]) => (a === 0xff && b === 0x4f && c === 0xff && d === 0x51)
  || (a === 0 && b === 0 && c === 0 && d === 12 && e === 0x6a && f === 0x50);

/**
 * Refuses a codestream that claims other than the file around it.
 * @param {Uint8Array} bytes
 * @param {Layout} layout
 * @returns {Claim} throws DICOM_CORRUPT, DICOM_UNSUPPORTED, DICOM_LIMIT
 */
export function checkCodestream(bytes, layout) {
  if (!isCodestream(bytes)) corrupt("a frame is neither JPEG nor JPEG 2000");
  const claim = isJpeg(bytes) ? jpegClaim(bytes) : jpeg2000Claim(bytes);
  for (const name of /** @type {const} */ (["rows", "columns", "samples"])) {
    if (claim[name] !== layout[name]) {
      corrupt(`${layout[name]} ${name} in the file, ${claim[name]} in its compressed frame`);
    }
  }
  if (claim.bits > MOST_BITS) refuse(`a compressed frame of ${claim.bits} bits`);
  if (claim.bits > layout.allocated || claim.bits < 2) {
    corrupt(`${claim.bits} bits in the compressed frame, ${layout.allocated} allocated`);
  }
  return claim;
}
