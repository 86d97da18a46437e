/* dicom.js - the smallest DICOM files, element by element (PS3.10, explicit little endian). */

const LONG = new Set(["OB", "OW", "UN", "SQ", "UT"]);
const even = (bytes, pad) => (bytes.length % 2 ? Buffer.concat([bytes, Buffer.from(pad)]) : bytes);

/** group, element, VR and value (string | Buffer, or a number for US) of an element
 * @typedef {[group: number, element: number, vr: string, value: any]} Element */

/** One element. @param {Element} element */
export function elementOf([group, element, vr, value]) {
  const raw = vr === "US" ? Buffer.from(Uint16Array.of(value).buffer)
    : even(Buffer.from(value), vr === "UI" || vr.startsWith("O") ? "\0" : " ");
  const head = Buffer.alloc(LONG.has(vr) ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(element, 2);
  head.write(vr, 4, "latin1");
  if (LONG.has(vr)) head.writeUInt32LE(raw.length, 8);
  else head.writeUInt16LE(raw.length, 6);
  return Buffer.concat([head, raw]);
}

/** A file with these elements, in any order; group 2 is its meta data.
 * @param {Element[]} elements */
export function dicomFile(elements) {
  /** @type {Element} */ const syntax = [2, 0x10, "UI", "1.2.840.10008.1.2.1"];
  const sorted = [syntax, ...elements].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), ...sorted.map(elementOf)]);
}

/** The value of a sequence (SQ) of one item. @param {Element[]} elements */
export function itemOf(elements) {
  const content = Buffer.concat(elements.map(elementOf));
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

/** The elements of an 8-bit gray film of 32 x 24 pixels. @type {Element[]} */
export const FILM = [
  [0x28, 2, "US", 1], [0x28, 4, "CS", "MONOCHROME2"], [0x28, 0x10, "US", 24], [0x28, 0x11, "US", 32],
  [0x28, 0x100, "US", 8], [0x28, 0x101, "US", 8], [0x28, 0x102, "US", 7], [0x28, 0x103, "US", 0],
  [8, 0x60, "CS", "DX"],
  [0x7fe0, 0x10, "OW", Buffer.from(Array.from({ length: 32 * 24 }, (_, i) => (i * 7) % 256))],
];
