/* elements.js - the elements of a data set, walked one by one (PS3.5, section 7): those that somebody
 * asks for are kept, all others are stepped over by their length. The walk ends at the pixels.
 *
 *     tag (2 + 2) ── VR (2), length (2)              short VRs
 *                 ── VR (2), 0 (2), length (4)       long VRs, and unknown ones: new VRs are long
 *                 ── length (4)                      implicit; also an element that lacks its VR
 *
 * What lies in a sequence of undefined length must be walked too, to find its end. Elements, items and
 * depth are counted against limits: 30 million empty items deflate to 350 kB.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { SHORT_VRS } from "./vrs.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */

/** How elements are written. @typedef {{ explicit: boolean, big: boolean }} Encoding */
/** tag: group * 65536 + element; vr: "" if the element does not say; at: where the value begins;
 * length: UNDEFINED if it ends with a delimiter.
 * @typedef {{ tag: number, vr: string, at: number, length: number }} Header */
/** A kept element: its value, or of a sequence the elements of its first item.
 * @typedef {{ vr: string, bytes: Uint8Array, item: Elements | null }} Element */
/** @typedef {Map<number, Element>} Elements by tag */

export const UNDEFINED = 0xffffffff;
const PIXELS = 0x7fe00010;
/** Pixels as floating point numbers: they end the walk as well. */
export const FLOAT_PIXELS = [0x7fe00008, 0x7fe00009];

const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;

/* Far above any film (hundreds of elements), and gone through in a tenth of a second. */
const MAX_ELEMENTS = 1_000_000;
const MAX_DEPTH = 32;
/* Of a kept value: the largest table has 65,536 entries of two bytes. */
const MAX_VALUE_BYTES = 1 << 20;
/* Elements between two yields. */
const STEP_ELEMENTS = 4096;

/** @param {string} what @returns {never} */
function corrupt(what) {
  throw new EvaxError("DICOM_CORRUPT", what);
}

/** @param {string} what @returns {never} */
function tooMuch(what) {
  throw new EvaxError("DICOM_LIMIT", what);
}

const isLetter = (/** @type {number} */ byte) => byte >= 0x41 && byte <= 0x5a;

/** A walk through one data set. */
export class ElementWalk {
  #source;
  #encoding;
  #count = 0;
  /** Whether an element lacked its VR where all should have one. */
  lacksVr = false;

  /** @param {ByteSource} source @param {Encoding} encoding */
  constructor(source, encoding) {
    this.#source = source;
    this.#encoding = encoding;
  }

