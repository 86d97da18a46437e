/* deployment.test.js - a new version of the site while a tab is open, in real browsers.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { after, before, describe, test } from "node:test";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { BAD, HARNESS, REPOSITORY, buildSite, inRoom, openHarness, openServer, openSession, thereInRoom }
  from "./stage.js";

/** Puts a site in place of another, as an upload does. */
async function deploy(from, to) {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
}

after(closeBrowsers);

for (const name of CHOSEN) {
  describe(name, () => {
    let browser, first, second;
    before(async () => {
      browser = await sharedBrowser(name);
      first = await buildSite(`first-${name}`);
      const page = `${REPOSITORY}build/harness-${name}/harness.html`;
      await mkdir(dirname(page), { recursive: true });
      const html = (await readFile(HARNESS, "utf8")).replace("test harness", "second version");
      await writeFile(page, html.replace("harness.js", "../../tests/browser/harness.js"));
      second = await buildSite(`second-${name}`, [page]);
    });

    /** A tab that was opened before the second version was deployed. */
    async function openOldTab(t) {
      const folder = `${REPOSITORY}build/live-${name}-${t.name.length}`;
      await deploy(first, folder);
      const server = await openServer(t, folder);
      const page = await openHarness(t, browser, server);
      await page.evaluate(() => evax.startOffline("service-worker.js", () => {}));
      await deploy(second, folder);
      return { server, page };
    }
    const ready = (page) => page.waitForFunction(() => globalThis.evax);

    test("a new deployment waits until the person takes it", async (t) => {
      const { page } = await openOldTab(t);
      await page.reload();
      await ready(page);
      assert.match(await page.title(), /test harness/);
      await page.evaluate(() => new Promise((/** @type {(value?: any) => void} */ resolve) => {
        evax.startOffline("service-worker.js", resolve);
        navigator.serviceWorker.getRegistration().then((registration) => registration.update());
      }));
      await Promise.all([page.waitForNavigation(), page.evaluate(() => void evax.takeUpdate())]);
      await ready(page);
      assert.match(await page.title(), /second version/);
      assert.equal((await openSession(page)).ok, true);
    });

    for (const isolated of [true, false]) {
      const host = isolated ? "a host that isolates" : "a host that sends no headers";
      const skip = name === "webkit" && "the service worker isolates no page in WebKit, which would start no worker in the room";
      test(`from ${host}, a page of the cache is isolated, and has threads`, { skip }, async (t) => {
        const server = await openServer(t, first, { isolated });
        const page = await openHarness(t, browser, server);
        const isIsolated = () => page.evaluate(() => globalThis.crossOriginIsolated);
        await page.evaluate(() => evax.startOffline("service-worker.js", () => {}));
        assert.equal(await isIsolated(), isolated);
        await page.reload();
        await ready(page);
        assert.equal(await isIsolated(), true);
        assert.deepEqual(await openSession(page, { threads: 2 }), { ok: true, state: "ready" });
        const { module, threadsNote } = await page.evaluate(() => session.info);
        assert.match(`${module} ${threadsNote}`, /-mt $/);
      });
    }

    test("a tab of the old deployment still opens its model", async (t) => {
      const { page } = await openOldTab(t);
      assert.deepEqual(await openSession(page), { ok: true, state: "ready" });
    });

    test("another page of the origin rewrites what the cache holds: every file is the deployment's all the same", async (t) => {
      const server = await openServer(t, first);
      const page = await openHarness(t, browser, server);
      await page.evaluate(() => evax.startOffline("service-worker.js", () => {}));
      assert.equal((await openSession(page)).ok, true);
      const rewritten = await page.evaluate(async () => {
        let count = 0;
        for (const name of await caches.keys()) {
          const cache = await caches.open(name);
          for (const request of await cache.keys()) {
            const { headers } = await cache.match(request);
            await cache.put(request, new Response("globalThis.poisoned = true;", { headers }));
            count += 1;
          }
        }
        return count;
      });
      assert.ok(rewritten > 10, `${rewritten} files were kept`);
      await page.reload();
      await ready(page);
      assert.equal(await page.evaluate(() => globalThis.poisoned), undefined);
      assert.match(await page.title(), /test harness/);
      assert.deepEqual(await openSession(page), { ok: true, state: "ready" });
    });

    test("what is painted before any script lies where the first screen has it, and goes when that is painted", async (t) => {
      const server = await openServer(t, first);
      /** @type {(value?: any) => void} */ let arrive;
      const arrived = new Promise((resolve) => { arrive = resolve; });
      server.fault("site.js", (_, response) => {
        void arrived.then(() => readFile(`${first}/${server.asked.find((path) => path.endsWith("site.js"))}`))
          .then((script) => response.writeHead(200, { "content-type": "text/javascript" }).end(script));
        return true;
      });
      const context = await browser.createBrowserContext();
      t.after(() => context.close());
      const page = await context.newPage();
      const going = page.goto(`${server.url}index.html`); // ends with the script
      await page.waitForSelector("[slot=waiting]");
      const places = (root) => [...root.querySelectorAll(".brand, .seal .icon, .seal strong, .menu .icon, .banner, h2, .lead")].map((part) => {
        const { x, y, width, height } = part.getBoundingClientRect();
        const { color, backgroundColor, font } = getComputedStyle(part);
        return [part.textContent, x, y, width, height, color, backgroundColor, font].join(" ");
      });
      const before = await page.evaluate(`(${places})(document.querySelector("[slot=waiting]").shadowRoot)`);
      assert.equal(before.length, 7);
      assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".late")).visibility), "hidden");
      arrive();
      await going;
      await thereInRoom(page, "button.primary");
      await page.bringToFront();
      await page.waitForFunction(() => !document.querySelector("[slot=waiting]"));
      assert.deepEqual(await inRoom(page, places), before);
    });

    const OTHER = { "another script of the page": ["site.js", BAD.zeros(2000)], "its folder not there yet": ["site.js", BAD.status(404)] };
    for (const [what, [path, answer]] of Object.entries(OTHER)) {
      test(`half an upload, ${what}: nothing of it runs, and the page says so`, async (t) => {
        const server = await openServer(t, first);
        server.fault(path, answer);
        const context = await browser.createBrowserContext();
        t.after(() => context.close());
        const page = await context.newPage();
        await page.goto(`${server.url}index.html`);
        await page.waitForFunction(() => getComputedStyle(document.querySelector(".late")).visibility === "visible");
        assert.match(await page.evaluate(() => document.querySelector("main").textContent), /script could not be loaded: v-[0-9a-f]+\/site\.js/);
        assert.equal(await page.evaluate(() => customElements.get("evax-xray")), undefined);
      });
    }

    const ofFiles = { skip: name === "firefox" && "puppeteer's profile lets files load modules, which people's does not" };
    test("opened as a file: no script runs, and the page says what to do instead", ofFiles, async (t) => {
      const context = await browser.createBrowserContext();
      t.after(() => context.close());
      const page = await context.newPage();
      await page.goto(`file://${first}/index.html`);
      assert.equal(await page.evaluate(() => customElements.get("evax-xray")), undefined);
      const [said, framed] = await page.evaluate(() => [document.querySelector(".late").checkVisibility(),
        document.querySelector("evax-xray > iframe").checkVisibility()]);
      assert.deepEqual([said, framed], [true, false]);
      assert.match(await page.evaluate(() => document.querySelector(".late").textContent), /from a web\s+server/);
    });

    test("two projects of one host, as on a forge's pages: each keeps its own copy, and both open offline", async (t) => {
      const folder = `${REPOSITORY}build/projects-${name}`;
      await deploy(first, `${folder}/one`);
      await deploy(second, `${folder}/two`);
      const server = await openServer(t, folder, { base: "/someone/" });
      const page = await openHarness(t, browser, server, { file: "one/harness.html" });
      for (const project of ["one", "two"]) {
        await page.goto(`${server.url}${project}/harness.html`);
        await ready(page);
        const { ready: offline } = await page.evaluate(() => evax.startOffline("service-worker.js", () => {}));
        assert.equal(offline, true);
      }
      server.fall();
      for (const [project, title] of /** @type {[string, RegExp][]} */ ([["one", /test harness/], ["two", /second version/]])) {
        await page.goto(`${server.url}${project}/harness.html`);
        await ready(page);
        assert.match(await page.title(), title);
      }
    });

    test("an installation that meets a wrong file fails, and the page works on", async (t) => {
      const server = await openServer(t, first);
      server.fault("evax-relaxed.wasm", BAD.html);
      const page = await openHarness(t, browser, server);
      const { ready: offline } = await page.evaluate(() =>
        evax.startOffline("service-worker.js", () => {}));
      assert.equal(offline, false);
      assert.equal((await openSession(page)).ok, true);
    });
  });
}
