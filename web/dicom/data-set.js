/* data-set.js - a DICOM file opened, and the only elements of it that are ever read.
 *
 * De-identification is by allow-list: ALLOWED names every element whose value anything in this
 * package can ask for. No name, date, number or free text of a person is among them, and values
 * that are words come back only if they are words of the standard (see facts.js).
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { dicomParser } from "./dicom-parser.bundle.js";
import { inflateRaw, join } from "./inflate.js";
import { bareDataSet } from "./kind.js";
import { BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, SYNTAXES } from "./syntaxes.js";

/** @typedef {import("./syntaxes.js").Syntax} Syntax */

/** Element -> tag, as dicom-parser writes tags. */
export const ALLOWED = /** @type {const} */ ({
  modality: "x00080060",
  intent: "x00080068",
  bodyPart: "x00180015",
  view: "x00185101",
  laterality: "x00200060",
  imageLaterality: "x00200062",
  samples: "x00280002",
  photometric: "x00280004",
  planar: "x00280006",
  frames: "x00280008",
  rows: "x00280010",
  columns: "x00280011",
  bitsAllocated: "x00280100",
  bitsStored: "x00280101",
  highBit: "x00280102",
  signed: "x00280103",
  padding: "x00280120",
  paddingLimit: "x00280121",
  burnedIn: "x00280301",
  windowCenter: "x00281050",
  windowWidth: "x00281051",
  intercept: "x00281052",
  slope: "x00281053",
  windowFunction: "x00281056",
  paletteRed: "x00281101",
  paletteGreen: "x00281102",
  paletteBlue: "x00281103",
  redData: "x00281201",
  greenData: "x00281202",
  blueData: "x00281203",
  modalityLut: "x00283000",
  lutDescriptor: "x00283002",
  lutData: "x00283006",
  voiLut: "x00283010",
  pixels: "x7fe00010",
});
/** @typedef {keyof typeof ALLOWED} Name */

const SYNTAX = "x00020010";
const MEDIA_CLASS = "x00020002";
const DICOMDIR_CLASS = "1.2.840.10008.1.3.10";
/* As the engine's own ceiling for what a film may take. */
const MAX_INFLATED = 256 * 1024 * 1024;
const PREAMBLE_BYTES = 132;

/** The elements of a data set, or of an item of a sequence in it. */
export class DataSet {
  #set;

  /** @param {any} set of dicom-parser */
  constructor(set) {
    this.#set = set;
  }

