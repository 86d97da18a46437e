/* frame.js - one frame's samples, whatever it is coded in, and where in them the values lie.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { asRgb, checkCodestream, isCodestream } from "./codestream.js";
import { isEncapsulated } from "./dicom-file.js";
import { frameBytes } from "./fragments.js";
import { samplesOf } from "./layout.js";
import { nativeFrame } from "./native.js";
import { rleFrame } from "./rle.js";
import { inSteps } from "./steps.js";

/** @typedef {import("./codestream.js").Claim} Claim */
/** @typedef {import("./decoders.js").Job} Job */
/** @typedef {import("./decoders.js").Samples} Samples */
/** @typedef {import("./dicom-file.js").DicomFile} DicomFile */
/** @typedef {import("./dicom-file.js").Pixels} Pixels */
/** @typedef {import("./gray.js").Depth} Depth */
/** @typedef {import("./layout.js").Layout} Layout */

/** Who decodes compressed frames. runJob: in a worker; decodeJpeg: 8-bit JPEG, by the engine itself,
 * to gray or RGB.
 * @typedef {object} Decoders
 * @property {(job: Job, signal?: AbortSignal) => Promise<{ samples: Samples, note: string }>} runJob
 * @property {(file: Uint8Array) => { channels: number, data: Uint8Array }
 *   | Promise<{ channels: number, data: Uint8Array }>} decodeJpeg
 */
/** @typedef {object} Frame
 * @property {Samples} samples pixel by pixel unless planar
 * @property {Depth} depth
 * @property {boolean} rgb whether a decoder made RGB of it
 * @property {boolean} planar one component after the other
 * @property {boolean} lossy whether its coding is
 * @property {string} doubt what the file and its codestream tell differently; "" if nothing
 * @property {string[]} notes
 */

/* What a decoder may take: its own, and some words for every sample on the way. */
const BASE_MEMORY = 64 * 1024 * 1024;
const MEMORY_A_SAMPLE = 24;
const MAX_MEMORY = 1024 * 1024 * 1024;

/* What a small file may unfold into: a film of this size, or this many samples for each of its bytes.
 * Radiographs take more than a byte for 16 samples in any coding. */
const FREE_SAMPLES = 1 << 24;
const SAMPLES_A_BYTE = 16;

/** @param {number} samples @param {number} bytes that they come from */
function checkRatio(samples, bytes) {
  if (samples <= Math.max(FREE_SAMPLES, SAMPLES_A_BYTE * bytes)) return;
  throw new EvaxError("DICOM_LIMIT", `${samples} samples from ${bytes} bytes`);
}

/** @param {Layout} layout @returns {Depth} */
const depthOf = ({ stored, highBit, signed }) =>
  ({ shift: highBit + 1 - stored, bits: stored, rangeBits: stored, signed });

/** Of a codestream's samples, whose bits it knows better than the file: a precision above the file's
 * uppermost bit is that of the values (gdcm and pydicom), and a sign stands in the uppermost bit of
 * the precision (dcmtk and gdcm), if the file says that there is one.
 * @param {Layout} layout @param {Claim} claim @returns {Depth} */
function codedDepth(layout, { bits }) {
  const { stored, highBit, signed } = layout;
  if (bits > highBit + 1) return { shift: 0, bits, rangeBits: bits, signed };
  if (bits < stored) return { shift: 0, bits, rangeBits: stored, signed };
  return depthOf(layout);
}

/** @param {Layout} layout @param {Claim} claim */
function doubtOf({ stored, highBit, signed, samples }, claim) {
  const { bits } = claim;
  const doubts = [];
  if (bits > highBit + 1 || (bits < stored && signed)) {
    doubts.push(`The file says that values have ${stored} bits, its compressed frame ${bits}; the frame counts.`);
  }
  if (claim.signed && !signed && samples === 1) {
    doubts.push("The compressed frame has signed values and the file says that they are not; the file counts.");
  }
  return doubts.join(" ");
}

