/* data-set.js - the only elements of a DICOM file that are ever read, and their values.
 *
 * De-identification is by allow-list: ALLOWED names every element whose value anything in this
 * package can ask for; no other is ever built. No name, date, number or free text of a person is among
 * them, and values that are words come back only if they are words of the standard (see facts.js).
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./elements.js").Element} Element */
/** @typedef {import("./elements.js").Elements} Elements */

/** Element -> tag, group * 65536 + element. */
const ALLOWED = /** @type {const} */ ({
  modality: 0x00080060,
  intent: 0x00080068,
  codeValue: 0x00080100,
  codeScheme: 0x00080102,
  bodyPart: 0x00180015,
  magnification: 0x00181114,
  imagerSpacing: 0x00181164,
  view: 0x00185101,
  orientation: 0x00200020,
  laterality: 0x00200060,
  imageLaterality: 0x00200062,
  samples: 0x00280002,
  photometric: 0x00280004,
  planar: 0x00280006,
  frames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  spacing: 0x00280030,
  aspectRatio: 0x00280034,
  bitsAllocated: 0x00280100,
  bitsStored: 0x00280101,
  highBit: 0x00280102,
  signed: 0x00280103,
  padding: 0x00280120,
  paddingLimit: 0x00280121,
  burnedIn: 0x00280301,
  spacingType: 0x00280a02,
  windowCenter: 0x00281050,
  windowWidth: 0x00281051,
  intercept: 0x00281052,
  slope: 0x00281053,
  windowName: 0x00281055,
  windowFunction: 0x00281056,
  paletteRed: 0x00281101,
  paletteGreen: 0x00281102,
  paletteBlue: 0x00281103,
  redData: 0x00281201,
  greenData: 0x00281202,
  blueData: 0x00281203,
  redSegments: 0x00281221,
  greenSegments: 0x00281222,
  blueSegments: 0x00281223,
  lossy: 0x00282110,
  modalityLut: 0x00283000,
  lutDescriptor: 0x00283002,
  lutData: 0x00283006,
  voiLut: 0x00283010,
  viewCode: 0x00540220,
  presentationShape: 0x20500020,
  frameOffsets: 0x7fe00001,
});
/** @typedef {keyof typeof ALLOWED} Name */

/** @type {ReadonlySet<number>} */
export const ALLOWED_TAGS = new Set(Object.values(ALLOWED));

/** A number in text. value: null if the element is not there or does not begin with a number; said:
 * whether it is there; clean: whether all of it is a number.
 * @typedef {{ value: number | null, said: boolean, clean: boolean }} Decimal */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/;

/** As toolkits in C read it: up to the first character that is of no number ("2000,5" is 2000).
 * @param {string} text trimmed @returns {Decimal} */
function decimalOf(text) {
  if (text === "") return { value: null, said: false, clean: true };
  const [number] = NUMBER.exec(text) ?? [""];
  const value = number === "" ? NaN : Number(number);
  return { value: Number.isFinite(value) ? value : null, said: true, clean: number.length === text.length };
}

/** The kept elements of a data set, or of an item of a sequence in it. */
export class DataSet {
  #elements;
  #big;

  /** @param {Elements} elements @param {boolean} big whether binary numbers are big-endian */
  constructor(elements, big) {
    this.#elements = elements;
    this.#big = big;
  }

  /** @param {Name} name */
  has(name) {
    return this.#elements.has(ALLOWED[name]);
  }

  /** Words (CS, SH), trimmed and in capitals. @param {Name} name @returns {string[]} */
  words(name) {
    return this.#texts(name).map((text) => text.toUpperCase());
  }

  /** The first word; "" if there is none. @param {Name} name */
  word(name) {
    return this.words(name)[0] ?? "";
  }

  /** A number in text (DS, IS). @param {Name} name @param {number} [index] @returns {Decimal} */
  decimal(name, index = 0) {
    return decimalOf(this.#texts(name)[index] ?? "");
  }

  /** A binary number of 16 bits (US, SS); null if there is none.
   * @param {Name} name @param {{ index?: number, signed?: boolean }} [how]
   * @returns {number | null} */
  integer(name, { index = 0, signed = false } = {}) {
    const bytes = this.bytes(name);
    if (!bytes || bytes.length < 2 * index + 2) return null;
    const [a, b] = [bytes[2 * index], bytes[2 * index + 1]];
    const value = this.#big ? (a << 8) | b : a | (b << 8);
    return signed ? (value << 16) >> 16 : value;
  }

  /** Binary numbers of 16 bits, all of them; null if there is no such element.
   * @param {Name} name @returns {Uint16Array | null} */
  integers(name) {
    const bytes = this.bytes(name);
    if (!bytes) return null;
    const [low, high] = this.#big ? [1, 0] : [0, 1];
    return Uint16Array.from({ length: bytes.length >> 1 }, (_, i) =>
      bytes[2 * i + low] | (bytes[2 * i + high] << 8));
  }

  /** The first item of a sequence; null if there is none. @param {Name} name */
  item(name) {
    const item = this.#elements.get(ALLOWED[name])?.item;
    return item ? new DataSet(item, this.#big) : null;
  }

  /** The bytes of an element, a view; null if there is none.
   * @param {Name} name @returns {Uint8Array | null} */
  bytes(name) {
    return this.#elements.get(ALLOWED[name])?.bytes ?? null;
  }

  /** The value representation in the file; "" where it is implicit. @param {Name} name */
  vr(name) {
    return this.#elements.get(ALLOWED[name])?.vr ?? "";
  }

  /** Whether words of two bytes are big-endian. */
  get big() {
    return this.#big;
  }

  /** @param {Name} name @returns {string[]} */
  #texts(name) {
    const bytes = this.bytes(name);
    if (!bytes) return [];
    const text = String.fromCharCode(...bytes.subarray(0, MAX_TEXT));
    return text.split("\\").map((part) => part.replace(/^[\0\s]+|[\0\s]+$/g, ""));
  }
}

/* Of an element of words or numbers; longer ones hold nothing that is asked for. */
const MAX_TEXT = 1024;
