/* run.js - make test-seal: tries every way out of an open page, as the control, and out of the sealed room, and writes
 * what reached the servers as a table. Run by netns.sh. Ends with status 1 if more gets out than SECURITY.md says.
 *
 *     node tests/seal/run.js KEYS TABLE [BROWSER...] [--ways=a,b]
 *
 * SPDX-License-Identifier: MIT */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { BROWSERS } from "../browser/browsers.js";
import { startLab } from "./lab.js";
import { OPEN_PAGE, places, sleep, within } from "./places.js";
import { SCENARIOS } from "./scenarios.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LIMIT_MS = 5_000;
const SETTLE_MS = 4_000;

/* What SECURITY.md says that a changed script in the room's document can still do: ask for names, and open a
 * connection that nothing is sent on. */
const SAID = { "room": new Set(["dns", "tls"]), "room worker": new Set() };

const args = process.argv.slice(2);
const only = args.find((arg) => arg.startsWith("--ways="))?.slice(7).split(",");
const [keys, table, ...wanted] = args.filter((arg) => !arg.startsWith("--"));

/** These browsers ask for strangers' certificates, and the network has only those. */
function launch(name) {
  const options = { headless: true, acceptInsecureCerts: true, ...BROWSERS[name] };
  if (name === "chromium") {
    options.args = [...options.args, "--ignore-certificate-errors", "--disable-component-update", "--no-first-run"];
    // What is tried is also what a browser does in the background.
    options.args = options.args.filter((arg) => arg !== "--disable-background-networking");
    options.ignoreDefaultArgs = ["--disable-background-networking"];
  } else {
    options.extraPrefsFirefox = { ...options.extraPrefsFirefox, "network.trr.mode": 5,
      "network.connectivity-service.enabled": false, "browser.safebrowsing.malware.enabled": false,
      "browser.safebrowsing.phishing.enabled": false, "datareporting.healthreport.uploadEnabled": false };
  }
  return puppeteer.launch(options);
}

/** What reached the servers of a way since a line of the log: kinds, without repetition; "kept" for what it stored. */
function carriedBy(way, log, from, said) {
  const name = new RegExp(`(^|[/. =])w?${way}\\.evil\\.test|leak-${way}\\?|SECRET-${way}(?![a-z-])|[?=]SECRET-${way}`);
  const kinds = new Set(log.slice(from).filter(({ text }) => name.test(text)).map(({ kind }) => kind));
  if (/STORED|REGISTERED/.test(said)) kinds.add("kept");
  return [...kinds].sort();
}

/** Tries ways one after the other at a place; those that leave it, on a page each.
 * @returns {Promise<{ way: string, said: string, from: number }[]>} */
async function tryAll(profile, lab, open, ways) {
  const tried = [];
  const newPage = async () => {
    const page = await profile.newPage();
    page.on("dialog", (dialog) => dialog.dismiss().catch(() => {}));
    return { page, attempt: await open(page) };
  };
  let current = null;
  for (const { group, way } of ways) {
    current ??= await newPage();
    const from = lab.log.length;
    const said = await within(LIMIT_MS, current.attempt(group, way), "no answer");
    await sleep(group === "leaving" ? 1_500 : 60);
    tried.push({ way, said, from });
    if (group === "leaving" || /^(gone|no answer)/.test(said)) {
      await within(2_000, current.page.close(), "");
      current = null;
    }
  }
  await sleep(SETTLE_MS);
  if (current) await within(2_000, current.page.close(), "");
  return tried;
}

/** All ways of a script, or those that a worker has. @param {string} source */
async function listWays(profile, source, forWorker) {
  const page = await profile.newPage();
  await page.goto("http://localhost/open.html");
  await page.evaluate(source);
  const groups = await page.evaluate(() =>
    Object.fromEntries(Object.entries(globalThis.WAYS).map(([group, ways]) => [group, Object.keys(ways)])));
  await page.close();
  return Object.entries(groups).flatMap(([group, ways]) => ways.map((way) => ({ group, way })))
    .filter(({ group, way }) => (!forWorker || group === "net") && (!only || only.includes(way)));
}

/** Whether what came out of a place is what is said of it. */
const isSaid = (place, carried) => carried.every((kind) => SAID[place].has(kind));

/** @returns {Promise<{ lines: string[], wrong: number }>} */
async function measure(name, lab, source) {
  const browser = await launch(name);
  const lines = [`## ${(await browser.version()).replace("Chrome/", "Chromium ").replace("firefox/", "Firefox ")}`, ""];
  let wrong = 0;
  try {
    const found = {};
    for (const [place, open] of Object.entries(places(source))) {
      const profile = await browser.createBrowserContext(); // what one keeps must not look like another's
      const ways = await listWays(profile, source, place.endsWith("worker"));
      const tried = await tryAll(profile, lab, open, ways);
      await within(3_000, profile.close(), "");
      found[place] = Object.fromEntries(tried.map(({ way, said, from }) => [way, carriedBy(way, lab.log, from, said)]));
    }
    for (const [control, place] of [["open document", "room"], ["open worker", "room worker"]]) {
      const working = Object.keys(found[control]).filter((way) => found[control][way].length > 0);
      const out = Object.keys(found[place]).filter((way) => found[place][way].length > 0);
      wrong += out.filter((way) => !isSaid(place, found[place][way])).length;
      lines.push(`${control}: ${Object.keys(found[control]).length} ways tried, ${working.length} carry something; `
        + `${place}: ${out.length}`, "", "| way | control | room |", "|---|---|---|",
      ...[...new Set([...working, ...out])].map((way) =>
        `| ${way} | ${found[control][way]?.join(" ") || "-"} | ${found[place][way].join(" ") || "-"} |`), "");
    }
    if (!only) for (const [what, scenario] of Object.entries(SCENARIOS)) {
      const profile = await browser.createBrowserContext();
      const result = await scenario({ profile, lab }).catch((error) => error.message);
      await within(3_000, profile.close(), "");
      wrong += result === "" ? 0 : 1;
      lines.push(`* ${what}: ${result || "as said"}`);
    }
  } finally {
    await within(3_000, browser.close(), "");
  }
  return { lines: [...lines, ""], wrong };
}

const source = await readFile(new URL("ways.js", import.meta.url), "utf8");
const lab = await startLab(`${ROOT}dist/site`, keys, { "/open.html": OPEN_PAGE });
const lines = ["# make test-seal: what reaches a server, way by way: name lookups (dns), TLS handshakes (tls), requests (http),",
  "# sockets (ws), packets (udp), or what is kept for a later visit (kept). Only ways that carry something somewhere.", ""];
let wrong = 0;
for (const name of wanted.length ? wanted : ["chromium", "firefox"]) {
  const one = await measure(name, lab, source);
  lines.push(...one.lines);
  wrong += one.wrong;
}
await writeFile(table, `${lines.join("\n").trimEnd()}\n`);
console.log(lines.join("\n"));
console.log(wrong ? `${wrong} ways carry more than SECURITY.md says` : "nothing gets out but what SECURITY.md says");
lab.close();
process.exit(wrong ? 1 : 0);
