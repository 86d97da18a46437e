/* run.js - make test-seal: tries every way out of an open page, as the control, and out of the sealed room, and writes
 * what reached the servers into a table, section by section as they end. Run by netns.sh. Ends with status 1 if more gets
 * out than SECURITY.md says.
 *
 *     node tests/seal/run.js KEYS TABLE [BROWSER...] [--ways=a,b] [--scenarios=words]
 *
 * With either option only those ways, and only the scenarios with these words in their names; "--ways=" are all of them.
 * What the run is not about stays in the table. A browser's ways take 2 to 4 minutes, its scenarios 3.
 *
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { BROWSERS } from "../browser/browsers.js";
import { startLab } from "./lab.js";
import { OPEN_PAGE, openRoom, places, sealOf, sleep, within } from "./places.js";
import { SCENARIOS } from "./scenarios.js";
import { openTable } from "./table.js";
import { makeTrojanSite } from "./trojan.js";
import { launchWebKit } from "../support/webkit-page.js";
import "./ways.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LIMIT_MS = 5_000;
const SETTLE_MS = 4_000;
/* Far more than these take: what hangs is told, and the run goes on. */
const OPENING_MS = 90_000;
const SCENARIO_MS = 300_000;

/* What SECURITY.md says that a changed script in the room's document can still do: ask for names, and open a
 * connection that nothing is sent on. Of single ways in WebKit: a policy that it adds sends reports; and a worker has
 * Cache Storage, which is gone with the room (a scenario). */
const SAID = { "room": ["dns", "tls"], "room worker": [] };
const SAID_OF = { webkit: { "room": { "meta-csp-report": ["http"] }, "room worker": { "storage-cache": ["kept"] } } };

const args = process.argv.slice(2);
const optionOf = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const [onlyWays, onlyScenarios] = [optionOf("ways"), optionOf("scenarios")];
const chosen = (name, only, other) => (only === undefined ? other === undefined : only.split(",").some((part) => name.includes(part)));
const [keys, table, ...wanted] = args.filter((arg) => !arg.startsWith("--"));

