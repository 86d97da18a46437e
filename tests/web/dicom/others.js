/* others.js - other people's DICOM files against dcmtk and gdcm, as text (tests/web/dicom/others.py decodes
 * them first).
 *
 *     node tests/web/dicom/others.js FOLDER > tests/web/dicom/OTHERS.txt
 *
 * SPDX-License-Identifier: MIT */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "../../../web/evax-node.js";

const folder = process.argv[2];
const model = fileURLToPath(new URL("../../../model/demo", import.meta.url));
const engine = await load({ model, variant: "simd128" });

/** The first frame: its samples, or its colors; its picture; or the error. */
async function read(file) {
  const bytes = new Uint8Array(readFileSync(file));
  const frame = (options) => engine.analyze(bytes, { ...options, pictures: true });
  try {
    const { deep, picture, reasons } = await frame({}).catch((error) => {
      if (error.code !== "DICOM_FRAME") throw error;
      return frame({ frame: 1 });
    });
    const said = reasons.map(({ code }) => code).filter((code) => OF_VALUES.includes(code));
    return { values: deep ? deep.levels : picture.data, shades: picture.data, said };
  } catch (error) {
    return { error };
  }
}

/* Reasons that tell of values on which toolkits may differ. */
const OF_VALUES = ["DEPTH", "RESCALE", "VOI", "SHAPE", "DEFAULT_WINDOW"];

const bytesOf = (name) => new Uint8Array(readFileSync(join(folder, name)));

/** The oracle's values, of the kind that ours have; null if there is another number of them. */
function valuesOf(name, ours) {
  const bytes = bytesOf(name);
  const values = ours instanceof Uint16Array ? new Uint16Array(bytes.buffer) : bytes;
  return values.length === ours.length ? values : null;
}

/** The largest difference; null if there is another number of values. Gray may be compared with RGB. */
function mostOff(theirs, ours) {
  const step = theirs?.length === 3 * ours.length ? 3 : 1;
  if (theirs?.length !== step * ours.length) return null;
  return theirs.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[Math.floor(i / step)])), 0);
}

/** In words. @param {string} tool @param {number | null} most */
function inWords(tool, most) {
  if (most === null) return `${tool}: another size`;
  return most ? `${tool}: at most ${most} off` : `${tool}: equal`;
}

const tally = { equal: 0, close: 0, refused: 0, alike: 0, unlike: 0 };

/** One line about a film. */
async function lineOf({ file, syntax, oracles, pnm }) {
  const { values, shades, said, error } = await read(file);
  const tools = Object.entries(oracles);
  const name = `${basename(file)} ${syntax ?? "no syntax"}`;
  if (error) {
    tally.refused++;
    const readers = tools.map(([tool]) => tool).join(", ") || "neither";
    return `${name}: refused, ${error.code} (${error.detail}); read by ${readers}`;
  }
  const words = tools.map(([tool, path]) => inWords(tool, mostOff(valuesOf(path, values), values)));
  tally[words.some((word) => /equal/.test(word)) ? "equal" : "close"]++;
  const off = pnm && mostOff(bytesOf(pnm), shades);
  if (pnm) tally[off !== null && off <= 1 ? "alike" : "unlike"]++;
  const shown = pnm ? `; ${inWords("dcm2pnm", off)}` : "";
  return `${name}: ${words.join(", ") || "read by neither"}${shown}${said.length ? `; says ${said.join(", ")}` : ""}`;
}

console.log("# Other people's DICOM files against dcmtk and gdcm: stored samples, or RGB of color films; and shades");
console.log("# against dcm2pnm, which rounds down.");
console.log("# make dicom-oracles DATA=FOLDER   (pydicom's test files; and those of FOLDER)\n");
for (const film of JSON.parse(readFileSync(join(folder, "index.json"), "utf8"))) console.log(await lineOf(film));
console.log(`\n${tally.equal} equal to an oracle, ${tally.close} not, ${tally.refused} refused; `
  + `of pictures ${tally.alike} within one level of dcm2pnm's, ${tally.unlike} not`);
