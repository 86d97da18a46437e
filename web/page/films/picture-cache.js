/* picture-cache.js - a cache of the pixels of the films viewed most recently (LRU, by bytes).
 *
 * The pixels of a thousand films do not fit in memory. The film viewed longest ago is evicted first; it
 * is decoded again from its file when it is chosen.
 * SPDX-License-Identifier: MIT */
import { grayScaleOf } from "../../picture/gray-scale.js";

/** Pixels of 8 or 16 bits, channels interleaved, rows without gaps; 16 bits have one channel.
 * @typedef {{ width: number, height: number, channels: number, data: Uint8Array | Uint16Array }}
 * Picture */
/** @typedef {import("../../engine/engine.js").Analysis} Analysis */
/** The film as decoded and, for gray DICOM, how its samples become tones; what the model saw of
 * it; the analysis, which is the key to attention maps; and what a DICOM file says of the film as it is here.
 * @typedef {{ film: Picture, scale: import("../../picture/gray-scale.js").GrayScale | null, seen: Picture, analysis: Required<Analysis>,
 *   facts: import("../../dicom/facts.js").DicomFacts | null }} Views */

const MAX_BYTES = 96 << 20;

export class PictureCache {
  /* A Map keeps the order of insertion, so the first entry is the one viewed longest ago. */
  /** @type {Map<number, Views>} */ #views = new Map();
  #bytes = 0;

  /** @param {number} id of the film @param {Views} views */
  put(id, views) {
    this.#remove(id);
    this.#views.set(id, views);
    this.#bytes += bytesOf(views);
    for (const oldest of this.#views.keys()) {
      if (this.#bytes <= MAX_BYTES || oldest === id) break;
      this.#remove(oldest);
    }
  }

  /** @param {number} id @returns {Views | null} */
  get(id) {
    const views = this.#views.get(id);
    if (!views) return null;
    this.#views.delete(id);
    this.#views.set(id, views);
    return views;
  }

  clear() {
    this.#views.clear();
    this.#bytes = 0;
  }

  /** @param {number} id */
  #remove(id) {
    const views = this.#views.get(id);
    if (!views) return;
    this.#bytes -= bytesOf(views);
    this.#views.delete(id);
  }
}

/** @param {Views} views */
const bytesOf = ({ film, seen }) => film.data.byteLength + seen.data.byteLength;

/**
 * The views of an analysis.
 * @param {Required<Analysis>} analysis
 * @returns {Views}
 */
export function viewsOf(analysis) {
  const { picture, deep, seen: { size, data } } = analysis;
  const seen = { width: size, height: size, channels: data.length / size ** 2, data };
  const { dicom: facts } = analysis.input;
  if (!deep || !facts) return { film: picture, scale: null, seen, analysis, facts };
  return { film: { ...picture, channels: 1, data: deep.levels }, scale: grayScaleOf(deep, facts), seen, analysis, facts };
}
