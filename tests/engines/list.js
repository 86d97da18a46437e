/* list.js - the films and models that every engine is given. Runs in Node and in pages.
 * SPDX-License-Identifier: MIT */

/** Both dtypes, both poolings, with and without inner_norm, 224 px and small. */
export const MODELS = ["model/demo",
  ...["ti_224-f32", "s_224-q8", "nano_b-q8", "nano_b-f32", "nano_s_cls-f32"].map(
    (name) => `build/fixtures/models/${name}`)];

/** Gray and color, 8 and 12 bits, PNG, JPEG, and DICOM that a codec decodes. */
export const FILMS = [
  "model/samples/nih_00000001_000.png", "model/samples/kermany_IM-0117-0001.jpeg",
  "tests/images/color_420_progressive.jpg", "tests/web/dicom/files/cr12.dcm", "tests/web/dicom/files/cr12.j2k.dcm",
  "tests/web/dicom/files/dx8.jls.dcm"];

/**
 * @typedef {object} Run
 * @property {string} variant that ran
 * @property {number} threads that ran
 * @property {string | null} note why not as many as were asked for
 * @property {Record<string, number[]>} logits by "model film"
 */

/**
 * Every film through every model.
 * @param {typeof import("../../web/evax-node.js").load} load the package's, of this host
 * @param {(path: string) => string} addressOf a path of the repository
 * @param {(path: string) => Promise<Blob | Uint8Array>} read a film
 * @param {{ variant: "simd128" | "relaxed", threads: number, models?: string[] }} options models: fewer than all
 * @returns {Promise<Run>}
 */
export async function runList(load, addressOf, read, { models = MODELS, ...options }) {
  /** @type {Run["logits"]} */ const logits = {};
  const films = await Promise.all(FILMS.map(read));
  let info;
  for (const model of models) {
    const engine = await load({ model: addressOf(`${model}/`), ...options });
    for (const [i, film] of films.entries()) {
      const { findings } = await engine.analyze(film);
      logits[`${model} ${FILMS[i]}`] = findings.map(({ logit }) => logit);
    }
    info = engine.info;
    engine.dispose();
  }
  return { variant: info.variant, threads: info.threads, note: info.threadsNote ?? null, logits };
}
