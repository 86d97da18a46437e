#!/usr/bin/env node
/* evax.js - the command line tool. USAGE below is its contract.
 * SPDX-License-Identifier: MIT */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EvaxError, load, version } from "../../web/evax-node.js";
import {
  EXIT, UsageError, complain, failureJson, openModel, printJson, readFilm, say,
} from "./command.js";
import { inspect } from "../../web/convert/inspect.js";
import { nodePlatform } from "../../web/convert/platform-node.js";
import { METHODS } from "../../web/engine/attention-map.js";
import { Explainer, checkRequest } from "./explain.js";
import { convertFiles } from "./convert.js";
import { embed } from "./embed.js";
import { wordsOf } from "./file-names.js";
import { filmsOf } from "./films.js";
import { head, openHeads } from "./head.js";
import { nearestFilms } from "./nearest.js";
import { filmReport, infoReport, inspectionReport, megabytes, printable } from "./report.js";
import { vendor } from "./vendor.js";

/** @typedef {import("../../web/evax.js").Engine} Engine */
/** @typedef {import("../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../web/evax.js").Head} Head */
/** @typedef {import("./command.js").Options} Options */
/** @typedef {import("./films.js").Films} Films */

const USAGE = `\
Usage: evax analyze FILES... [--head HEAD.json]... [--model DIR] [--variant V] [--json]
                    [--explain LABEL]... [--method M] [--out DIR] [--frame N]
       evax embed FILES... [--out SET.npy] [--force] [--model DIR] [--variant V]
       evax nearest FILM [FILES...] [--in SET] [--count N] [--model DIR] [--variant V] [--json]
       evax head fit --positive DIR --negative DIR --name NAME --out HEAD.json
                    [--force] [--json]
       evax head apply HEAD.json FILES... [--model DIR] [--variant V] [--json]
       evax convert FILES... --out DIR [--dtype D] [--size N] [--card FACTS.json]
                    [--labels A,B,... --scoring S] [--ema] [--threads N] [--force] [--json]
       evax info [FILES... [--ema]] [--model DIR] [--variant V] [--json]
       evax verify DIR
       evax vendor DIR [--model DIR] [--force]
       evax --help | --version

  analyze   the findings of each film (DICOM, PNG or JPEG); of a folder, of all below it
  embed     the embedding of each film, one JSON object a line, or in a NumPy file
  nearest   the films of a set that look most like a film, by cosine; SET is what embed wrote
  head      trains and applies a finding of your own; see model/HEAD.md
  convert   a checkpoint, PyTorch's or safetensors, in one file or several, into a model
            folder; with --out NAME.zip into one file
  info      what the model is, and what was measured of each finding; of a checkpoint
            (FILES), what it is, without converting it
  verify    checks every chunk, tensor and value of a model folder
  vendor    copies what a web page needs, and a model, into a folder of your own

  --model DIR    a folder with manifest.json, or its http(s) address;
                 without it, the demo model of the package
  --variant V    auto (default), simd128 (the same bits everywhere) or relaxed (faster)
  --explain LABEL  also an attention map of this finding: what moved its score, not where
                 disease is; as a picture in the folder --out, or as numbers with --json
  --method M     of the map: grad-cam (default) or contribution
  --frame N      which frame of a DICOM file that has several, from 1
  --head FILE    also the finding of this head; may be given several times
  --dtype D      of the model's matrices: q8 (default), f16 or f32
  --size N       another input size in pixels; default: the checkpoint's own
  --card FILE    JSON: name, labels, scoring, licence, attribution, notice, findings
  --labels A,B   of the outputs, in their order, with --scoring sigmoid or softmax
  --ema          take the moving average that some trainers save beside the weights
  --force        replace a model, or a file of another kind, that is there
  --json         one JSON object a line; data on standard output, all else on standard error

Exit status: 0 all done, 1 some inputs failed, 2 usage, 3 model unusable;
130 interrupted, 141 the reader of the output went away.

A research tool, not a medical device.
`;

const DEMO = fileURLToPath(new URL("../../model/demo", import.meta.url));

/** @typedef {Awaited<ReturnType<Explainer["explain"]>>} Maps */

/** @param {Engine} engine @param {string} file @param {Analysis} analysis @param {Maps | null} maps */
function filmJson({ info }, file, { embedding, picture, seen, deep, ...analysis }, maps) {
  const { model, dtype, variant, version } = info;
  return {
    file, ok: true, model, dtype, variant, version, ...analysis, embedding: [...embedding],
    ...(maps && { maps: maps.map((map) =>
      ({ ...map, raw: [...map.raw], normalized: [...map.normalized] })) }),
  };
}

