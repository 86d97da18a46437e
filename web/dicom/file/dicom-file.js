/* dicom-file.js - a DICOM file opened: where its data set begins and how it is written, its elements
 * that are read, and its pixels, not yet touched.
 *
 * The meta information says how the data set is written, but not always truly, and sometimes not at
 * all. Its first elements show it: where they contradict, they win, as in gdcm, and a note says so.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { InflatedBytes, PlainBytes } from "./byte-source.js";
import { ALLOWED_TAGS, DataSet } from "./data-set.js";
import { ElementWalk, FLOAT_PIXELS, UNDEFINED } from "./elements.js";
import { bareDataSet, dicomStart, HEAD_BYTES } from "./kind.js";
import { BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, SYNTAXES } from "./syntaxes.js";
import { VRS } from "./vrs.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */
/** @typedef {import("./syntaxes.js").Syntax} Syntax */

/** The pixel element, as it lies in the source. length: UNDEFINED if it is in fragments.
 * @typedef {{ source: ByteSource, at: number, length: number, vr: string, big: boolean }} Pixels */
/** @typedef {object} DicomFile
 * @property {Syntax} syntax what the file says, or where it says nothing true, how it is written
 * @property {DataSet} set
 * @property {Pixels | null} pixels
 * @property {string[]} notes what is not as the standard wants it, for people
 */

/** @typedef {"explicit" | "implicit" | "big"} Writing */
/** @type {Record<Writing, string>} */
const UID_OF = { explicit: EXPLICIT, implicit: IMPLICIT, big: BIG_ENDIAN };

const SYNTAX = 0x00020010;
const MEDIA_CLASS = 0x00020002;
const DICOMDIR_CLASS = "1.2.840.10008.1.3.10";
const META_TAGS = new Set([SYNTAX, MEDIA_CLASS]);
const META_GROUP = 2;
/* Of a deflated data set, whatever of it is kept. */
const MAX_INFLATED = 256 * 1024 * 1024;
/* Elements that show how a data set is written; a longer one ends the look. */
const SHOWN_ELEMENTS = 4;
const MAX_SHOWN_BYTES = 65_536;

const isUid = (/** @type {string} */ uid) => /^[0-9.]{5,64}$/.test(uid);

/** @param {Uint8Array} bytes @param {number} at */
const u16 = (bytes, at) => bytes[at] | (bytes[at + 1] << 8);
/** @param {Uint8Array} bytes @param {number} at */
const u32 = (bytes, at) => u16(bytes, at) + u16(bytes, at + 2) * 65_536;
/** @param {Uint8Array} bytes */
const vrOf = (bytes) => String.fromCharCode(bytes[4], bytes[5]);

/** The meta information: what it says of the syntax and the kind of file, and where it ends. It is
 * read element by element: its stated length is often wrong.
 * @param {Uint8Array} file @param {number} at
 * @returns {Generator<void, { uid: string, mediaClass: string, end: number }>} */
function* readMeta(file, at) {
  const walk = new ElementWalk(new PlainBytes(file), { explicit: true, big: false });
  const { elements, end } = yield* walk.group(at, META_GROUP, META_TAGS);
  const text = (/** @type {number} */ tag) =>
    String.fromCharCode(...elements.get(tag)?.bytes.subarray(0, 64) ?? []).replace(/[\0\s]+$/, "");
  return { uid: text(SYNTAX), mediaClass: text(MEDIA_CLASS), end };
}

/** How the first elements are written; null if they show nothing.
 * @param {ByteSource} source @returns {Generator<void, Writing | null>} */
function* writingOf(source) {
  let at = 0;
  for (let i = 0; i < SHOWN_ELEMENTS; i += 1) {
    if (!(yield* source.reach(0, at + 8))) break;
    const head = source.bytes(at, 8);
    if (VRS.has(vrOf(head))) return head[0] === 0 && head[1] !== 0 ? "big" : "explicit";
    at += 8 + u32(head, 4);
    if (at > MAX_SHOWN_BYTES) break;
  }
  return at > 0 && (yield* source.reach(0, Math.min(at, MAX_SHOWN_BYTES))) ? "implicit" : null;
}

