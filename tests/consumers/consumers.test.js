/* consumers.test.js - Vite and webpack take the package as it is, and what they make runs.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve } from "../../tools/build/serve.js";
import { launch } from "../browser/browsers.js";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const HERE = at(".");
const FILM = "kermany_person101_virus_187.jpeg";

const page = (script) => `<!doctype html>\n<html lang="en">\n<title>consumer</title>\n${script}\n`;
const BUNDLERS = {
  vite: async (source, out) => {
    const script = '<script type="module" src="library.js"></script>';
    await writeFile(`${source}/index.html`, page(script));
    run("vite", ["build", source, "--base", "./", "--outDir", out, "--logLevel", "warn"]);
  },
  webpack: async (source, out) => {
    run("webpack", ["--mode", "production", "--entry", `${source}/library.js`, "-o", out]);
    await writeFile(`${out}/index.html`, page('<script src="main.js"></script>'));
  },
};

function run(tool, args) {
  execFileSync(`${HERE}node_modules/.bin/${tool}`, args, { cwd: HERE, stdio: "pipe" });
}

/** A site that a bundler made of the page in tests/browser/library.js. */
async function build(name) {
  const folder = at(`../../build/consumer-${name}`);
  const [source, out] = [`${folder}/source`, `${folder}/site`];
  await rm(folder, { recursive: true, force: true });
  await mkdir(source, { recursive: true });
  await cp(at("../browser/library.js"), `${source}/library.js`);
  await mkdir(`${source}/node_modules`);
  await symlink(at("../.."), `${source}/node_modules/eva-x-web`);
  await BUNDLERS[name](source, out);
  await cp(at("../../model/demo"), `${out}/model`, { recursive: true });
  await cp(at(`../../model/samples/${FILM}`), `${out}/film.jpeg`);
  return out;
}

for (const name of Object.keys(BUNDLERS)) {
  describe(name, () => {
    test("the bundle analyzes a film in a worker, in Chromium and in Firefox", async () => {
      const server = await serve(await build(name), { base: "/sub/path/" });
      try {
        for (const browserName of /** @type {const} */ (["chromium", "firefox"])) {
          const browser = await launch(browserName);
          const tab = await browser.newPage();
          await tab.goto(server.url);
          await tab.waitForFunction(() => globalThis.evax);
          const findings = await tab.evaluate(async () => {
            const engine = await evax.load({ model: "model/" });
            const film = await (await fetch("film.jpeg")).blob();
            return (await engine.analyze(film)).findings.length;
          });
          await browser.close();
          assert.equal(findings, 14, browserName);
        }
      } finally {
        server.close();
      }
    });
  });
}
