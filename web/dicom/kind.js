/* kind.js - what a file is, from its first bytes: enough to choose a reader, no more.
 * SPDX-License-Identifier: MIT */

/** Bytes from a file's start that decide. */
export const HEAD_BYTES = 256;

/** @typedef {"png" | "jpeg" | "dicom"} Kind */

const PNG = [0x89, 0x50, 0x4e, 0x47];
const JPEG = [0xff, 0xd8, 0xff];
const DICM = [0x44, 0x49, 0x43, 0x4d];
const PREAMBLE = 128;

/** Every explicit value representation. */
const VRS = new Set(("AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC "
  + "UI UL UN UR US UT UV").split(" "));

/** @param {Uint8Array} bytes @param {number} at @param {number[]} magic */
const holds = (bytes, at, magic) => magic.every((byte, i) => bytes[at + i] === byte);

/** The syntax of a data set that begins at once, without preamble; null if there is none. A film's
 * first element is of group 0008 or, with file meta information, 0002; its length is short.
 * @param {Uint8Array} head @returns {"meta" | "explicit" | "implicit" | "big" | null} */
export function bareDataSet(head) {
  if (head.length < 16) return null;
  const vr = String.fromCharCode(head[4], head[5]);
  if (holds(head, 0, [2, 0]) && head[3] === 0 && VRS.has(vr)) return "meta";
  if (holds(head, 0, [8, 0]) && head[3] === 0) {
    if (VRS.has(vr)) return "explicit";
    return head[5] === 0 && head[6] === 0 && head[7] === 0 ? "implicit" : null;
  }
  return holds(head, 0, [0, 8, 0]) && VRS.has(vr) ? "big" : null;
}

/**
 * What a file is; null if it is nothing that is read here.
 * @param {Uint8Array} head its first HEAD_BYTES, or all of it
 * @returns {Kind | null}
 */
export function kindOf(head) {
  if (holds(head, 0, PNG)) return "png";
  if (holds(head, 0, JPEG)) return "jpeg";
  return holds(head, PREAMBLE, DICM) || bareDataSet(head) ? "dicom" : null;
}
