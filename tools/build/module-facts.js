/* module-facts.js - what a WebAssembly file says of its memory: the data segments and the stack.
 * SPDX-License-Identifier: MIT */

/* Numbers of the binary format. */
const SECTION = { custom: 0, global: 6, data: 11 };
const NAMES_OF_DATA = 9;
const MUTABLE_I32 = [0x7f, 1];
const I32_CONST = 0x41;
const PASSIVE = 1;

/** Reads a WebAssembly file front to back. */
class Cursor {
  /** @param {Uint8Array} bytes @param {number} [at] */
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** @returns {number} */
  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned LEB128 number. */
  number() {
    let value = 0;
    for (let shift = 0, byte = 128; byte & 128; shift += 7) {
      byte = this.byte();
      value += (byte & 127) * 2 ** shift;
    }
    return value;
  }

  /** @param {number} length */
  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return new TextDecoder().decode(this.take(this.number()));
  }

  /** An expression `i32.const N end`, of a number that is not negative. */
  constant() {
    if (this.byte() !== I32_CONST) throw new Error("an address that is no constant");
    const value = this.number();
    this.byte();
    return value;
  }
}

/** The sections of a module, custom ones by name. @param {Uint8Array} bytes
 * @returns {Map<number | string, Cursor>} */
function sectionsOf(bytes) {
  const found = new Map();
  const file = new Cursor(bytes, 8);
  while (file.at < bytes.length) {
    const id = file.byte();
    const content = new Cursor(file.take(file.number()));
    found.set(id === SECTION.custom ? content.text() : id, content);
  }
  return found;
}

/** @param {Cursor | undefined} names the section "name" @returns {Map<number, string>} */
function dataNames(names) {
  const found = new Map();
  while (names && names.at < names.bytes.length) {
    const kind = names.byte();
    const content = new Cursor(names.take(names.number()));
    if (kind !== NAMES_OF_DATA) continue;
    for (let left = content.number(); left > 0; left--) found.set(content.number(), content.text());
  }
  return found;
}

/** A piece of the initial memory; address null: where the module puts it when it starts.
 * @typedef {{ name: string, address: number | null, bytes: Uint8Array }} Segment */

/** @param {Cursor | undefined} data @param {Map<number, string>} names @returns {Segment[]} */
function segmentsOf(data, names) {
  return Array.from({ length: data?.number() ?? 0 }, (_, i) => {
    const content = /** @type {Cursor} */ (data);
    const address = content.number() === PASSIVE ? null : content.constant();
    return { name: names.get(i) ?? "", address, bytes: content.take(content.number()) };
  });
}

/** Where the stack begins: the first global of Emscripten's modules. @param {Cursor | undefined} globals */
function stackTopOf(globals) {
  if (!globals?.number()) return null;
  const type = [globals.byte(), globals.byte()];
  return type.every((byte, i) => byte === MUTABLE_I32[i]) ? globals.constant() : null;
}

/** @param {Uint8Array} bytes of a .wasm file
 * @returns {{ stackTop: number | null, segments: Segment[] }} */
export function moduleFacts(bytes) {
  const sections = sectionsOf(bytes);
  return {
    stackTop: stackTopOf(sections.get(SECTION.global)),
    segments: segmentsOf(sections.get(SECTION.data), dataNames(sections.get("name"))),
  };
}
