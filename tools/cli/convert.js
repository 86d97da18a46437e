/* convert.js - evax convert: a checkpoint in, a model folder or file out.
 * SPDX-License-Identifier: MIT */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { convert } from "../../web/evax-node.js";
import { EvaxError } from "../../web/base/errors.js";
import { convertInto } from "../../web/convert/convert.js";
import { nodePlatform } from "../../web/convert/platform-node.js";
import { EXIT, UsageError, endAfter, numberOf, printJson, say } from "./base/command.js";
import { pathOf, placeOf } from "./base/file-names.js";
import { replaceFolder } from "./formats/model-folder.js";
import { ProgressBar } from "./base/progress-bar.js";
import { conversionReport, printable } from "./base/report.js";
import { writeAtomically } from "./base/atomic-write.js";
import { writing } from "./base/output.js";

/** @typedef {import("../../web/evax.js").ConvertOptions} ConvertOptions */
/** @typedef {import("./base/command.js").Options} Options */
/** @typedef {import("./base/report.js").Converted} Converted */

const PHASES = { read: "reading the checkpoint", calibrate: "calibrating", write: "writing the model" };
const MAX_CARD = (1 << 20) + 1;

/** @param {Options} options */
function checkOptions({ scoring, labels, out }) {
  if (!out) throw new UsageError("convert needs --out DIR, the model folder to write");
  if ((labels === undefined) !== (scoring === undefined)) {
    throw new UsageError("--labels and --scoring go together");
  }
}

/** @param {string | undefined} path */
async function cardBytes(path) {
  if (path === undefined) return undefined;
  const bytes = await readFile(pathOf(path)).catch((cause) => {
    throw new EvaxError("INPUT_UNREADABLE", cause.message, { cause });
  });
  return bytes.subarray(0, MAX_CARD);
}

/** @param {Options} options @param {AbortSignal} signal @param {ProgressBar} bar
 * @returns {Promise<ConvertOptions>} */
async function convertOptions({ dtype, size, labels, scoring, card, ema, threads }, signal, bar) {
  return {
    dtype,
    size: numberOf("size", size),
    labels: labels?.split(",").map((label) => label.trim()),
    scoring,
    card: await cardBytes(card),
    ema,
    threads: numberOf("threads", threads),
    signal,
    onProgress: ({ phase, done, of }) => bar.show(PHASES[phase], done, of),
  };
}

/** A folder in the place of a file. @param {string[]} files */
async function checkFiles(files) {
  for (const file of files) {
    const found = await stat(file).catch(() => null);
    if (found?.isDirectory() && await stat(join(file, "manifest.json")).catch(() => null)) {
      throw new EvaxError("CHECKPOINT_FORMAT", "this folder holds a converted model; use it with --model");
    }
  }
}

/** @param {string[]} files @param {string} out @param {boolean} force @param {ConvertOptions} options
 * @returns {Promise<Converted>} */
const toFolder = (files, out, force, options) => replaceFolder(out, force, async (write) => {
  const conversion = await convertInto(nodePlatform, files, options, write);
  await write("manifest.json", conversion.bytes);
  return conversion;
});

/** @param {string[]} files @param {string} out @param {boolean} force @param {ConvertOptions} options
 * @returns {Promise<Converted>} */
async function toFile(files, out, force, options) {
  if (!force && await stat(out).catch(() => null)) {
    throw new EvaxError("OUTPUT_EXISTS", `${out} exists; --force replaces it`);
  }
  const model = await convert(files.map(placeOf), options);
  const bytes = new Uint8Array(await (await model.toFile()).arrayBuffer());
  await writing(writeAtomically(out, bytes));
  return { ...model, manifest: model.facts };
}

/** @param {Converted} made @param {string} out @param {boolean} json */
function tell(made, out, json) {
  const { manifest: { name, dtype, parameters, stream_bytes: bytes }, hash, notes, warnings } = made;
  if (json) printJson({ out, name, dtype, parameters, bytes, hash, notes, warnings, report: made.report });
  else process.stdout.write(conversionReport(made, out));
  for (const line of warnings) say(`warning: ${printable(line)}`);
}

/** evax convert FILES... --out DIR. @param {string[]} files @param {Options} options
 * @param {AbortSignal} signal @returns {Promise<number>} exit status */
export async function convertFiles(files, options, signal) {
  if (files.length === 0) throw new UsageError("convert needs a checkpoint");
  checkOptions(options);
  const { out = "", force = false, json } = options;
  const bar = new ProgressBar(process.stderr);
  try {
    const given = await convertOptions(options, signal, bar);
    await checkFiles(files);
    const made = await (out.endsWith(".zip") ? toFile : toFolder)(files, out, force, given);
    bar.end();
    tell(made, out, json);
    return EXIT.done;
  } catch (error) {
    bar.end();
    signal.throwIfAborted();
    if (!(error instanceof EvaxError)) throw error;
    return endAfter(error, { input: files[0] });
  }
}