/** @param {Uint8Array} bytes @param {Layout} layout @param {Claim} claim @param {Decoders} decoders
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ samples: Samples, rgb: boolean, planar: boolean, note: string }>} */
async function decode(bytes, layout, claim, decoders, signal) {
  const count = samplesOf(layout);
  if (claim.codec !== "jpeg") {
    const memory = Math.min(BASE_MEMORY + MEMORY_A_SAMPLE * count, MAX_MEMORY);
    const { codec: decoder, bits, planar } = claim;
    const pixels = layout.rows * layout.columns;
    const job = { decoder, bytes, pixels, samples: layout.samples, bits, memory };
    const { samples, note } = await decoders.runJob(job, signal);
    return { samples, planar, note, rgb: ["YBR_ICT", "YBR_RCT"].includes(layout.photometric) };
  }
  const file = layout.photometric === "RGB" ? asRgb(bytes) : bytes;
  const { channels, data } = await decoders.decodeJpeg(file);
  // Colour whose channels are all the same comes as gray.
  const isGray = channels === 1 && layout.samples === 3;
  if (data.length !== (isGray ? count / 3 : count) || (channels !== layout.samples && !isGray)) {
    throw new EvaxError("DICOM_CORRUPT", "the JPEG frame gives another number of samples");
  }
  return { samples: isGray ? await inSteps(tripled(data), signal) : data, rgb: true, planar: false, note: "" };
}

/** @param {Uint8Array} gray @returns {Generator<void, Uint8Array>} */
function* tripled(gray) {
  const out = new Uint8Array(3 * gray.length);
  for (let i = 0; i < gray.length; i += 1) {
    out[3 * i] = out[3 * i + 1] = out[3 * i + 2] = gray[i];
    if (i % (1 << 18) === 0) yield;
  }
  return out;
}

/** @param {DicomFile} file @param {Pixels} pixels @param {Layout} layout @param {number} frame
 * @param {Decoders} decoders @param {AbortSignal} [signal] @returns {Promise<Frame>} */
async function encapsulated({ syntax, set }, pixels, layout, frame, decoders, signal) {
  const bytes = await inSteps(frameBytes(pixels, layout.frames, frame, set.bytes("frameOffsets")), signal);
  checkRatio(samplesOf(layout), bytes.length);
  if (!isCodestream(bytes) && syntax.coding === "rle") {
    const samples = await inSteps(rleFrame(bytes, layout), signal);
    return { samples, depth: depthOf(layout), rgb: false, planar: false, lossy: false, doubt: "", notes: [] };
  }
  const claim = checkCodestream(bytes, layout);
  const { samples, rgb, planar, note } = await decode(bytes, layout, claim, decoders, signal);
  const notes = fits(claim.codec, syntax.coding) ? []
    : [`The file says ${syntax.name}, but its frame is ${NAMES[claim.codec]}.`];
  return {
    samples, rgb, planar, depth: codedDepth(layout, claim), lossy: !claim.lossless,
    doubt: doubtOf(layout, claim), notes: note ? [...notes, note] : notes,
  };
}

/** @param {Claim["codec"]} codec @param {string} coding of the syntax */
const fits = (codec, coding) => codec === coding || (codec === "jpeg-12" && coding === "jpeg");

/** @type {Record<Claim["codec"], string>} */
const NAMES = {
  jpeg: "JPEG", "jpeg-12": "12-bit JPEG", "jpeg-lossless": "lossless JPEG", "jpeg-ls": "JPEG-LS",
  "jpeg-2000": "JPEG 2000",
};

/**
 * One frame of a film.
 * @param {DicomFile} file
 * @param {Pixels} pixels
 * @param {Layout} layout
 * @param {number} frame from 0
 * @param {Decoders} decoders
 * @param {AbortSignal} [signal]
 * @returns {Promise<Frame>}
 */
export async function readFrame(file, pixels, layout, frame, decoders, signal) {
  if (isEncapsulated(pixels)) return encapsulated(file, pixels, layout, frame, decoders, signal);
  if (pixels.source.inflated) checkRatio(samplesOf(layout), pixels.source.size);
  const samples = await inSteps(nativeFrame(pixels, layout, frame), signal);
  const isNative = file.syntax.coding === "native";
  return {
    samples, depth: depthOf(layout), rgb: false, planar: layout.planar, lossy: false, doubt: "",
    notes: isNative ? [] : [`The file says ${file.syntax.name}, but its pixels are not compressed.`],
  };
}
