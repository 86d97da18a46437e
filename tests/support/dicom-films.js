/* dicom-films.js - the DICOM files of tests/web/dicom, and a reader of them with the real decoders. */
import { readFileSync } from "node:fs";
import { load } from "../../web/evax-node.js";
import { at } from "./repository.js";
import { memorySource, tinyModel } from "./tiny.js";

const folder = at("tests", "web", "dicom", "files");

/** What dcmtk, gdcm and tests/web/dicom/make.py say of each file. */
export const index = JSON.parse(readFileSync(`${folder}/index.json`, "utf8"));
export const bytesOf = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));

const engine = await load({ model: memorySource(tinyModel()), variant: "simd128" });

/** Reads a film, as whoever uses the package does. */
export const read = (bytes, options) => engine.analyze(bytes, { ...options, pictures: true });
