/* soak.js - make soak: 1,000 films, all encodings mixed, through one engine in Node and through one sealed session
 * in Chromium. Every film has the bits it had the first time, and memory after the last is what it was after the
 * first tenth. Writes tests/SOAK.txt; ends with status 1 otherwise.
 *
 *     node --expose-gc tests/soak.js
 *
 * SPDX-License-Identifier: MIT */
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { crc32, deflateSync } from "node:zlib";
import { load } from "../web/evax-node.js";
import { serve } from "../tools/build/serve.js";
import { launch } from "./browser/browsers.js";
import { buildSite, REPOSITORY } from "./browser/stage.js";

const FILMS = 1000, WARM = 100, FOLDER = `${REPOSITORY}build/soak`;
/** Room for what collectors leave lying, in bytes; a picture kept for each film would be 900 times 200 KB or more. */
const SLACK = 16 * 2 ** 20;

/** A 16-bit gray PNG of 300 x 200 pixels. */
function png16() {
  const rows = Buffer.alloc(200 * 601);
  for (let y = 0; y < 200; y++) {
    for (let x = 0; x < 300; x++) rows.writeUInt16BE((x * 211 + y * 97) % 65536, y * 601 + 1 + 2 * x);
  }
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]), ends = [Buffer.alloc(4), Buffer.alloc(4)];
    ends[0].writeUInt32BE(data.length);
    ends[1].writeUInt32BE(crc32(body));
    return Buffer.concat([ends[0], body, ends[1]]);
  };
  const header = Buffer.from([0, 0, 1, 44, 0, 0, 0, 200, 16, 0, 0, 0, 0]);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** Fills FOLDER with one film of each encoding that the repository has. @returns their names */
async function collect() {
  await mkdir(FOLDER, { recursive: true });
  for (const [folder, which] of /** @type {[string, RegExp][]} */ ([
    ["model/samples", /\.(png|jpeg)$/], ["tests/images", /\.(png|jpg)$/],
    ["tests/web/dicom/files", /^(cr12|dx16|dx8|palette|ybr).*\.dcm$/]])) {
    for (const name of (await readdir(REPOSITORY + folder)).filter((one) => which.test(one))) {
      await copyFile(`${REPOSITORY}${folder}/${name}`, `${FOLDER}/${name}`);
    }
  }
  await writeFile(`${FOLDER}/gray16.png`, png16());
  return (await readdir(FOLDER)).sort();
}

/** Film i of the run: all of them in every round, each round in an order of its own (count has none of these as a
 * factor). */
function nth(i, count) {
  const strides = [101, 103, 107, 109, 113], round = Math.trunc(i / count);
  return (i * strides[round % strides.length] + round) % count;
}

/** Runs them all; the page gets its source.
 * @param {number} films @param {number} warm @param {number[]} order of films
 * @param {(film: number) => Promise<number[]>} logitsOf @param {() => Promise<number[]>} memory parts, in bytes */
async function soak(films, warm, order, logitsOf, memory) {
  const first = new Map();
  let early, different = 0;
  for (let i = 0; i < films; i++) {
    const bits = (await logitsOf(order[i])).join(" ");
    if (!first.has(order[i])) first.set(order[i], bits);
    if (first.get(order[i]) !== bits) different++;
    if (i + 1 === warm) early = await memory();
    if ((i + 1) % 100 === 0) console.log(`${i + 1} of ${films} films`);
  }
  return { different, early, late: await memory(), kinds: first.size };
}

/** @param {string[]} names @param {number[]} order */
async function inNode(names, order) {
  const engine = await load({ model: `${REPOSITORY}model/demo` });
  const films = await Promise.all(names.map((name) => readFile(`${FOLDER}/${name}`)));
  const logitsOf = async (film) => (await engine.analyze(films[film])).findings.map(({ logit }) => logit);
  const memory = async () => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    return [engine.memoryBytes, heapUsed + external];
  };
  const result = await soak(FILMS, WARM, order, logitsOf, memory);
  engine.dispose();
  return { host: `Node ${process.versions.node}`, ...result };
}

/** @param {string[]} names @param {number[]} order */
async function inChromium(names, order) {
  const folder = await buildSite("site-soak");
  await mkdir(`${folder}/films`, { recursive: true });
  for (const name of names) await copyFile(`${FOLDER}/${name}`, `${folder}/films/${name}`);
  const server = await serve(folder, { isolated: true });
  const browser = await launch("chromium", ["--js-flags=--expose-gc"]);
  try {
    const page = await browser.newPage();
    page.on("console", (message) => message.type() === "log" && console.log(message.text()));
    const client = await page.createCDPSession();
    await page.exposeFunction("heapInUse", async () => {
      await client.send("HeapProfiler.collectGarbage");
      return (await client.send("Runtime.getHeapUsage")).usedSize;
    });
    await page.goto(`${server.url}harness.html`);
    await page.waitForFunction(() => globalThis.evax);
    await page.evaluate(`globalThis.soak = ${soak}; null`);
    const result = await page.evaluate(async (list, walk, total, warm) => {
      const films = await Promise.all(list.map(async (name) => (await fetch(`films/${name}`)).blob()));
      const session = new evax.Session({ model: "model/demo/" });
      await session.open();
      const logitsOf = async (film) => (await session.analyze(films[film])).findings.map(({ logit }) => logit);
      const memory = async () =>
        [1e6 * Number(/memory: *([\d.]+) MB/.exec(session.diagnostics())?.[1]), await heapInUse()];
      return globalThis.soak(total, warm, walk, logitsOf, memory);
    }, names, order, FILMS, WARM);
    return { host: (await browser.version()).replace("Chrome/", "Chromium "), ...result };
  } finally {
    await browser.close();
    server.close();
  }
}

const names = await collect();
const order = Array.from({ length: FILMS }, (_, i) => nth(i, names.length));
const lines = [];
for (const run of [inNode, inChromium]) {
  const { host, different, early, late, kinds } = await run(names, order);
  const grown = late.map((bytes, i) => bytes - early[i]);
  const right = different === 0 && grown[0] === 0 && grown[1] <= SLACK;
  const MiB = (bytes) => (bytes / 2 ** 20).toFixed(1);
  lines.push(`${host}: ${FILMS} films of ${kinds} kinds, ${different} with other bits; engine memory ${early[0]} then ${late[0]}, ` +
    `heap after collection ${MiB(early[1])} then ${MiB(late[1])} MiB`);
  console.log(lines.at(-1) + (right ? "" : "  WRONG"));
  if (!right) process.exitCode = 1;
}
const head = [`# make soak: memory after ${WARM} and after ${FILMS} films, model/demo`, `# ${names.join(" ")}`];
await writeFile(`${REPOSITORY}tests/SOAK.txt`, [...head, "", ...lines, ""].join("\n"));
