/* film.js - a DICOM file to what the engine takes, and what is to be said of it.
 *
 *     data-set ── layout ── frame: native | rle | codestream, decoded elsewhere ── gray | colour
 *
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { asRgb, checkCodestream } from "./codestream.js";
import { renderColour, renderPalette } from "./colour.js";
import { openDataSet } from "./data-set.js";
import { reasonsOf, wordsOf } from "./facts.js";
import { frameBytes } from "./fragments.js";
import { renderGray } from "./gray.js";
import { layoutOf, samplesOf } from "./layout.js";
import { nativeFrame } from "./native.js";
import { inputFactsOf } from "./notes.js";
import { rleFrame } from "./rle.js";
import { BIG_ENDIAN } from "./syntaxes.js";

/** @typedef {import("./data-set.js").DataSet} DataSet */
/** @typedef {import("./decoders.js").Job} Job */
/** @typedef {import("./decoders.js").Samples} Samples */
/** @typedef {import("./gray.js").Deep} Deep */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./syntaxes.js").Syntax} Syntax */

/** Who decodes compressed frames. runJob: in a worker; decodeJpeg: 8-bit JPEG, by the engine itself,
 * to gray or RGB.
 * @typedef {object} Decoders
 * @property {(job: Job, signal?: AbortSignal) => Promise<Samples>} runJob
 * @property {(file: Uint8Array) => { channels: number, data: Uint8Array }} decodeJpeg
 */
/** @typedef {object} DicomFilm
 * @property {Uint8Array} bytes gray, or RGBA if coloured
 * @property {boolean} coloured
 * @property {Deep | null} deep the film in full depth; null if coloured
 * @property {import("../engine/analysis.js").InputFacts} input
 * @property {import("../engine/analysis.js").Reason[]} reasons that the file gives
 */

/* What a decoder may take: its own, and some words for every sample on the way. */
const BASE_MEMORY = 64 * 1024 * 1024;
const MEMORY_A_SAMPLE = 24;
const MAX_MEMORY = 1024 * 1024 * 1024;

const SOF_EXTENDED = 0xc1;

/** @param {"jpeg" | "jpeg-lossless" | "jpeg-ls" | "jpeg-2000"} coding
 * @param {Uint8Array} bytes @param {Layout} layout @param {Decoders} decoders
 * @param {AbortSignal} [signal] @returns {Promise<{ samples: Samples, rgb: boolean }>} */
async function decodeCodestream(coding, bytes, layout, decoders, signal) {
  const claim = checkCodestream(coding, bytes, layout);
  const count = samplesOf(layout);
  const memory = Math.min(BASE_MEMORY + MEMORY_A_SAMPLE * count, MAX_MEMORY);
  const job = { bytes, pixels: layout.rows * layout.columns, samples: layout.samples, bits: claim.bits, memory };
  if (coding !== "jpeg") {
    const samples = await decoders.runJob({ decoder: coding, ...job }, signal);
    return { samples, rgb: layout.photometric === "YBR_ICT" || layout.photometric === "YBR_RCT" };
  }
  if (claim.bits === 12 && claim.process === SOF_EXTENDED && layout.samples === 1) {
    return { samples: await decoders.runJob({ decoder: "jpeg-12", ...job }, signal), rgb: false };
  }
  if (claim.bits !== 8) throw new EvaxError("DICOM_UNSUPPORTED", `JPEG of ${claim.bits} bits in this process`);
  const { channels, data } = decoders.decodeJpeg(layout.photometric === "RGB" ? asRgb(bytes) : bytes);
  if (data.length !== count || channels !== layout.samples) {
    throw new EvaxError("DICOM_CORRUPT", "the JPEG frame gives another number of samples");
  }
  return { samples: data, rgb: true };
}

/** One frame's samples, pixel by pixel unless native. @param {DataSet} set @param {Syntax} syntax
 * @param {Layout} layout @param {number} frame from 0 @param {Decoders} decoders
 * @param {AbortSignal} [signal] @returns {Promise<{ samples: Samples, rgb: boolean }>} */
async function readFrame(set, syntax, layout, frame, decoders, signal) {
  const pieces = set.fragments();
  if (syntax.coding === "native") {
    const data = set.bytes("pixels");
    if (pieces || !data) throw new EvaxError(pieces ? "DICOM_CORRUPT" : "DICOM_NO_IMAGE", "it has no plain pixel data");
    const order = { big: syntax.uid === BIG_ENDIAN, inWords: set.vr("pixels") === "OW" };
    return { samples: nativeFrame(data, layout, frame, order), rgb: false };
  }
  if (!pieces) throw new EvaxError("DICOM_NO_IMAGE", "it has no compressed pixel data");
  const bytes = frameBytes(pieces, layout.frames, frame);
  if (syntax.coding === "rle") return { samples: rleFrame(bytes, layout), rgb: false };
  return decodeCodestream(syntax.coding, bytes, layout, decoders, signal);
}

/** Which frame, from 0. @param {number} frames @param {number} [wanted] from 1 */
function chosenFrame(frames, wanted) {
  if (wanted === undefined && frames === 1) return 0;
  if (wanted === undefined) throw new EvaxError("DICOM_FRAME", `it has ${frames} frames`);
  if (wanted > frames) throw new EvaxError("DICOM_FRAME", `there is no frame ${wanted} of ${frames}`);
  return wanted - 1;
}

/** @param {DataSet} set @param {Layout} layout @param {Syntax} syntax @param {Samples} samples
 * @param {boolean} rgb whether the decoder gave RGB */
function render(set, layout, syntax, samples, rgb) {
  const none = { window: null, rescale: null, inverted: false, padded: false, deep: null };
  if (layout.photometric === "PALETTE COLOR") {
    return { ...none, bytes: renderPalette(set, layout, samples), coloured: true };
  }
  if (layout.samples === 1) return { ...renderGray(set, layout, samples), coloured: false };
  const planar = layout.planar && syntax.coding === "native";
  const ybr = !rgb && layout.photometric.startsWith("YBR");
  return { ...none, bytes: renderColour(samples, { ...layout, planar, ybr }), coloured: true };
}

/**
 * Reads a film.
 * @param {Uint8Array} file
 * @param {Decoders} decoders
 * @param {{ frame?: number, signal?: AbortSignal }} [options] frame: from 1; needed if there are
 *   several
 * @returns {Promise<DicomFilm>} rejects with a DICOM_ code, IMAGE_SIZE, IMAGE_EMPTY, or what the
 *   engine says of a JPEG
 */
export async function readDicom(file, decoders, { frame: wanted, signal } = {}) {
  const { syntax, set } = await openDataSet(file);
  if (!set.has("pixels")) throw new EvaxError("DICOM_NO_IMAGE", "it holds no pixels");
  const layout = layoutOf(set);
  const frame = chosenFrame(layout.frames, wanted);
  const { samples, rgb } = await readFrame(set, syntax, layout, frame, decoders, signal);
  signal?.throwIfAborted();
  const { bytes, coloured, deep, window, rescale, inverted, padded } =
    render(set, layout, syntax, samples, rgb);
  const facts = { ...wordsOf(set, layout, syntax), frame: frame + 1, rescale, window };
  const more = { burnedIn: set.word("burnedIn"), lossless: syntax.lossless };
  const done = { inverted, padded, palette: layout.photometric === "PALETTE COLOR" };
  const reasons = reasonsOf(facts, more);
  return { bytes, coloured, deep, reasons, input: inputFactsOf(layout, facts, done) };
}
