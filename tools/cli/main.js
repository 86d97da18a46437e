/* main.js - the command line tool: which command runs.
 * SPDX-License-Identifier: MIT */
import { fileURLToPath } from "node:url";
import { version } from "../../web/evax-node.js";
import { analyze } from "./analyze.js";
import { EXIT, UsageError, quieten, say } from "./base/command.js";
import { COMPLETIONS } from "./completion.js";
import { convertFiles } from "./convert.js";
import { embed } from "./embed.js";
import { evaluateFilms } from "./evaluate.js";
import { applyHead, fitHead } from "./head.js";
import { helpOf, overview } from "./help.js";
import { info, verify } from "./info.js";
import { nearestFilms } from "./nearest.js";
import { commandsAsked, parse } from "./parse.js";
import { vendorCommand } from "./vendor-command.js";

/** @typedef {import("./base/command.js").Options} Options */
/** @typedef {(words: string[], options: Options, signal: AbortSignal) => Promise<number> | number} Run
 * gives the exit status */

const DEMO = fileURLToPath(new URL("../../model/demo", import.meta.url));

/** @param {string} text */
function print(text) {
  process.stdout.write(text);
  return EXIT.done;
}

/** @param {string[]} words */
const help = (words) => print(words.length ? commandsAsked(words).map(helpOf).join("\n") : overview());

/** @param {string[]} words */
function completion([shell, ...more]) {
  if (more.length || !Object.hasOwn(COMPLETIONS, shell ?? "")) throw new UsageError("completion takes bash, zsh or fish");
  return print(COMPLETIONS[/** @type {keyof typeof COMPLETIONS} */ (shell)]());
}

/** What each command runs. @type {Record<string, Run>} */
const RUN = {
  analyze, evaluate: evaluateFilms, embed, nearest: nearestFilms, "head fit": fitHead, "head apply": applyHead, convert: convertFiles, info, verify,
  vendor: vendorCommand, completion, help,
};

/** @param {string[]} args @param {AbortSignal} signal @returns {Promise<number>} exit status */
async function main(args, signal) {
  const { name, words, values } = parse(args);
  if (values.version) return print(`${version}\n`);
  if (!name) return print(overview());
  const { model = DEMO, variant = "auto", json = false, quiet = false, ...rest } = values;
  quieten(quiet);
  const models = [model].flat();
  return RUN[name](words, { ...rest, model: models[0], models, variant, json, quiet }, signal);
}

/** @param {unknown} error @param {AbortSignal} signal */
function exitFor(error, signal) {
  if (signal.aborted) {
    say("evax: interrupted");
    return EXIT.interrupted;
  }
  if (!(error instanceof UsageError)) throw error;
  say(`evax: ${error.message}\nTry: evax --help`);
  return EXIT.usage;
}

/** Runs a command line. What goes wrong in another way than the command expects is thrown.
 * @param {string[]} args @param {AbortSignal} signal @returns {Promise<number>} exit status */
export const run = (args, signal) => main(args, signal).catch((error) => exitFor(error, signal));
