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

/** The first frame: its samples, or its colors; or the error. */
async function read(file) {
  const bytes = new Uint8Array(readFileSync(file));
  const frame = (options) => engine.analyze(bytes, { ...options, pictures: true });
  try {
    const { deep, picture } = await frame({}).catch((error) => {
      if (error.code !== "DICOM_FRAME") throw error;
      return frame({ frame: 1 });
    });
    return { values: deep ? deep.levels : picture.data };
  } catch (error) {
    return { error };
  }
}

/** The oracle's values, of the kind that ours have; null if there is another number of them. */
function valuesOf(name, ours) {
  const bytes = new Uint8Array(readFileSync(join(folder, name)));
  const values = ours instanceof Uint16Array ? new Uint16Array(bytes.buffer) : bytes;
  return values.length === ours.length ? values : null;
}

/** In words. @param {string} tool @param {Uint8Array | Uint16Array | null} theirs @param ours */
function comparison(tool, theirs, ours) {
  if (!theirs) return `${tool}: another size`;
  let most = 0;
  for (let i = 0; i < ours.length; i++) most = Math.max(most, Math.abs(ours[i] - theirs[i]));
  return most ? `${tool}: at most ${most} off` : `${tool}: equal`;
}

console.log("# Other people's DICOM files against dcmtk and gdcm: stored samples, or RGB of color films.");
console.log("# make dicom-oracles DATA=FOLDER   (pydicom's test files; and those of FOLDER)\n");
const tally = { equal: 0, close: 0, refused: 0 };
for (const { file, syntax, oracles } of JSON.parse(readFileSync(join(folder, "index.json"), "utf8"))) {
  const { values, error } = await read(file);
  const tools = Object.entries(oracles);
  const words = values
    ? tools.map(([tool, name]) => comparison(tool, valuesOf(name, values), values))
    : [`refused, ${error.code} (${error.detail}); read by ${tools.map(([tool]) => tool).join(", ") || "neither"}`];
  const outcome = !values ? "refused" : words.some((word) => /equal/.test(word)) ? "equal" : "close";
  tally[outcome]++;
  console.log(`${basename(file)} ${syntax ?? "no syntax"}: ${words.join(", ") || "read by neither"}`);
}
console.log(`\n${tally.equal} equal to an oracle, ${tally.close} not, ${tally.refused} refused`);
