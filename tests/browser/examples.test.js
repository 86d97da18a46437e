/* examples.test.js - the examples of web/README.md, as they lie in examples/, do what they are for.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import * as esbuild from "esbuild";
import { compile } from "svelte/compiler";
import { serve } from "../../tools/build/serve.js";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { REPOSITORY, clickInRoom, inRoom, roomOf, untilRoom, waitFor } from "./stage.js";

/** Svelte's components as scripts, in esbuild's form. @type {esbuild.Plugin} */
const svelte = {
  name: "svelte",
  setup: (build) => build.onLoad({ filter: /\.svelte$/ }, async ({ path }) =>
    ({ contents: compile(await readFile(path, "utf8"), { filename: path }).js.code, loader: "js" })),
};

/** A script of the examples with all that it imports, as a bundler makes it. */
async function bundled(name) {
  const { outputFiles: [{ contents }] } = await esbuild.build({
    entryPoints: [`${REPOSITORY}examples/${name}.js`], bundle: true, format: "esm", write: false, logLevel: "error", plugins: [svelte],
    define: { "process.env.NODE_ENV": "\"production\"", __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  });
  return Buffer.from(contents);
}

const FRAMEWORKS = ["react", "vue", "svelte", "angular"];

after(closeBrowsers);

test("every example is tested here", async () => {
  const pages = (await readdir(`${REPOSITORY}examples`)).filter((name) => name.endsWith(".html"));
  assert.deepEqual(pages.sort(), ["angular.html", "article.html", "dialog.html", "events.html", "page.html", "react.html", "svelte.html", "vue.html", "worker.html"]);
});

for (const name of CHOSEN) {
  describe(name, () => {
    let browser, server;
    before(async () => {
      const bundles = Object.fromEntries(await Promise.all(FRAMEWORKS.map(async (each) => [each, await bundled(each)])));
      server = await serve(REPOSITORY, { intercept: (request, response) => {
        const bundle = bundles[/examples\/(\w+)\.bundle\.js/.exec(request.url)?.[1]];
        if (!bundle) return false;
        response.writeHead(200, { "content-type": "text/javascript" });
        response.end(bundle);
        return true;
      } });
      browser = await sharedBrowser(name);
    });
    after(() => server.close());

    async function openExample(t, file) {
      const context = await browser.createBrowserContext();
      t.after(() => context.close());
      const page = await context.newPage();
      await page.goto(`${server.url}examples/${file}`);
      return page;
    }
    const untilText = async (page, selector, pattern) => {
      let text = "";
      await waitFor(async () => {
        text = await page.evaluate((s) => document.querySelector(s)?.textContent ?? "", selector);
        return pattern.test(text);
      }, () => `${selector} like ${pattern}, not ${text}`);
    };
    const untilNoRoom = (page) => waitFor(async () => {
      const rooms = page.frames().slice(1).map((frame) => frame.evaluate(() => true).catch(() => false));
      return !(await Promise.all(rooms)).includes(true);
    }, () => "the end of the room");
    const press = (page, selector) => page.evaluate((s) => document.querySelector(s).click(), selector);
    const firstScreen = (page) => untilRoom(page, (root) => Boolean(root.querySelector("button.primary")));
    /** A sample, drawn. */
    const giveFilm = (page) => page.evaluate(() => {
      const canvas = new OffscreenCanvas(64, 64);
      canvas.getContext("2d").fillRect(0, 0, 32, 32);
      return canvas.convertToBlob().then((blob) => { void document.querySelector("evax-xray").open(new File([blob], "drawn.png")); });
    });

    test("article: as wide as its column, as high as its author says, in the page's colors; its link is an example", async (t) => {
      const page = await openExample(t, "article.html");
      await page.setViewport({ width: 375, height: 800 });
      await firstScreen(page);
      const { width, height } = await page.evaluate(() => document.querySelector("evax-xray").getBoundingClientRect().toJSON()); // 36rem and borders
      assert.ok(width < await page.evaluate(() => innerWidth) && height === 578, `${width} x ${height}`);
      assert.ok(await (await roomOf(page)).evaluate(() => document.scrollingElement.scrollWidth <= innerWidth));
      const color = await inRoom(page, (root) => getComputedStyle(root.querySelector("button.primary")).backgroundColor);
      assert.equal(color, "rgb(122, 32, 72)");
      await clickInRoom(page, "button.primary");
      await untilRoom(page, (root) => /Adult, PA view/.test(root.querySelector(".examples")?.textContent ?? ""));
    });

    test("events: progress, readiness and findings arrive; a film is given and the list cleared", async (t) => {
      const page = await openExample(t, "events.html");
      await firstScreen(page);
      await press(page, "#give");
      await clickInRoom(page, "button.primary");
      await untilText(page, "#state", /can be read/);
      assert.equal(await page.evaluate(() => /** @type {HTMLProgressElement} */ (document.querySelector("#progress")).value), 1);
      await untilText(page, "#said", /sample\.png: above threshold/);
      await press(page, "#clear");
      await untilRoom(page, (root) => root.querySelectorAll(".films li").length === 0);
    });

    test("dialog: opened twice, a new element each time", async (t) => {
      const page = await openExample(t, "dialog.html");
      for (let times = 0; times < 2; times += 1) {
        await press(page, "#open");
        await firstScreen(page);
        await press(page, "#close");
        await untilNoRoom(page);
      }
    });

    test("page, worker: films that are chosen are read with load(), in a worker of the page's own many at a time", async (t) => {
      const sample = `${REPOSITORY}model/samples/nih_00000001_000.png`, noFilm = `${REPOSITORY}package.json`;
      const page = await openExample(t, "page.html");
      await untilText(page, "#state", /Choose a film/);
      const chooser = /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (await page.$("#film"));
      await chooser.uploadFile(sample);
      await untilText(page, "#notice", /not a medical device/);
      assert.equal(await page.evaluate(() => document.querySelectorAll("#findings li").length), 14);
      await chooser.uploadFile(noFilm);
      await untilText(page, "#state", /^IMAGE_FORMAT: .* Export /);
      await page.goto(`${server.url}examples/worker.html`);
      await /** @type {typeof chooser} */ (await page.$("#films")).uploadFile(sample, noFilm);
      await untilText(page, "#findings", /nih_00000001_000\.png: above threshold: Atelectasis, .*package\.json: IMAGE_FORMAT: /);
    });

    /* Each in one of the browsers; a run that names a browser tests them all in it. */
    const frameworks = process.env.BROWSER ? FRAMEWORKS : FRAMEWORKS.filter((_, i) => i % CHOSEN.length === CHOSEN.indexOf(name));
    for (const framework of frameworks) {
      test(`${framework}: properties and events need no wrapper; hidden and shown again it begins anew, without asking`, async (t) => {
        const page = await openExample(t, `${framework}.html`);
        await firstScreen(page);
        await clickInRoom(page, "button.primary");
        await untilText(page, "output", /ready/);
        await giveFilm(page);
        await untilText(page, "ul", /drawn\.png: 14 findings/);
        for (let times = 0; times < 2; times += 1) await press(page, "#app button");
        await untilRoom(page, (root) => Boolean(root.querySelector(".intake")) && root.querySelectorAll(".films li").length === 0);
      });
    }
  });
}
