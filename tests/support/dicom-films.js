/* dicom-films.js - the DICOM files of tests/web/dicom, and a reader of them with the real decoders. */
import { readFileSync } from "node:fs";
import { load } from "../../web/evax-node.js";
import { at } from "./repository.js";
import { memorySource, tinyModel } from "./tiny.js";

const pathOf = (folder, name) => at("tests", "web", "dicom", folder, name);

/** The films of one folder: what index.json says of each, and their bytes. */
function filmsOf(folder) {
  const index = JSON.parse(readFileSync(pathOf(folder, "index.json"), "utf8"));
  return { index, bytesOf: (name) => new Uint8Array(readFileSync(pathOf(folder, name))) };
}

/** As the standard wants them (make.py). */
export const { index, bytesOf } = filmsOf("files");
/** Not as it wants them, or read differently by different toolkits (make_odd.py). */
export const odd = filmsOf("odd");

const engine = await load({ model: memorySource(tinyModel()), variant: "simd128" });

/** Reads a film, as whoever uses the package does. */
export const read = (bytes, options) => engine.analyze(bytes, { ...options, pictures: true });