/** These browsers ask for strangers' certificates, and the network has only those. */
function launch(name) {
  if (name === "webkit") return launchWebKit();
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

/* How often a place is opened again where that failed. */
const RETRIES = 3;

/** Tries ways one after the other at a place; those that leave it, on a page each. All in one profile, so that what one
 * place keeps does not look like another's; in a new one where a way took the browser with it.
 * @returns {Promise<{ way: string, said: string, from: number }[]>} */
async function tryAll(browser, lab, open, ways) {
  const tried = [];
  let profile = await browser.createBrowserContext();
  const newPage = async (retries = RETRIES) => {
    try {
      const page = await profile.newPage();
      page.on("dialog", (dialog) => dialog.dismiss().catch(() => {}));
      const attempt = await within(OPENING_MS, open(page), null);
      if (typeof attempt !== "function") throw new Error(attempt ?? "the place does not open");
      return { page, attempt };
    } catch (error) {
      if (retries === 0) throw error;
      await within(3_000, profile.close(), "");
      profile = await browser.createBrowserContext();
      return newPage(retries - 1);
    }
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
  if (ways.length > 0) await sleep(SETTLE_MS);
  await within(3_000, profile.close(), "");
  return tried;
}

/** All ways, or those that a worker has. @param {boolean} forWorker */
const listWays = (forWorker) => Object.entries(globalThis.WAYS)
  .flatMap(([group, ways]) => Object.keys(ways).map((way) => ({ group, way })))
  .filter(({ group, way }) => (!forWorker || group === "net") && chosen(way, onlyWays, onlyScenarios));

/** Whether what came out of a place is what is said of it. */
const isSaid = (name, place, way, carried) =>
  carried.every((kind) => [...SAID[place], ...SAID_OF[name]?.[place][way] ?? []].includes(kind));

/** What the strip says after the model has been opened, and what the probe saw. */
async function stripOf(profile) {
  const page = await profile.newPage();
  const { state, tried } = await sealOf(await openRoom(page));
  await page.close();
  const open = tried.filter((line) => !line.endsWith(": blocked"));
  return `The strip says "${state}"; ways that it saw blocked: ${tried.length - open.length} of ${tried.length}`
    + `${open.length ? `, but ${open.join(", ")}` : ""}.`;
}

/** What came out of the places, way by way. @returns {Promise<{ lines: string[], wrong: number }>} */
async function measureWays(name, browser, lab, source) {
  const lines = [], found = {};
  let wrong = 0;
  for (const [place, open] of Object.entries(places(source))) {
    tell(`${name}, ${place}`);
    const tried = await tryAll(browser, lab, open, listWays(place.endsWith("worker")));
    found[place] = Object.fromEntries(tried.map(({ way, said, from }) => [way, carriedBy(way, lab.log, from, said)]));
  }
  for (const [control, place] of [["open document", "room"], ["open worker", "room worker"]]) {
    const working = Object.keys(found[control]).filter((way) => found[control][way].length > 0);
    const out = Object.keys(found[place]).filter((way) => found[place][way].length > 0);
    wrong += out.filter((way) => !isSaid(name, place, way, found[place][way])).length;
    lines.push(`${control}: ${Object.keys(found[control]).length} ways tried, ${working.length} carry something; `
      + `${place}: ${out.length}`, "", "| way | control | room |", "|---|---|---|",
    ...[...new Set([...working, ...out])].map((way) =>
      `| ${way} | ${found[control][way]?.join(" ") || "-"} | ${found[place][way].join(" ") || "-"} |`), "");
  }
  const visitor = await browser.createBrowserContext();
  lines.push(await stripOf(visitor).catch(({ message }) => `The strip says nothing: ${message}`));
  await within(3_000, visitor.close(), "");
  return { lines, wrong };
}

/** Attacks in several steps. @param {(lines: string[]) => Promise<void>} write after each
 * @returns {Promise<number>} how many do not go as SECURITY.md says */
async function measureScenarios(name, browser, lab, trojan, write) {
  const lines = [];
  const carried = (from) => Object.keys(globalThis.WAYS.net).filter((way) => carriedBy(way, lab.log, from, "").length > 0);
  let wrong = 0;
  for (const [what, scenario] of Object.entries(SCENARIOS)) {
    if (!chosen(what, onlyScenarios, onlyWays)) continue;
    tell(`${name}, ${what}`);
    const profile = await browser.createBrowserContext();
    const result = await within(SCENARIO_MS, scenario({ profile, lab, trojan, carried }), "it does not end");
    await within(3_000, profile.close(), "");
    wrong += /^($|as said)/.test(result) ? 0 : 1;
    await write([...lines, `* ${what}: ${result || "as said"}`]);
    lines.push(`* ${what}: ${result || "as said"}`);
  }
  return wrong;
}

/** @returns {Promise<number>} how much carries more than SECURITY.md says */
async function measure(name, lab, source, trojan, toTable) {
  const browser = await launch(name);
  const version = (await browser.version()).replace("Chrome/", "Chromium ").replace("firefox/", "Firefox ");
  let wrong = 0;
  try {
    if (onlyWays !== undefined || onlyScenarios === undefined) {
      const ways = await measureWays(name, browser, lab, source);
      await toTable(version, "one way after the other", ways.lines);
      wrong += ways.wrong;
    }
    if (onlyScenarios !== undefined || onlyWays === undefined) {
      wrong += await measureScenarios(name, browser, lab, trojan, (lines) => toTable(version, "attacks in several steps", lines));
    }
  } finally {
    await within(3_000, browser.close(), "");
  }
  return wrong;
}

const begun = Date.now();
/** Where the run is. @param {string} text */
const tell = (text) => console.error(`${((Date.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${text}`);

const source = await readFile(new URL("ways.js", import.meta.url), "utf8");
const folder = `${ROOT}build/seal-trojan`;
const trojan = { folder, decoder: await makeTrojanSite(`${ROOT}dist/site`, folder, source) };
const lab = await startLab(`${ROOT}dist/site`, keys, {
  "/open.html": OPEN_PAGE,
  "/film.dcm": { headers: { "content-type": "application/dicom" },
    html: await readFile(`${ROOT}tests/web/dicom/files/cr12.jls.dcm`) },
});
const toTable = await openTable(table);
let wrong = 0;
for (const name of wanted.length ? wanted : ["chromium", "firefox", "webkit"]) wrong += await measure(name, lab, source, trojan, toTable);
console.log(wrong ? `${wrong} ways carry more than SECURITY.md says` : "nothing gets out but what SECURITY.md says");
lab.close();
process.exit(wrong ? 1 : 0);
