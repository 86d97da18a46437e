/* explain.js - the attention maps of `evax analyze --explain LABEL`: computed, and drawn into files.
 * SPDX-License-Identifier: MIT */
import { mkdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { topOf } from "../../web/picture/heatmap.js";
import { UsageError } from "./command.js";
import { mapPicture } from "./map-picture.js";
import { isPng, pngBytes } from "./png.js";
import { writeOutput } from "./output.js";
import { didYouMean } from "../../web/base/suggest.js";

/** @typedef {import("../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../web/evax.js").AttentionMap} AttentionMap */
/** @typedef {import("../../web/evax.js").Engine} Engine */
/** @typedef {import("../../web/engine/attention-map.js").Method} Method */
/** @typedef {{ labels: string[], method: Method, out?: string }} Wish out: a folder */

/** Refuses labels that the model lacks, before the first film. @param {Engine} engine
 * @param {Wish} wish */
export function checkRequest({ info: { labels: known } }, { labels }) {
  const unknown = labels.find((label) => !known.includes(label));
  if (unknown === undefined) return;
  throw new UsageError(`--explain ${unknown}: the model has ${known.join(", ") || "no findings"}`
    + didYouMean(unknown, known));
}

export class Explainer {
  #engine;
  #wish;
  /** Files written so far: films of the same name must not overwrite each other. */
  #taken = new Set();

  /** @param {Engine} engine @param {Wish} wish that has been checked */
  constructor(engine, wish) {
    this.#engine = engine;
    this.#wish = wish;
  }

  /**
   * The requested maps; each is drawn into a file if there is a folder.
   * @param {string} file of the film @param {Analysis} analysis with its picture
   * @param {AbortSignal} signal
   * @returns {Promise<(AttentionMap & { file: string | null })[]>}
   */
  async explain(file, analysis, signal) {
    const { labels, method, out } = this.#wish;
    const all = [];
    for (const { label } of analysis.findings) {
      all.push(await this.#engine.explain(analysis, label, { method, signal }));
    }
    const top = topOf(all);
    const wanted = all.filter(({ label }) => labels.includes(label));
    const maps = [];
    for (const map of wanted) {
      maps.push({ ...map, file: out ? await this.#draw(out, file, map, top, analysis) : null });
    }
    return maps;
  }

  /** @param {string} out @param {string} film @param {AttentionMap} map @param {number} top
   * @param {Analysis} analysis @returns {Promise<string>} the file */
  async #draw(out, film, map, top, analysis) {
    const bytes = pngBytes(await mapPicture(map, top, analysis));
    await mkdir(out, { recursive: true });
    const file = join(out, this.#freeName(`${basename(film, extname(film))}.${map.label}`));
    await writeOutput(file, bytes, isPng, {});
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