/** @param {string} uid @returns {Writing} */
function writingBy(uid) {
  if (uid === IMPLICIT) return "implicit";
  return uid === BIG_ENDIAN ? "big" : "explicit";
}

/** @param {string} uid @returns {Syntax} */
function syntaxOf(uid) {
  const syntax = SYNTAXES.get(uid);
  if (syntax) return syntax;
  throw new EvaxError("DICOM_SYNTAX", isUid(uid) ? uid : "the file does not name it");
}

/** The syntax that is true, and how the data set is written. @param {string} uid that the file says;
 * "" if it says none @param {Writing | null} shown by its elements @param {string[]} notes
 * @returns {{ syntax: Syntax, writing: Writing }} */
function resolve(uid, shown, notes) {
  if (isUid(uid) || !shown) {
    const syntax = syntaxOf(uid);
    const said = writingBy(uid);
    if (!shown || shown === said) return { syntax, writing: said };
    const written = syntaxOf(UID_OF[shown]);
    notes.push(`The file says ${syntax.name}, but is written in ${written.name}.`);
    return { syntax: syntax.coding === "native" ? written : syntax, writing: shown };
  }
  const syntax = syntaxOf(UID_OF[shown]);
  notes.push(`The file names no transfer syntax; it is written in ${syntax.name}.`);
  return { syntax, writing: shown };
}

/** @param {Uint8Array} bytes of the data set @param {string} uid
 * @returns {Generator<void, ByteSource>} */
function* sourceOf(bytes, uid) {
  const plain = new PlainBytes(bytes);
  if (uid !== DEFLATED) return plain;
  // Some say deflated and are not: an element of a known type at the start is no deflate stream.
  if (bytes[1] === 0 && VRS.has(vrOf(bytes)) && (yield* writingOf(plain)) === "explicit") return plain;
  return new InflatedBytes(bytes, MAX_INFLATED);
}

/** @param {Uint8Array} file @returns {Generator<void, { uid: string, start: number }>} */
function* beginningOf(file) {
  const head = file.subarray(0, HEAD_BYTES);
  const start = dicomStart(head) ?? 0;
  const kind = start === 0 ? bareDataSet(head) : "meta";
  if (kind !== null && kind !== "meta") return { uid: UID_OF[kind], start };
  const { uid, mediaClass, end } = yield* readMeta(file, start);
  if (mediaClass === DICOMDIR_CLASS) {
    throw new EvaxError("DICOM_NO_IMAGE", "it is the directory of a disc (DICOMDIR)");
  }
  return { uid, start: end };
}

/**
 * Opens a file: Part 10, with meta information only, or a bare data set. Nothing behind the start of
 * the pixels is read.
 * @param {Uint8Array} file
 * @returns {Generator<void, DicomFile>} throws DICOM_CORRUPT, DICOM_SYNTAX, DICOM_LIMIT, or
 *   DICOM_NO_IMAGE for the directory of a disc
 */
export function* openFile(file) {
  const { uid, start } = yield* beginningOf(file);
  /** @type {string[]} */ const notes = [];
  const source = yield* sourceOf(file.subarray(start), uid);
  const isAsSaid = uid !== DEFLATED || source.inflated;
  if (!isAsSaid) notes.push("The file says that its data set is deflated, which it is not.");
  const { syntax, writing } = resolve(isAsSaid ? uid : EXPLICIT, yield* writingOf(source), notes);
  const big = writing === "big";
  const walk = new ElementWalk(source, { explicit: writing !== "implicit", big });
  const { elements, pixels } = yield* walk.top(0, ALLOWED_TAGS);
  if (walk.lacksVr) notes.push("Elements without their type (VR) were read as implicit ones.");
  if (pixels && FLOAT_PIXELS.includes(pixels.tag)) {
    throw new EvaxError("DICOM_UNSUPPORTED", "its pixels are floating point numbers");
  }
  return {
    syntax, set: new DataSet(elements, big), notes,
    pixels: pixels && { source, at: pixels.at, length: pixels.length, vr: pixels.vr, big },
  };
}

/** Whether the pixels are in fragments. @param {Pixels} pixels */
export const isEncapsulated = ({ length }) => length === UNDEFINED;
