/* run.js - make test-engines: every engine gives the same logits for one list of films and models. The baseline
 * module to the bit, with one thread and several, and the native build for the same tensors; the relaxed module
 * to the bit for q8 and within 1e-4 for f32. Small models also on an emulated 64-bit Arm. Writes tests/ENGINES.txt; ends with status 1 if one differs.
 *
 *     node tests/engines/run.js OTHER_NODE
 *
 * SPDX-License-Identifier: MIT */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { load } from "../../web/evax-node.js";
import { serve } from "../../tools/build/serve.js";
import { launch } from "../browser/browsers.js";
import { FILMS, MODELS } from "./list.js";
import { openWebKit } from "./webkit.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BOUND = 1e-4;
const WIDTH = 26;
const command = promisify(execFile);
const large = /** @type {const} */ ({ maxBuffer: 1 << 28, encoding: "buffer" });

/** @typedef {import("./list.js").Run} Run */
/** @typedef {{ version: string, run: (options: object) => Promise<Run>, close: () => void }} Host */

/** @param {string} program @param {string} [what] it is @param {string[]} [models] fewer than all @returns {Promise<Host>} */
async function openNode(program, what = "Node", models = []) {
  const run = async ({ variant, threads }) => {
    const args = [`${ROOT}tests/engines/node.js`, variant, String(threads), ...models];
    return JSON.parse(String((await command(program, args, large)).stdout));
  };
  const version = `${what} ${String((await command(program, ["--version"], large)).stdout).trim().slice(1)}`;
  return { version, run, close() {} };
}

/** @param {"chromium" | "firefox"} name @param {string} address @returns {Promise<Host>} */
async function openBrowser(name, address) {
  const browser = await launch(name);
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(address);
  await page.waitForFunction(() => globalThis.runHere);
  const run = (options) => page.evaluate((given) => globalThis.runHere(given), options);
  return { version: (await browser.version()).replace("Chrome", "Chromium").replace("firefox", "Firefox").replace("/", " "), run, close: () => browser.close() };
}

/** The native build has no reader of DICOM: it gets the tensors that Node made of the films.
 * @returns {Promise<Host>} */
async function openNative() {
  const folder = `${ROOT}build/engines`;
  await mkdir(folder, { recursive: true });
  const run = async () => {
    /** @type {Run["logits"]} */ const logits = {};
    for (const model of MODELS) {
      const engine = await load({ model: ROOT + model, variant: "simd128", threads: 1 });
      for (const film of FILMS) {
        const tensor = await engine.preprocess(await readFile(ROOT + film));
        await writeFile(`${folder}/film.f32`, new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength));
        const { stdout } = await command(`${ROOT}build/plain/explain_tool`,
          [ROOT + model, `${folder}/film.f32`, "0"], large);
        const values = new Float32Array(new Uint8Array(stdout).buffer);
        logits[`${model} ${film}`] = [...values.subarray(values.length - engine.info.labels.length)];
      }
      engine.dispose();
    }
    return { variant: "simd128", threads: 1, note: null, logits };
  };
  return { version: "native (SIMDe)", run, close() {} };
}

/** @param {Run} run @param {string[]} [keys] of some models and films */
const digestOf = ({ logits }, keys = Object.keys(logits)) => {
  const all = Float32Array.from(keys.toSorted().flatMap((key) => logits[key]));
  return createHash("sha256").update(new Uint8Array(all.buffer)).digest("hex").slice(0, 16);
};

/** Largest |difference| over the keys of a that match. @param {Run} a of some models or all @param {Run} b of all
 * @param {RegExp} which */
function difference(a, b, which) {
  const keys = Object.keys(a.logits).filter((key) => which.test(key));
  return Math.max(...keys.flatMap((key) =>
    b.logits[key].map((want, i) => (Number.isFinite(a.logits[key]?.[i]) ? Math.abs(a.logits[key][i] - want) : Infinity))));
}

/** What a run comes to against the reference: [whether it is right, in words]. @param {Run} run @param {Run} want */
function judge(run, want) {
  const keys = Object.keys(run.logits);
  const some = keys.length < Object.keys(want.logits).length ? ` (${keys.length} films of small models)` : "";
  if (digestOf(run) === digestOf(want, keys)) return [true, `same bits${some}`];
  const f32 = difference(run, want, /f32 /), q8 = difference(run, want, /(demo|q8) /);
  const right = run.variant === "relaxed" && q8 === 0 && f32 <= BOUND;
  return [right, `q8 ${q8 === 0 ? "same bits" : `differs by ${q8.toExponential(1)}`}, f32 within ${f32.toExponential(1)}`];
}

const lines = [];
let wrong = 0;
/** @type {Run} */ let want;

/** @param {() => Promise<Host>} open @param {string[]} variants @param {number[]} counts of threads */
async function tryHost(open, variants, counts) {
  const host = await open();
  try {
    for (const variant of variants) {
      for (const threads of counts) {
        const run = await host.run({ variant, threads });
        want ??= run;
        const [right, words] = judge(run, want);
        if (!right) wrong++;
        const fewer = run.threads < threads ? ` (${threads} asked for: ${run.note})` : "";
        const line = [host.version.padEnd(WIDTH), run.variant.padEnd(8), String(run.threads).padStart(7), " ", words + fewer];
        lines.push(line.join(" "));
        console.log(lines.at(-1) + (right ? "" : "  WRONG"));
      }
    }
  } finally {
    await host.close();
  }
}

const server = await serve(ROOT, { isolated: true });
const page = `${server.url}tests/engines/page.html`;
const both = ["simd128", "relaxed"];
try {
  await tryHost(() => openNode(process.execPath), ["simd128"], [1, 2]);
  await tryHost(() => openNode(process.argv[2]), both, [1, 2]);
  await tryHost(() => openBrowser("chromium", page), both, [1, 2]);
  await tryHost(() => openBrowser("firefox", page), both, [1, 2]);
  await tryHost(() => openWebKit(page), ["simd128"], [1, 2]);
  await tryHost(openNative, ["simd128"], [1]);
  const arm = `${ROOT}build/arm64/node-arm64`;
  await tryHost(() => openNode(arm, "Node, emulated Arm", MODELS.filter((model) => /nano|demo/.test(model))), both, [1]);
} finally {
  server.close();
}
const count = Object.values(want.logits).flat().length;
await writeFile(`${ROOT}tests/ENGINES.txt`, [
  `# make test-engines: ${count} logits of ${MODELS.length} models for each of ${FILMS.length} films, against the first row`,
  `# models: ${MODELS.map((m) => m.split("/").at(-1)).join(", ")}`,
  `# films: ${FILMS.map((f) => f.split("/").at(-1)).join(", ")}`, "",
  `${"engine".padEnd(WIDTH)} ${"module".padEnd(8)} threads   logits`, ...lines, ""].join("\n"));
if (wrong) process.exitCode = 1;
