/* film.js - a DICOM file to what the engine takes, and what is to be said of it.
 *
 *     dicom-file ── layout ── frame: native | rle | codestream, decoded elsewhere ── gray | color
 *
 * Everything runs in short steps or in a worker: the event loop has its turns, and an abort is heard.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { renderColor, renderPalette } from "./display/color.js";
import { openFile } from "./file/dicom-file.js";
import { reasonsOf, wordsOf } from "./facts.js";
import { readFrame } from "./frame/frame.js";
import { renderGray } from "./display/gray.js";
import { layoutOf } from "./frame/layout.js";
import { inputInfoOf } from "./notes.js";
import { inSteps } from "../base/steps.js";

/** @typedef {import("./file/data-set.js").DataSet} DataSet */
/** @typedef {import("./frame/frame.js").Decoders} Decoders */
/** @typedef {import("./frame/frame.js").Frame} Frame */
/** @typedef {import("./display/gray.js").Deep} Deep */
/** @typedef {import("./frame/layout.js").Layout} Layout */

/** @typedef {object} DicomFilm
 * @property {Uint8Array} bytes gray, or RGBA if colored
 * @property {boolean} colored
 * @property {Deep | null} deep the film in full depth; null if colored
 * @property {import("../engine/analysis.js").InputInfo} input
 * @property {import("../engine/analysis.js").Reason[]} reasons that the file gives
 */

/** Which frame, from 0. @param {number} frames @param {number} [wanted] from 1 */
function chosenFrame(frames, wanted) {
  if (wanted === undefined && frames === 1) return 0;
  if (wanted === undefined) throw new EvaxError("DICOM_FRAME", `it has ${frames} frames`);
  if (wanted > frames) throw new EvaxError("DICOM_FRAME", `there is no frame ${wanted} of ${frames}`);
  return wanted - 1;
}

const NOT_GRAY = {
  deep: null, window: null, rescale: null, inverted: false, padded: false,
  modalityDoubt: "", voiDoubt: "", shapeDoubt: "",
};

/** @param {DataSet} set @param {Layout} layout @param {Frame} frame */
function* render(set, layout, { samples, depth, rgb, planar }) {
  if (layout.photometric === "PALETTE COLOR") {
    return { ...NOT_GRAY, bytes: yield* renderPalette(set, layout, samples, depth), colored: true };
  }
  if (layout.samples === 1) return { ...(yield* renderGray(set, layout, samples, depth)), colored: false };
  const ybr = !rgb && layout.photometric.startsWith("YBR");
  const how = { ...layout, planar, ybr };
  return { ...NOT_GRAY, bytes: yield* renderColor(samples, depth, how), colored: true };
}

/**
 * Reads a film.
 * @param {Uint8Array} bytes of the file
 * @param {Decoders} decoders
 * @param {{ frame?: number, signal?: AbortSignal }} [options] frame: from 1; needed if there are
 *   several
 * @returns {Promise<DicomFilm>} rejects with a DICOM_ code, IMAGE_SIZE, IMAGE_EMPTY, what the engine
 *   says of a JPEG, or the signal's reason
 */
export async function readDicom(bytes, decoders, { frame: wanted, signal } = {}) {
  const file = await inSteps(openFile(bytes), signal);
  const { syntax, set, pixels } = file;
  if (!pixels) throw new EvaxError("DICOM_NO_IMAGE", "it holds no pixels");
  const layout = layoutOf(set);
  const index = chosenFrame(layout.frames, wanted);
  const frame = await readFrame(file, pixels, layout, index, decoders, signal);
  signal?.throwIfAborted();
  const { bytes: shades, colored, deep, ...how } = await inSteps(render(set, layout, frame), signal);
  const facts = {
    ...wordsOf(set, layout, syntax), frame: index + 1, rescale: how.rescale, window: how.window,
    inverted: how.inverted,
  };
  const doubts = {
    depth: frame.doubt, modality: how.modalityDoubt, voi: how.voiDoubt, shape: how.shapeDoubt,
  };
  const reasons = reasonsOf(set, facts, { lossy: frame.lossy, doubts });
  const done = {
    padded: how.padded, palette: layout.photometric === "PALETTE COLOR", voiDoubt: how.voiDoubt,
    more: [...file.notes, ...frame.notes],
  };
  return { bytes: shades, colored, deep, reasons, input: inputInfoOf(layout, facts, done) };
}
