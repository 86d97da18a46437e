/* codestream.js - what a compressed frame says of its own size, before any decoder sees it.
 *
 * Decoders allocate what a codestream claims: a file of 4 kB that claimed 16384 x 16384 pixels made
 * one take 600 MB. So the claim must be that of the file around it.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./syntaxes.js").Coding} Coding */
/** process: of JPEG, the marker of its frame; 0 otherwise.
 * @typedef {{ rows: number, columns: number, samples: number, bits: number, process: number }}
 *   Claim */

/** @param {string} what @returns {never} */
function corrupt(what) {
  throw new EvaxError("DICOM_CORRUPT", what);
}

const SOI = 0xd8;
const SOS = 0xda;
/* SOF markers but DHT, JPG and DAC, which lie among them; and that of JPEG-LS. */
const isFrame = (/** @type {number} */ marker) =>
  (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xf7;

/** Of JPEG, in all its processes, and of JPEG-LS. @param {DataView} view @returns {Claim} */
function jpegClaim(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== (0xff00 | SOI)) corrupt("a frame is not JPEG");
  for (let at = 2; at + 4 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) corrupt("JPEG segments do not follow each other");
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === SOS) break;
    const length = view.getUint16(at + 2);
    if (isFrame(marker) && at + 10 <= view.byteLength) {
      return {
        bits: view.getUint8(at + 4),
        rows: view.getUint16(at + 5),
        columns: view.getUint16(at + 7),
        samples: view.getUint8(at + 9),
        process: marker,
      };
    }
    at += 2 + length;
  }
  return corrupt("a JPEG frame does not say its size");
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

const JP2_SIGNATURE = 0x6a502020;
const JP2_CODESTREAM = 0x6a703263;

/** Where the codestream begins, in or without boxes. @param {DataView} view */
function codestreamStart(view) {
  if (view.byteLength < 12 || view.getUint32(4) !== JP2_SIGNATURE) return 0;
  for (let at = 0; at + 8 <= view.byteLength;) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === JP2_CODESTREAM) return at + 8;
    if (length < 8) break;
    at += length;
  }
  return corrupt("a JPEG 2000 frame has no codestream");
}

/* SOC and SIZ. */
const JPEG_2000 = 0xff4fff51;
const SIZ_BYTES = 45;

/** @param {DataView} view @returns {Claim} */
function jpeg2000Claim(view) {
  const at = codestreamStart(view);
  if (at + SIZ_BYTES > view.byteLength || view.getUint32(at) !== JPEG_2000) {
    corrupt("a frame is not JPEG 2000");
  }
  const field = (/** @type {number} */ i) => view.getUint32(at + 8 + 4 * i);
  const tiles = Math.ceil(field(0) / field(4)) * Math.ceil(field(1) / field(5));
  if (!(tiles <= 65_535)) corrupt("a JPEG 2000 frame has too many tiles");
  if (view.getUint8(at + 43) !== 1 || view.getUint8(at + 44) !== 1) {
    throw new EvaxError("DICOM_UNSUPPORTED", "JPEG 2000 with subsampled components");
  }
  return {
    columns: field(0) - field(2),
    rows: field(1) - field(3),
    samples: view.getUint16(at + 40),
    bits: (view.getUint8(at + 42) & 127) + 1,
    process: 0,
  };
}

/**
 * Refuses a codestream that claims other than the file around it.
 * @param {Coding} coding
 * @param {Uint8Array} bytes
 * @param {Layout} layout
 * @returns {Claim}
 */
export function checkCodestream(coding, bytes, layout) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const claim = coding === "jpeg-2000" ? jpeg2000Claim(view) : jpegClaim(view);
  for (const name of /** @type {const} */ (["rows", "columns", "samples"])) {
    if (claim[name] !== layout[name]) {
      corrupt(`${layout[name]} ${name} in the file, ${claim[name]} in its compressed frame`);
    }
  }
  if (claim.bits > layout.allocated || claim.bits < 2) {
    corrupt(`${claim.bits} bits in the compressed frame, ${layout.allocated} allocated`);
  }
  return claim;
}
