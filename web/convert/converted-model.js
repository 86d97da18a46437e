/* converted-model.js - a model that a conversion made, in memory: load() takes it as it is, and its files
 * can be written anywhere.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { zipOf } from "./zip-writer.js";

/** @typedef {import("../model/manifest.js").Manifest} Manifest */
/** @typedef {import("../model/source.js").Source} Source */
/** @typedef {import("./convert.js").Conversion} Conversion */

/** A model that convert() made, in memory: load() takes it. @implements {Source} */
export class ConvertedModel {
  #conversion;
  #chunks;

  /** Private: convert() makes models. @param {Conversion} conversion @param {Map<string, Blob>} chunks by file name */
  constructor(conversion, chunks) {
    this.#conversion = conversion;
    this.#chunks = chunks;
    /** What manifest.json says. @type {Manifest} */
    this.facts = conversion.manifest;
    /** SHA-256 of manifest.json, in hex: it names the model. */
    this.hash = conversion.hash;
    /** Lines worth reading. @type {readonly string[]} */
    this.notes = conversion.notes;
    /** Lines that must be read. @type {readonly string[]} */
    this.warnings = conversion.warnings;
    /** What encoding did to each kind of tensor. @type {readonly import("./convert.js").ReportLine[]} */
    this.report = conversion.report;
  }

  /** For messages. */
  get name() {
    return this.facts.name;
  }

  /** As every source of a model: asking again is of no use. */
  get attempts() {
    return 1;
  }

  /** The bytes of manifest.json. @returns {Promise<Uint8Array>} */
  async manifest() {
    return this.#conversion.bytes.slice();
  }

  /** The bytes of a chunk. @param {{ file: string }} entry of the manifest @returns {Promise<Uint8Array>} */
  async chunk({ file }) {
    const blob = this.#chunks.get(file);
    if (!blob) throw new EvaxError("CHUNK_MISSING", file);
    return new Uint8Array(await blob.arrayBuffer());
  }

  /** The files of the model's folder; the manifest last: a folder that has it has all.
   * @returns {{ name: string, content: Blob }[]} */
  files() {
    const manifest = new Blob([/** @type {BlobPart} */ (this.#conversion.bytes)]);
    return [
      ...[...this.#chunks].map(([name, content]) => ({ name, content })),
      { name: "manifest.json", content: manifest },
    ];
  }

  /** The model as one file, for keeping and passing on: a ZIP archive of its folder, which load() and
   * every unpacking program read. @returns {Promise<Blob>} */
  toFile() {
    return zipOf(this.files());
  }
}
