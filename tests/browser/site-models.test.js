/* site-models.test.js - a site that brings several models, as evax vendor copies them: the person chooses one on the
 * first screen, and what is loaded is that one, verified.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { vendor } from "../../tools/cli/vendor.js";
import { temporaryFolder } from "../support/repository.js";
import { violationsIn } from "../support/axe.js";
import { tinyModel, writeModel } from "../support/tiny.js";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { BAD, REPOSITORY, clickInRoom, inRoom, openServer, roomOf, untilRoom } from "./stage.js";

const PLACES = ["models/demo/", "models/tiny/"];
const source = temporaryFolder();
const hashOf = async (folder) => createHash("sha256").update(await readFile(`${folder}manifest.json`)).digest("hex");

/** A page with an element that names these models. */
const pageOf = (integrity) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Two models</title>
<link rel="icon" href="data:,"><evax-xray model="${PLACES.join("\n ")}" ${integrity}></evax-xray>
<script type="module" src="element.js"></script></html>`;

async function makeSite(name) {
  const folder = `${REPOSITORY}build/site-models-${name}`;
  await rm(folder, { recursive: true, force: true });
  await vendor(folder, [`${REPOSITORY}model/demo`, writeModel(tinyModel(), `${source}/tiny`)]);
  const hashes = await Promise.all(PLACES.map((place) => hashOf(`${folder}/${place}`)));
  await writeFile(`${folder}/two.html`, pageOf(`integrity="${hashes.join(" ")}"`));
  await writeFile(`${folder}/wrong.html`, pageOf(`integrity="${hashes[0]} ${hashes[0]}"`));
  await writeFile(`${folder}/missing.html`, pageOf(`integrity="${hashes[0]}"`));
  return { folder, hashes };
}

after(closeBrowsers);

for (const name of CHOSEN) {
  describe(name, () => {
    let browser, site;
    before(async () => {
      browser = await sharedBrowser(name);
      site = await makeSite(name);
    });

    async function open(t, file, faults = {}) {
      const server = await openServer(t, site.folder);
      for (const [end, answer] of Object.entries(faults)) server.fault(end, answer);
      const page = await (await browser.createBrowserContext()).newPage();
      t.after(() => page.close());
      await page.goto(server.url + file);
      await untilRoom(page, (root) => Boolean(root.querySelector(".own-model")));
      return page;
    }
    const choices = (page) => inRoom(page, (root) => [...root.querySelectorAll(".site-models button")]
      .map((button) => [button.title, button.getAttribute("aria-pressed")]));

    test("the first is shown, another can be chosen, and that one is loaded, on later visits at once", async (t) => {
      const page = await open(t, "two.html");
      const [first, second] = site.hashes;
      assert.deepEqual(await choices(page), [[first, "true"], [second, "false"]]);
      assert.deepEqual(await violationsIn(await roomOf(page)), []);
      await clickInRoom(page, ".site-models li:nth-child(2) button");
      await untilRoom(page, (root) => root.querySelector(".site-models li:nth-child(2) button")?.ariaPressed === "true");
      assert.match(await inRoom(page, (root) => root.querySelector(".facts").textContent), /tiny/i);
      await clickInRoom(page, "button.primary");
      const loaded = await untilRoom(page, (root) => root.querySelector(".model-bar code")?.title.split(" ").pop());
      assert.equal(loaded, second);
      const later = await page.browserContext().newPage();
      t.after(() => later.close());
      await later.goto(page.url());
      assert.equal(await untilRoom(later, (root) => root.querySelector(".model-bar code")?.title.split(" ").pop()), second);
    });

    test("one that cannot be had, or is another than the author says, is not offered", async (t) => {
      const gone = await open(t, "two.html", { "models/tiny/manifest.json": BAD.status(404) });
      assert.deepEqual((await choices(gone)).map(([hash]) => hash), []);
      for (const file of ["wrong.html", "missing.html"]) {
        const page = await open(t, file);
        assert.deepEqual((await choices(page)).map(([hash]) => hash), []);
      }
    });
  });
}