  /**
   * The wanted elements before the pixels.
   * @param {number} at where the first element begins
   * @param {ReadonlySet<number>} wanted tags, also of elements in wanted sequences
   * @returns {Generator<void, { elements: Elements, pixels: Header | null }>} throws DICOM_CORRUPT,
   *   DICOM_LIMIT
   */
  *top(at, wanted) {
    /** @type {Elements} */ const elements = new Map();
    for (;;) {
      const header = yield* this.#header(at, this.#encoding);
      if (!header && !this.#source.has(at, 0)) corrupt("it ends within an element");
      // Less than a header, or zeros, behind the last element are padding.
      if (!header || header.tag === 0) return { elements, pixels: null };
      if (header.tag === PIXELS || FLOAT_PIXELS.includes(header.tag)) return { elements, pixels: header };
      at = yield* this.#element(header, this.#encoding, wanted, elements, 0);
    }
  }

  /**
   * The wanted elements of one group.
   * @param {number} at where its first element begins
   * @param {number} group
   * @param {ReadonlySet<number>} wanted tags
   * @returns {Generator<void, { elements: Elements, end: number }>} end: where the next group begins
   */
  *group(at, group, wanted) {
    /** @type {Elements} */ const elements = new Map();
    for (;;) {
      const header = yield* this.#header(at, this.#encoding);
      if (header?.tag !== undefined && header.tag >>> 16 === group) {
        at = yield* this.#element(header, this.#encoding, wanted, elements, 0);
      } else return { elements, end: at };
    }
  }

  /** One header; null if the data end before. @param {number} at @param {Encoding} encoding
   * @returns {Generator<void, Header | null>} */
  *#header(at, { explicit, big }) {
    if (++this.#count > MAX_ELEMENTS) tooMuch(`it has over ${MAX_ELEMENTS} elements`);
    if (this.#count % STEP_ELEMENTS === 0) yield;
    const source = this.#source;
    if (!source.has(at, 12)) yield* source.reach(at, 12);
    if (!source.has(at, 8)) return null;
    const head = source.bytes(at, source.has(at, 12) ? 12 : 8);
    const tag = tagOf(head, big);
    const vr = explicit && isLetter(head[4]) && isLetter(head[5])
      ? String.fromCharCode(head[4], head[5]) : "";
    if (tag >>> 16 === 0xfffe || vr === "") {
      if (explicit && tag >>> 16 !== 0xfffe && tag !== 0) this.lacksVr = true;
      return { tag, vr: "", at: at + 8, length: u32(head, 4, big) };
    }
    if (SHORT_VRS.has(vr)) return { tag, vr, at: at + 8, length: u16(head, 6, big) };
    if (head.length < 12) return null;
    return { tag, vr, at: at + 12, length: u32(head, 8, big) };
  }

  /** Keeps or skips one element; returns where the next begins. @param {Header} header
   * @param {Encoding} encoding @param {ReadonlySet<number> | null} wanted @param {Elements} kept
   * @param {number} depth @returns {Generator<void, number>} */
  *#element(header, encoding, wanted, kept, depth) {
    const { tag, vr, at, length } = header;
    const isWanted = wanted?.has(tag) ?? false;
    if (length === UNDEFINED || (isWanted && SEQUENCES.has(tag))) {
      return yield* this.#sequence(header, encoding, isWanted ? wanted : null, kept, depth);
    }
    if (isWanted && length > 0 && length <= MAX_VALUE_BYTES) {
      if (!(yield* this.#source.reach(at, length))) corrupt("it ends within an element");
      const bytes = this.#source.bytes(at, length);
      kept.set(tag, { vr, bytes: this.#source.inflated ? bytes.slice() : bytes, item: null });
    }
    return at + length;
  }

  /** A sequence: the wanted elements of its first item are kept under its tag. Also steps over
   * fragments, which are items. @param {Header} header @param {Encoding} encoding
   * @param {ReadonlySet<number> | null} wanted @param {Elements} kept @param {number} depth
   * @returns {Generator<void, number>} where the next element begins */
  *#sequence({ tag, vr, at, length }, encoding, wanted, kept, depth) {
    if (depth >= MAX_DEPTH) tooMuch(`its sequences lie more than ${MAX_DEPTH} deep in each other`);
    // A sequence of unknown type is written implicitly, whatever is around it (PS3.5, 6.2.2).
    const inner = vr === "UN" ? { explicit: false, big: false } : encoding;
    const end = length === UNDEFINED ? Infinity : at + length;
    /** @type {Elements | null} */ let first = null;
    while (at < end) {
      const item = yield* this.#header(at, inner);
      if (!item) return corrupt("it ends within a sequence");
      // The length of a delimiter must be 0; some write another, which means nothing.
      if (item.tag === SEQUENCE_END) return item.at;
      if (item.tag !== ITEM) corrupt("its elements do not follow each other as they must");
      /** @type {[Elements, number]} */
      const [elements, next] = yield* this.#item(item, inner, first ? null : wanted, depth);
      first ??= elements;
      if (wanted && elements === first) kept.set(tag, { vr, bytes: NOTHING, item: first });
      at = next;
    }
    return end;
  }

  /** @param {Header} item @param {Encoding} encoding @param {ReadonlySet<number> | null} wanted
   * @param {number} depth @returns {Generator<void, [Elements, number]>} its wanted elements, and
   * where the next item begins */
  *#item({ at, length }, encoding, wanted, depth) {
    /** @type {Elements} */ const elements = new Map();
    const end = length === UNDEFINED ? Infinity : at + length;
    if (end !== Infinity && !wanted) return [elements, end];
    while (at < end) {
      const header = yield* this.#header(at, encoding);
      if (!header) return corrupt("it ends within an item");
      if (header.tag === ITEM_END) return [elements, header.at];
      at = yield* this.#element(header, encoding, wanted, elements, depth + 1);
    }
    return [elements, end];
  }
}

const NOTHING = new Uint8Array(0);

/** Sequences of whose first item something is read. */
const SEQUENCES = new Set([0x00283000, 0x00283010, 0x00540220]);

/** @param {Uint8Array} b @param {number} at @param {boolean} big */
const u16 = (b, at, big) => (big ? (b[at] << 8) | b[at + 1] : b[at] | (b[at + 1] << 8));

/** @param {Uint8Array} b @param {number} at @param {boolean} big */
const u32 = (b, at, big) => (big ? u16(b, at, true) * 65_536 + u16(b, at + 2, true)
  : u16(b, at, false) + u16(b, at + 2, false) * 65_536);

/** @param {Uint8Array} head @param {boolean} big */
const tagOf = (head, big) => u16(head, 0, big) * 65_536 + u16(head, 2, big);

/**
 * Where the items of an encapsulated element lie (PS3.5, A.4).
 * @param {ByteSource} source @param {number} at where the first item begins @param {boolean} big
 * @returns {Generator<void, { starts: number[], lengths: number[] }>} starts of the fragments' bytes
 */
export function* fragmentsOf(source, at, big) {
  /** @type {number[]} */ const starts = [];
  /** @type {number[]} */ const lengths = [];
  while (source.has(at, 8) || (yield* source.reach(at, 8))) {
    const head = source.bytes(at, 8);
    const tag = tagOf(head, big);
    if (tag !== ITEM) break;
    if (starts.length === MAX_FRAGMENTS) tooMuch(`it has over ${MAX_FRAGMENTS} fragments`);
    if (starts.length % STEP_ELEMENTS === 0) yield;
    starts.push(at + 8);
    lengths.push(u32(head, 4, big));
    at += 8 + lengths[lengths.length - 1];
  }
  return { starts, lengths };
}

const MAX_FRAGMENTS = 1 << 18;