/** What heads say of a film. @param {Engine} engine @param {Head[]} heads
 * @param {Analysis} analysis */
const customFindingsOf = (engine, heads, analysis) =>
  Promise.all(heads.map((each) => engine.head.apply(each, analysis)));

/** Analyses one film and prints what came of it; false if it failed, or is none. @param {Engine} engine
 * @param {{ films: Films, explainer: Explainer | null, heads: Head[], frame?: number }} extras
 * @param {string} file
 * @param {boolean} json @param {AbortSignal} signal */
async function analyzeFilm(engine, { films, explainer, heads, frame }, file, json, signal) {
  try {
    const pictures = explainer !== null;
    const analysis = await engine.analyze(await readFilm(file, signal), { signal, frame, pictures });
    const maps = explainer && await explainer.explain(file, analysis, signal);
    analysis.findings.push(...await customFindingsOf(engine, heads, analysis));
    if (json) printJson(filmJson(engine, file, analysis, maps));
    else process.stdout.write(`${filmReport(file, analysis, engine.info)}\n`);
    for (const map of maps ?? []) if (map.file) say(`attention map: ${printable(map.file)}`);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (films.leavesOut(file, error)) return false;
    if (json) printJson(failureJson(error, file));
    complain(error, file);
    return false;
  }
}

/** The attention maps that are asked for; null for none. @param {Options} options */
function wishOf({ explain: labels = [], method: wanted, out, json }) {
  if (!labels.length) {
    if (wanted ?? out) throw new UsageError("--method and --out go with --explain");
    return null;
  }
  const method = wanted ?? "grad-cam";
  if (!METHODS.includes(/** @type {any} */ (method))) {
    throw new UsageError(`--method must be ${METHODS.join(" or ")}`);
  }
  if (!out && !json) throw new UsageError("--explain needs --out DIR, --json or both");
  return { labels, method: /** @type {(typeof METHODS)[number]} */ (method), out };
}

/** @param {string | undefined} text @returns {number | undefined} */
function frameOf(text) {
  if (text !== undefined && !/^[1-9]\d{0,5}$/.test(text)) {
    throw new UsageError("--frame must be a whole number from 1");
  }
  return text === undefined ? undefined : Number(text);
}

/** @param {string[]} words @param {Options} options @param {AbortSignal} signal */
async function analyze(words, options, signal) {
  if (words.length === 0) throw new UsageError("analyze needs the name of a film or of a folder");
  const wish = wishOf(options);
  const frame = frameOf(options.frame);
  const engine = await openModel(options, signal);
  if (!engine) return EXIT.model;
  if (wish) checkRequest(engine, wish);
  const heads = await openHeads(engine, options.head ?? []);
  if (!heads) return EXIT.someFailed;
  const films = await filmsOf(words);
  const extras = { films, explainer: wish && new Explainer(engine, wish), heads, frame };
  let done = 0;
  for (const file of films.files) {
    if (await analyzeFilm(engine, extras, file, options.json, signal)) done++;
  }
  const failed = films.failed(done);
  if (!done && !failed) say("evax: there is no film in what was named");
  if (failed && films.files.length > 1) say(`evax: ${failed} of ${done + failed} films failed`);
  return failed || !done ? EXIT.someFailed : EXIT.done;
}

