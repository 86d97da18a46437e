/* frame.js - one frame's samples, whatever it is coded in, and where in them the values lie.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { asRgb, checkCodestream, isCodestream } from "./codestream.js";
import { isEncapsulated } from "../file/dicom-file.js";
import { frameBytes } from "./fragments.js";
import { samplesOf } from "./layout.js";
import { sampleValue } from "../display/levels.js";
import { nativeFrame } from "./native.js";
import { rleFrame } from "./rle.js";
import { chunks, inSteps } from "../../base/steps.js";

/** @typedef {import("./codestream.js").Claim} Claim */
/** @typedef {import("./decoders.js").Job} Job */
/** @typedef {import("../file/dicom-file.js").DicomFile} DicomFile */
/** @typedef {import("../file/dicom-file.js").Pixels} Pixels */
/** @typedef {import("../display/levels.js").Depth} Depth */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("../display/levels.js").Samples} Samples */

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

/* What a decoder may take: its own, and for every sample on the way three words; OpenJPEG, which takes most, has
 * two and the result. */
const BASE_MEMORY = 48 * 1024 * 1024;
const MEMORY_A_SAMPLE = 12;
const MAX_MEMORY = 1024 * 1024 * 1024;

/* What a small file may unfold into: a film of this size (of JPEG 2000, whose decoder takes more memory
 * for each sample, a smaller one), or this many samples for each of its bytes. Radiographs take more
 * than a byte for 16 samples in any coding. */
const FREE_SAMPLES = 16 << 20;
const FREE_SAMPLES_JPEG_2000 = 11 << 20;
const SAMPLES_A_BYTE = 16;

/** @param {number} samples @param {number} bytes that they come from @param {number} free */
function checkRatio(samples, bytes, free = FREE_SAMPLES) {
  if (samples <= Math.max(free, SAMPLES_A_BYTE * bytes)) return;
  throw new EvaxError("DICOM_LIMIT", `${samples} samples from ${bytes} bytes`);
}

/** @param {Layout} layout @returns {Depth} */
const depthOf = ({ stored, highBit, signed }) =>
  ({ shift: highBit + 1 - stored, bits: stored, rangeBits: stored, signed });

/** Of a codestream's samples. File and codestream each say bits and sign; where they differ:
 *   JPEG        fewer bits than the file says: the codestream's, with the sign in their uppermost one
 *               (dcmtk, gdcm); more: the file's
 *   JPEG-LS     the file's (dcmtk, gdcm)
 *   JPEG 2000   the codestream's bits (gdcm, pydicom), if it has the same sign; else the file's (gdcm)
 * @param {Layout} layout @param {Claim} claim @returns {Depth} */
function codedDepth(layout, { codec, bits, signed: codedSign }) {
  const { stored, signed } = layout;
  const own = { shift: 0, bits, rangeBits: Math.max(bits, stored), signed };
  if (codec === "jpeg-2000") return codedSign === signed ? own : depthOf(layout);
  return codec !== "jpeg-ls" && bits < stored ? own : depthOf(layout);
}

/** Whether any sample is another value by another depth. @param {Samples} samples @param {Depth} a
 * @param {Depth} b @returns {Generator<void, boolean>} */
function* differ(samples, a, b) {
  for (const [from, to] of chunks(samples.length)) {
    for (let i = from; i < to; i += 1) if (sampleValue(samples[i], a) !== sampleValue(samples[i], b)) return true;
    yield;
  }
  return false;
}

/** What is to be said where bits or sign differ, and other toolkits would read other values.
 * @param {Layout} layout @param {Claim} claim @param {Samples} samples @param {Depth} depth @returns {Generator<void, string>} */
function* doubtOf(layout, claim, samples, depth) {
  const { stored, signed } = layout;
  const codedSign = claim.codec === "jpeg-2000" ? claim.signed : signed;
  if (layout.samples > 1 || (claim.bits === stored && codedSign === signed)) return "";
  const word = { shift: 0, bits: layout.allocated, rangeBits: layout.allocated, signed };
  const others = [depth.bits === stored ? word : depthOf(layout)];
  if (codedSign && !signed) others.push({ ...word, bits: claim.bits, signed: true });
  let differs = false;
  for (const other of others) differs ||= yield* differ(samples, depth, other);
  if (!differs) return "";
  const said = (/** @type {number} */ bits, /** @type {boolean} */ sign) =>
    `${bits} bits ${sign ? "with" : "without"} a sign`;
  return `The file says ${said(stored, signed)}, its compressed frame ${said(claim.bits, codedSign)}; `
    + `it was read as ${said(depth.bits, depth.signed)}.`;
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
  // Color whose channels are all the same comes as gray.
  const isGray = channels === 1 && layout.samples === 3;
  if (data.length !== (isGray ? count / 3 : count) || (channels !== layout.samples && !isGray)) {
    throw new EvaxError("DICOM_CORRUPT", "the JPEG frame gives another number of samples");
  }
  const samples = isGray ? await inSteps(tripled(data), signal) : data;
  return { samples, rgb: true, planar: false, note: "" };
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
  const { bytes, pieces } =
    await inSteps(frameBytes(pixels, layout.frames, frame, set.bytes("frameOffsets")), signal);
  checkRatio(samplesOf(layout), bytes.length);
  if (!isCodestream(bytes) && syntax.coding === "rle") {
    const samples = await inSteps(rleFrame(bytes, layout), signal);
    // By the standard a frame of run lengths has one (PS3.5, A.4.2); some toolkits refuse more, or read only the first.
    const notes = pieces > 1 ? [`The frame's run lengths lie in ${pieces} fragments, which were joined.`] : [];
    return { samples, depth: depthOf(layout), rgb: false, planar: false, lossy: false, doubt: "", notes };
  }
  const claim = checkCodestream(bytes, layout);
  if (claim.codec === "jpeg-2000") checkRatio(samplesOf(layout), bytes.length, FREE_SAMPLES_JPEG_2000);
  const { samples, rgb, planar, note } = await decode(bytes, layout, claim, decoders, signal);
  const notes = fits(claim.codec, syntax.coding) ? []
    : [`The file says ${syntax.name}, but its frame is ${NAMES[claim.codec]}.`];
  const depth = codedDepth(layout, claim);
  return {
    samples, rgb, planar, depth, lossy: !claim.lossless,
    doubt: await inSteps(doubtOf(layout, claim, samples, depth), signal),
    notes: note ? [...notes, note] : notes,
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
  const doubt = pixels.big && layout.allocated === 32
    ? "Of big-endian samples of 32 bits the lower word was read first; some toolkits read the upper one first." : "";
  return {
    samples, depth: depthOf(layout), rgb: false, planar: layout.planar, lossy: false, doubt,
    notes: isNative ? [] : [`The file says ${file.syntax.name}, but its pixels are not compressed.`],
  };
}