  /** @param {Name} name */
  has(name) {
    return (this.#set.elements[ALLOWED[name]]?.length ?? 0) > 0;
  }

  /** A word (CS), trimmed and in capitals; "" if there is none. @param {Name} name */
  word(name) {
    return (this.#read("string", name) ?? "").trim().toUpperCase();
  }

  /** A number in text (DS, IS), the first of several; null if there is none.
   * @param {Name} name @returns {number | null} */
  decimal(name) {
    const text = this.#read("string", name, 0);
    const value = text?.trim() ? Number(text) : NaN;
    return Number.isFinite(value) ? value : null;
  }

  /** A binary number of 16 bits (US, SS); null if there is none.
   * @param {Name} name @param {{ index?: number, signed?: boolean }} [how]
   * @returns {number | null} */
  integer(name, { index = 0, signed = false } = {}) {
    const element = this.#set.elements[ALLOWED[name]];
    if (!element || element.length < 2 * index + 2) return null;
    return this.#read(signed ? "int16" : "uint16", name, index) ?? null;
  }

  /** The first item of a sequence; null if there is none. @param {Name} name */
  item(name) {
    const set = this.#set.elements[ALLOWED[name]]?.items?.[0]?.dataSet;
    return set ? new DataSet(set) : null;
  }

  /** The bytes of an element, a view; null if there is none.
   * @param {Name} name @returns {Uint8Array | null} */
  bytes(name) {
    const element = this.#set.elements[ALLOWED[name]];
    if (!element || !(element.length > 0)) return null;
    return this.#set.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  }

  /** The pieces of a compressed element and its table of offsets; null if it is not in pieces.
   * @returns {{ fragments: Uint8Array[], starts: number[], offsets: number[] } | null} starts: of
   * each
   *   fragment's item, as the offsets count */
  fragments() {
    const element = this.#set.elements[ALLOWED.pixels];
    if (!element?.encapsulatedPixelData) return null;
    /** @type {{ offset: number, position: number, length: number }[]} */
    const pieces = element.fragments ?? [];
    return {
      fragments: pieces.map(({ position, length }) =>
        this.#set.byteArray.subarray(position, position + length)),
      starts: pieces.map(({ offset }) => offset),
      offsets: element.basicOffsetTable ?? [],
    };
  }

  /** The value representation in the file; "" where it is implicit. @param {Name} name
   * @returns {string} */
  vr(name) {
    return this.#set.elements[ALLOWED[name]]?.vr ?? "";
  }

  /** @param {"string" | "uint16" | "int16"} how @param {Name} name @param {number} [index] */
  #read(how, name, index) {
    try {
      return this.#set[how](ALLOWED[name], index);
    } catch {
      throw new EvaxError("DICOM_CORRUPT", `${name} does not fit into the file`);
    }
  }
}

/** Runs the parser. Its errors are of its own words, and none of the file's.
 * @template T @param {() => T} work @returns {T} */
function parsing(work) {
  try {
    return work();
  } catch (cause) {
    throw new EvaxError("DICOM_CORRUPT", "its elements do not follow each other as they must",
      cause instanceof Error ? { cause: new Error(cause.name) } : {});
  }
}

/** @param {unknown} uid */
const isUid = (uid) => typeof uid === "string" && /^[0-9.]{5,64}$/.test(uid);

/** The file with a preamble in front, if it has meta information without one.
 * @param {Uint8Array} file */
function withPreamble(file) {
  if (bareDataSet(file) !== "meta") return file;
  const preamble = new Uint8Array(PREAMBLE_BYTES);
  preamble.set([0x44, 0x49, 0x43, 0x4d], PREAMBLE_BYTES - 4);
  return join([preamble, file]);
}

/** @param {string} uid @returns {Syntax} */
function syntaxOf(uid) {
  const syntax = SYNTAXES.get(uid);
  if (syntax) return syntax;
  throw new EvaxError("DICOM_SYNTAX", isUid(uid) ? uid : "its UID is not a valid one");
}

const BARE = { explicit: EXPLICIT, implicit: IMPLICIT, big: BIG_ENDIAN };

/** @param {Uint8Array} file with a preamble */
async function openPart10(file) {
  const header = parsing(() => dicomParser.readPart10Header(file));
  const text = (/** @type {string} */ tag) => parsing(() => header.string(tag)) ?? "";
  if (text(MEDIA_CLASS) === DICOMDIR_CLASS) {
    throw new EvaxError("DICOM_NO_IMAGE", "it is the directory of a disc (DICOMDIR)");
  }
  const syntax = syntaxOf(text(SYNTAX));
  /** @type {(() => Uint8Array) | undefined} */ let inflater;
  if (syntax.uid === DEFLATED) {
    const data = await inflateRaw(file.subarray(header.position), MAX_INFLATED);
    inflater = () => data; // read from its start, so that it stands alone
  }
  return { syntax, set: parsing(() => dicomParser.parseDicom(file, { inflater })) };
}

/**
 * Opens a file: Part 10, with meta information only, or a bare data set.
 * @param {Uint8Array} bytes
 * @returns {Promise<{ syntax: Syntax, set: DataSet }>} rejects with DICOM_CORRUPT, DICOM_SYNTAX,
 *   DICOM_LIMIT, or DICOM_NO_IMAGE for the directory of a disc
 */
export async function openDataSet(bytes) {
  // dicom-parser slices: of a Node Buffer that would be a view with other methods.
  const file = withPreamble(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  const bare = bareDataSet(file);
  const hasPreamble = String.fromCharCode(...file.subarray(128, 132)) === "DICM";
  if (hasPreamble || bare === null || bare === "meta") {
    const { syntax, set } = await openPart10(file);
    return { syntax, set: new DataSet(set) };
  }
  const uid = BARE[bare];
  const set = parsing(() => dicomParser.parseDicom(file, { TransferSyntaxUID: uid }));
  return { syntax: syntaxOf(uid), set: new DataSet(set) };
}
