/* kind.js - what a file is, from its first bytes: enough to choose a reader, no more.
 * SPDX-License-Identifier: MIT */
import { VRS } from "./vrs.js";

/** Bytes from a file's start that decide. */
export const HEAD_BYTES = 256;

/** @typedef {"png" | "jpeg" | "dicom"} Kind */

const PNG = [0x89, 0x50, 0x4e, 0x47];
const JPEG = [0xff, 0xd8, 0xff];
const DICM = [0x44, 0x49, 0x43, 0x4d];
const PREAMBLE = 128;

/** @param {Uint8Array} bytes @param {number} at @param {number[]} magic */
const holds = (bytes, at, magic) => magic.every((byte, i) => bytes[at + i] === byte);

/* The first element's group: that of identification, or (where somebody took that away) of the patient. */
const FIRST_GROUPS = [0x08, 0x10];

/** The syntax of a data set that begins at once, without preamble; null if there is none. A film's
 * first element is of group 0008 or 0010 or, with file meta information, 0002; its length is short.
 * @param {Uint8Array} head @returns {"meta" | "explicit" | "implicit" | "big" | null} */
export function bareDataSet(head) {
  if (head.length < 16) return null;
  const vr = String.fromCharCode(head[4], head[5]);
  if (holds(head, 0, [2, 0]) && head[3] === 0) {
    return VRS.has(vr) || holds(head, 5, [0, 0, 0]) ? "meta" : null;
  }
  if (FIRST_GROUPS.includes(head[0]) && head[1] === 0) {
    if (VRS.has(vr)) return "explicit";
    return holds(head, 5, [0, 0, 0]) ? "implicit" : null;
  }
  return head[0] === 0 && FIRST_GROUPS.includes(head[1]) && head[2] === 0 && VRS.has(vr) ? "big" : null;
}

/** Where the file meta information or the data set begins: behind a preamble, or at once.
 * @param {Uint8Array} head its first HEAD_BYTES, or all of it
 * @returns {number | null} null if it is no DICOM file */
export function dicomStart(head) {
  if (holds(head, PREAMBLE, DICM)) return PREAMBLE + DICM.length;
  return bareDataSet(head) ? 0 : null;
}

/**
 * What a file is; null if it is nothing that is read here.
 * @param {Uint8Array} head its first HEAD_BYTES, or all of it
 * @returns {Kind | null}
 */
export function kindOf(head) {
  if (holds(head, 0, PNG)) return "png";
  if (holds(head, 0, JPEG)) return "jpeg";
  return dicomStart(head) === null ? null : "dicom";
}
