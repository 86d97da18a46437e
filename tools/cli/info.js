/* info.js - the commands `evax info` and `evax verify`: what a model or a checkpoint is, and whether it is sound.
 * SPDX-License-Identifier: MIT */
import { load } from "../../web/evax-node.js";
import { inspect } from "../../web/convert/inspect.js";
import { nodePlatform } from "../../web/convert/platform-node.js";
import { EXIT, UsageError, complain, failureJson, openModel, printJson } from "./base/command.js";
import { placeOf } from "./base/file-names.js";
import { infoReport, inspectionReport, megabytes, printable } from "./base/report.js";

/** @typedef {import("./base/command.js").Options} Options */

/** What a checkpoint is. @param {string[]} files @param {Options} options @param {AbortSignal} signal */
async function inspectFiles(files, { ema, json }, signal) {
  try {
    const found = await inspect(nodePlatform, files.map(placeOf), { ema, signal });
    const { problem, ...rest } = found;
    if (json) {
      const wrong = problem && { code: problem.code, message: problem.message, hint: problem.hint };
      printJson({ ...rest, problem: wrong });
    } else process.stdout.write(inspectionReport(found));
    return problem ? EXIT.someFailed : EXIT.done;
  } catch (error) {
    signal.throwIfAborted();
    if (json) printJson(failureJson(error, files[0]));
    complain(error, files[0]);
    return EXIT.someFailed;
  }
}

/** evax info. @param {string[]} words @param {Options} options @param {AbortSignal} signal */
export async function info(words, options, signal) {
  if (words.length) return inspectFiles(words, options, signal);
  const engine = await openModel(options, signal);
  if (!engine) return EXIT.model;
  if (options.json) printJson(engine.info);
  else process.stdout.write(infoReport(engine.info));
  return EXIT.done;
}

/** evax verify: loading verifies everything there is. @param {string[]} folders @param {Options} _options
 * @param {AbortSignal} signal */
export async function verify(folders, _options, signal) {
  if (folders.length !== 1) throw new UsageError("verify takes one model folder");
  const [model] = folders;
  let bytes = 0;
  try {
    const onProgress = (/** @type {{ totalBytes: number }} */ p) => { bytes = p.totalBytes; };
    const { info: found } = await load({ model: placeOf(model), signal, onProgress });
    process.stdout.write(`${printable(model)} is sound: ${found.model}, ${found.dtype}, `
      + `${megabytes(bytes)}; every chunk, tensor and value checked\n`
      + `SHA-256 of its manifest: ${found.modelHash}\n`);
    return EXIT.done;
  } catch (error) {
    signal.throwIfAborted();
    complain(error, model);
    return EXIT.model;
  }
}