/** @param {string[]} files @param {Options} options @param {AbortSignal} signal */
async function inspectFiles(files, { ema, json }, signal) {
  try {
    const found = await inspect(nodePlatform, files, { ema, signal });
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

/** @param {string[]} words @param {Options} options @param {AbortSignal} signal */
async function info(words, options, signal) {
  if (words.length) return inspectFiles(words, options, signal);
  const engine = await openModel(options, signal);
  if (!engine) return EXIT.model;
  if (options.json) printJson(engine.info);
  else process.stdout.write(infoReport(engine.info));
  return EXIT.done;
}

/** Loading verifies everything there is. @param {string[]} folders @param {Options} options
 * @param {AbortSignal} signal */
async function verify(folders, options, signal) {
  if (folders.length !== 1) throw new UsageError("verify takes one model folder");
  const [model] = folders;
  let bytes = 0;
  try {
    const onProgress = (/** @type {{ totalBytes: number }} */ p) => { bytes = p.totalBytes; };
    const { info } = await load({ model, variant: options.variant, signal, onProgress });
    process.stdout.write(`${printable(model)} is sound: ${info.model}, ${info.dtype}, `
      + `${megabytes(bytes)}; every chunk, tensor and value checked\n`
      + `SHA-256 of its manifest: ${info.modelHash}\n`);
    return EXIT.done;
  } catch (error) {
    signal.throwIfAborted();
    complain(error, model);
    return EXIT.model;
  }
}

/** @param {string[]} folders @param {Options} options */
async function copyForPages(folders, { model, force = false }) {
  if (folders.length !== 1) throw new UsageError("vendor takes the folder to copy into");
  const [target] = folders;
  try {
    await vendor(target, model, force);
  } catch (error) {
    complain(error, target);
    return error instanceof EvaxError ? EXIT.model : EXIT.someFailed;
  }
  const shown = printable(basename(target));
  process.stdout.write(`${printable(target)} now holds the modules, and the model in model/.\n`
    + "In a page beside it:\n\n"
    + `  <script type="module" src="${shown}/element.js"></script>\n`
    + `  <evax-xray model="${shown}/model/"></evax-xray>\n`);
  return EXIT.done;
}

/** @typedef {(words: string[], options: Options, signal: AbortSignal) => Promise<number>} Command
 * resolves to the exit status */

/** What each command runs, and the options it takes.
 * @type {Record<string, { run: Command, takes: string[] }>} */
const COMMANDS = {
  analyze: { run: analyze, takes: ["model", "variant", "json", "head", "explain", "method", "out",
    "frame"] },
  embed: { run: embed, takes: ["model", "variant", "out", "force"] },
  nearest: { run: nearestFilms, takes: ["model", "variant", "json", "in", "count"] },
  head: {
    run: head,
    takes: ["model", "variant", "json", "positive", "negative", "name", "out", "force"],
  },
  convert: {
    run: convertFiles,
    takes: ["out", "dtype", "size", "card", "labels", "scoring", "ema", "threads", "force", "json"],
  },
  info: { run: info, takes: ["model", "variant", "json", "ema"] },
  verify: { run: verify, takes: [] },
  vendor: { run: copyForPages, takes: ["model", "force"] },
};

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        model: { type: "string" },
        variant: { type: "string" },
        json: { type: "boolean" },
        explain: { type: "string", multiple: true },
        method: { type: "string" },
        head: { type: "string", multiple: true },
        in: { type: "string" },
        out: { type: "string" },
        count: { type: "string" },
        frame: { type: "string" },
        positive: { type: "string" },
        negative: { type: "string" },
        name: { type: "string" },
        dtype: { type: "string" },
        size: { type: "string" },
        card: { type: "string" },
        labels: { type: "string" },
        scoring: { type: "string" },
        ema: { type: "boolean" },
        threads: { type: "string" },
        force: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (cause) {
    throw new UsageError(/** @type {Error} */ (cause).message.split("\n")[0]);
  }
}

/** @param {string} name */
function commandOf(name) {
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name];
  throw new UsageError(name ? `there is no command "${printable(name)}"` : "a command is missing");
}

/** @param {string[]} args @param {AbortSignal} signal @returns {Promise<number>} exit status */
async function main(args, signal) {
  const { values, positionals: [name, ...words] } = parse(args);
  if (values.help || values.version) {
    process.stdout.write(values.help ? USAGE : `${version}\n`);
    return EXIT.done;
  }
  const { run, takes } = commandOf(name);
  const stray = Object.keys(values).find((option) => !takes.includes(option));
  if (stray) throw new UsageError(`${name} does not take --${stray}`);
  const { model = DEMO, variant = "auto", json = false, ...rest } = values;
  if (variant !== "auto" && variant !== "simd128" && variant !== "relaxed") {
    throw new UsageError("--variant must be auto, simd128 or relaxed");
  }
  return run(words, { ...rest, model, variant, json }, signal);
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

/* Nobody reads what is said; the results go on. */
process.stderr.on("error", () => {});
process.stdout.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code === "EPIPE") process.exit(EXIT.pipe);
  say(`evax: the output cannot be written: ${error.message}`);
  process.exit(EXIT.someFailed);
});

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupt.abort());
process.exitCode = await main(wordsOf(process.argv.slice(2)), interrupt.signal)
  .catch((error) => exitFor(error, interrupt.signal));
