/* explain.js - the attention maps of `evax analyze --explain LABEL`: computed, and drawn into files.
 * SPDX-License-Identifier: MIT */
import { mkdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { topOf } from "../../web/picture/heatmap.js";
import { UsageError } from "./base/command.js";
import { mapPicture } from "./formats/map-picture.js";
import { isPng, pngBytes } from "./formats/png.js";
import { writeOutput, writing } from "./base/output.js";
import { didYouMean } from "../../web/base/suggest.js";

/** @typedef {import("../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../web/evax.js").AttentionMap} AttentionMap */
/** @typedef {import("../../web/evax.js").Engine} Engine */
/** @typedef {import("../../web/engine/attention-map.js").Method} Method */
/** @typedef {{ labels: string[], method: Method, out?: string }} Wish out: a folder */
/** @typedef {{ map: AttentionMap, png: Uint8Array | null }} Drawing */

/** Refuses labels that the model lacks, before the first film. @param {Engine} engine
 * @param {Wish} wish */
export function checkRequest({ info: { labels: known } }, { labels }) {
  const unknown = labels.find((label) => !known.includes(label));
  if (unknown === undefined) return;
  throw new UsageError(`--explain ${unknown}: the model has ${known.join(", ") || "no findings"}`
    + didYouMean(unknown, known));
}

/** The requested maps of a film, each with its picture if there is a folder for them.
 * @param {Engine} engine that analyzed it @param {Wish} wish that has been checked @param {Analysis} analysis with its
 * picture @param {AbortSignal} signal @returns {Promise<Drawing[]>} */
export async function mapsOf(engine, { labels, method, out }, analysis, signal) {
  const all = [];
  for (const { label } of analysis.findings) all.push(await engine.explain(analysis, label, { method, signal }));
  const top = topOf(all);
  const drawings = [];
  for (const map of all.filter(({ label }) => labels.includes(label))) {
    drawings.push({ map, png: out ? pngBytes(await mapPicture(map, top, analysis)) : null });
  }
  return drawings;
}

/** Writes the pictures of maps into a folder. */
export class MapFolder {
  #folder;
  /** Files written so far: films of the same name must not overwrite each other. */
  #taken = new Set();
  /** Whether a map could not be written. */ refused = false;

  /** @param {string} [folder] none: there are no pictures */
  constructor(folder = "") {
    this.#folder = folder;
  }

  /** @param {string} film its file @param {Drawing[]} drawings
   * @returns {Promise<(AttentionMap & { file: string | null })[]>} */
  async write(film, drawings) {
    const maps = [];
    for (const { map, png } of drawings) {
      maps.push({ ...map, file: png && await this.#writePicture(`${basename(film, extname(film))}.${map.label}`, png) });
    }
    return maps;
  }

  /** @param {string} name @param {Uint8Array} png @returns {Promise<string>} the file */
  async #writePicture(name, png) {
    await writing(mkdir(this.#folder, { recursive: true }));
    const file = join(this.#folder, this.#freeName(name));
    await writeOutput(file, png, isPng, {});
    return file;
  }

  /** @param {string} wanted @returns {string} with a number if the name is taken */
  #freeName(wanted) {
    const safe = wanted.replace(/[^\p{L}\p{N}._-]/gu, "_");
    let name = `${safe}.png`;
    for (let n = 2; this.#taken.has(name); n++) name = `${safe}-${n}.png`;
    this.#taken.add(name);
    return name;
  }
}
