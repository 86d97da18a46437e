/* jpeg-segments.js - what comes before the data of a JPEG scan: tables, frame, restarts.
 * SPDX-License-Identifier: MIT */
import { codeTable, corrupt } from "./huffman.js";

/** @typedef {{ id: number, sampling: number, quantizer: number }} Component */
/** @typedef {{ bits: number, rows: number, columns: number, components: Component[] }} Frame */
/** A scan, and all that it needs. parameters: its three last bytes; dc, ac: code tables of each of its
 * components, if there are such.
 * @typedef {{ frame: Frame, restartInterval: number, quantizers: Map<number, Uint16Array>,
 *   components: Component[], dc: (Uint16Array | undefined)[], ac: (Uint16Array | undefined)[],
 *   parameters: number[], bytes: Uint8Array, at: number }} Scan */

const MARKER = { DHT: 0xc4, SOS: 0xda, DQT: 0xdb, DRI: 0xdd };

class Segments {
  /** @type {Map<number, Uint16Array>} by identifier */ quantizers = new Map();
  /** @type {Map<number, Uint16Array>} by class and identifier */ codes = new Map();
  restartInterval = 0;
  /** @type {Frame | null} */ frame = null;

  /** @param {number} marker @param {Uint8Array} body @param {number} process */
  take(marker, body, process) {
    if (marker === MARKER.DQT) this.#takeQuantizers(body);
    else if (marker === MARKER.DHT) this.#takeCodes(body);
    else if (marker === MARKER.DRI) this.restartInterval = (body[0] << 8) | body[1];
    else if (marker === process) this.#takeFrame(body);
    else if (marker < 0xe0) corrupt(`a JPEG segment ${marker.toString(16)} where it does not belong`);
  }

  /** @param {Uint8Array} body */
  #takeQuantizers(body) {
    for (let at = 0; at < body.length;) {
      const wide = body[at] >> 4 ? 2 : 1;
      const id = body[at++] & 15;
      if (at + 64 * wide > body.length) corrupt("a JPEG quantizer ends early");
      const table = Uint16Array.from({ length: 64 }, (_, i) =>
        (wide === 2 ? (body[at + 2 * i] << 8) | body[at + 2 * i + 1] : body[at + i]));
      this.quantizers.set(id, table);
      at += 64 * wide;
    }
  }

  /** @param {Uint8Array} body */
  #takeCodes(body) {
    for (let at = 0; at + 17 <= body.length;) {
      const id = body[at];
      const counts = body.subarray(at + 1, at + 17);
      const total = counts.reduce((sum, n) => sum + n, 0);
      at += 17 + total;
      if (at > body.length) corrupt("a JPEG code table ends early");
      this.codes.set(id, codeTable(counts, body.subarray(at - total, at)));
    }
  }

  /** @param {Uint8Array} body */
  #takeFrame(body) {
    const count = body[5];
    if (this.frame || body.length < 6 + 3 * count) corrupt("a JPEG frame is not whole");
    const components = Array.from({ length: count }, (_, i) =>
      ({ id: body[6 + 3 * i], sampling: body[7 + 3 * i], quantizer: body[8 + 3 * i] }));
    this.frame = {
      bits: body[0], rows: (body[1] << 8) | body[2], columns: (body[3] << 8) | body[4], components,
    };
  }

  /** @param {Uint8Array} head @param {Uint8Array} bytes @param {number} at @returns {Scan} */
  scan(head, bytes, at) {
    const { frame, restartInterval, quantizers, codes } = this;
    const count = head[0];
    if (!frame || head.length < 4 + 2 * count) return corrupt("a JPEG scan is not whole");
    const each = Array.from({ length: count }, (_, i) => [head[1 + 2 * i], head[2 + 2 * i]]);
    const components = each.map(([id]) => frame.components.find((c) => c.id === id)
      ?? corrupt("a JPEG scan is of a component that is not there"));
    return {
      frame, restartInterval, quantizers, components, bytes, at,
      dc: each.map(([, tables]) => codes.get(tables >> 4)),
      ac: each.map(([, tables]) => codes.get(16 | (tables & 15))),
      parameters: [...head.subarray(1 + 2 * count, 4 + 2 * count)],
    };
  }
}

/**
 * The first scan of a JPEG frame.
 * @param {Uint8Array} bytes
 * @param {number} process marker of the only kind of frame that is taken
 * @returns {Scan} throws DICOM_CORRUPT
 */
export function firstScan(bytes, process) {
  const segments = new Segments();
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff) corrupt("JPEG segments do not follow each other");
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
    if (end > bytes.length || end < at + 4) corrupt("a JPEG segment ends early");
    const body = bytes.subarray(at + 4, end);
    if (marker === MARKER.SOS) return segments.scan(body, bytes, end);
    segments.take(marker, body, process);
    at = end;
  }
  return corrupt("a JPEG frame has no scan");
}
