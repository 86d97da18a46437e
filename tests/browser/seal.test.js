/* seal.test.js - the room in real browsers: what it reads, what gets out of it, and on whose pages it works. All ways
 * out, with a control for each, are tried by make test-seal.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { load } from "../../web/evax-node.js";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { BAD, REPOSITORY, buildSite, openServer, roomOf, waitFor } from "./stage.js";

const SAMPLES = `${REPOSITORY}model/samples/`;
const FILMS = (await readdir(SAMPLES)).filter((name) => /\.(png|jpeg)$/.test(name));

/** Logits of every sample film in Node, by file name. */
async function nodeLogits() {
  const engine = await load({ model: `${REPOSITORY}model/demo`, variant: "simd128" });
  const all = {};
  for (const film of FILMS) {
    const { findings } = await engine.analyze(await readFile(SAMPLES + film));
    all[film] = findings.map(({ logit }) => logit);
  }
  return all;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Of the room: what the selector finds, once it is there. */
async function there(room, selector) {
  const [found] = await waitFor(() => room.evaluate((s) => {
    const all = document.querySelector("evax-xray")?.shadowRoot.querySelectorAll(s) ?? [];
    return all.length > 0 && [all[0].textContent];
  }, selector), () => selector);
  return found;
}
const click = async (room, selector) => {
  await there(room, selector);
  await room.evaluate((s) => document.querySelector("evax-xray").shadowRoot.querySelector(s).click(), selector);
};
const sealState = (room) => room.evaluate(() =>
  document.querySelector("evax-xray").shadowRoot.querySelector(".seal").getAttribute("data-state"));
const probe = (room) => room.evaluate(() =>
  [...document.querySelector("evax-xray").shadowRoot.querySelectorAll(".seal .tried li")].map((li) => li.textContent));

/** Accepts, and waits until films can be read. */
async function accept(room) {
  await click(room, "button.primary");
  await there(room, ".intake, .problem");
}

/** What a script that records its page for its maker ("session replay") can get at: it was there first. */
function recordPage() {
  const seen = [];
  globalThis.recorded = seen;
  const note = (what, value) => seen.push(`${what}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  for (const type of ["message", "drop", "paste", "input", "change", "keydown", "result", "click"]) {
    addEventListener(type, (/** @type {any} */ { data, target }) => note(type, data ?? target?.textContent), true);
  }
  const { addEventListener: listen } = MessagePort.prototype;
  MessagePort.prototype.addEventListener = function (type, listener, ...rest) {
    if (type === "message") listen.call(this, type, (/** @type {any} */ { data }) => note("port", Object.keys(data ?? {}).join() + (data?.call ? data.name : "")));
    return listen.call(this, type, listener, ...rest);
  };
  const open = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = open.call(this, options);
    new MutationObserver(() => note("shadow", root.textContent)).observe(root, { childList: true, subtree: true });
    return root;
  };
  globalThis.lookAround = () => {
    const roots = [document, ...[...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean)];
    const frames = Array.from({ length: window.length }, (_, i) => {
      try {
        return window[i].document.body.textContent;
      } catch {
        return "";
      }
    });
    return [...roots.map((root) => root.textContent ?? document.body?.textContent), ...frames].join("\n");
  };
}

after(closeBrowsers);

for (const name of CHOSEN) {
  /* WebKit stops three ways without a report, and the strip does not call blocked what it has not seen to be: SECURITY.md. Its
   * driver has no console. */
  const [SEALED, UNREPORTED] = name === "webkit" ? ["unenforced", 3] : ["sealed", 0];
  describe(name, () => {
    let browser, folder, host, expected;
    before(async () => {
      folder = await buildSite(`site-seal-${name}`, [`${REPOSITORY}web/site/index.html`, `${REPOSITORY}tests/browser/host.html`]);
      host = await readFile(`${folder}/host.html`, "utf8");
      browser = await sharedBrowser(name);
      expected = await nodeLogits();
    });

    /** Somebody's page: with headers, attributes of the element and markup of its own. @param {any} t
     * @param {{ headers?: Record<string, string>, isolated?: boolean, attributes?: string, more?: string, file?: string,
     *   script?: () => unknown, broken?: string }} [how] script: runs in the page before its own; broken: a file that is
     *   answered with zeros */
    async function openHost(t, { headers = {}, isolated = false, attributes = "", more = "", file = "host.html", script, broken } = {}) {
      const server = await openServer(t, folder, { isolated });
      if (broken) server.fault(broken, BAD.zeros(5000));
      const isolation = isolated
        ? { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" } : {};
      server.fault("host.html", (_, response) => {
        response.writeHead(200, { "content-type": "text/html", ...isolation, ...headers });
        response.end(host.replace("<evax-xray", `${more}<evax-xray ${attributes}`));
        return true;
      });
      const context = await browser.createBrowserContext();
      t.after(() => context.close());
      const page = await context.newPage();
      const lines = [];
      page.on("console", (message) => lines.push(message.text()));
      if (script) await page.evaluateOnNewDocument(script);
      await page.goto(server.url + file);
      return { server, page, lines };
    }

    /** Logits of sample films that the page's code hands in; null where nothing comes out. */
    const readFilms = (page, films = FILMS) => page.evaluate(async (names) => {
      const all = {};
      for (const film of names) {
        globalThis[film] ??= await (await fetch(`model/samples/${film}`)).blob();
        const result = await document.querySelector("evax-xray").analyze(globalThis[film], { name: film });
        all[film] = result?.findings.map(({ logit }) => logit) ?? null;
      }
      return all;
    }, films);
    const readCount = (room) => room.evaluate(() =>
      document.querySelector("evax-xray").shadowRoot.querySelectorAll(".films li.done").length);
    const untilRead = (room, count) => waitFor(async () => await readCount(room) >= count,
      async () => `${count} films that are read, but ${await readCount(room)}`);

    for (const isolated of [false, true]) {
      const skip = isolated && name === "webkit" && "WebKit starts no worker in the room of an isolated page";
      test(`${isolated ? "isolated, with threads" : "not isolated"}: Node's bits in the room`, { skip }, async (t) => {
        const { page } = await openHost(t, { isolated, attributes: "results=\"page\"" });
        const room = await roomOf(page);
        await accept(room);
        assert.deepEqual(await readFilms(page), expected);
        const [isIsolated, origin, width, height] =
          await room.evaluate(() => [crossOriginIsolated, self.origin, innerWidth, innerHeight]);
        assert.deepEqual([isIsolated, origin], [isolated, "null"]);
        const size = await page.evaluate(() => document.querySelector("evax-xray").getBoundingClientRect().toJSON());
        assert.deepEqual([width, height], [size.width, size.height], "the room does not fill the element");
        assert.equal(await sealState(room), "shared");
      });
    }

    test("every way out is tried and seen to be blocked, and the console says why there are red lines", async (t) => {
      const { page, lines } = await openHost(t);
      const room = await roomOf(page);
      await accept(room);
      assert.equal(await sealState(room), SEALED);
      const tried = await probe(room);
      assert.equal(tried.length, 12);
      assert.equal(tried.filter((line) => !line.endsWith(": blocked")).length, UNREPORTED);
      if (name !== "webkit") assert.ok(lines.some((line) => /each line below is one that the browser refused/i.test(line)));
    });

    test("50 films on the page of its own: the server is asked for nothing after the seal", async (t) => {
      const { server, page } = await openHost(t, { file: "index.html" });
      const room = await roomOf(page);
      await accept(room);
      assert.equal(await sealState(room), SEALED);
      await page.evaluate(async () => { globalThis.film = await (await fetch("model/samples/nih_00000001_000.png")).blob(); });
      const before = server.asked.length;
      await page.evaluate(() => {
        for (let i = 0; i < 50; i += 1) void document.querySelector("evax-xray").analyze(globalThis.film, { name: `${i}` });
      });
      await untilRead(room, 50);
      assert.deepEqual(server.asked.slice(before), []);
      assert.match(await there(room, ".seal .long"), name === "webkit" ? /only your trust in this page says so/ : /^0 requests since/);
    });

    test("the room has no origin, storage, cookies or WebRTC, and cannot go elsewhere", async (t) => {
      const { server, page } = await openHost(t);
      const room = await roomOf(page);
      await accept(room);
      const had = await room.evaluate(async () => {
        const works = async (what) => {
          try {
            return await what() ?? true;
          } catch {
            return false;
          }
        };
        return {
          cookie: await works(() => { document.cookie = "a=b"; return document.cookie !== ""; }),
          local: await works(() => localStorage),
          caches: await works(() => caches.open("x")),
          worker: await works(() => navigator.serviceWorker.register("service-worker.js")),
          popup: await works(() => window.open("about:blank") !== null),
          rtc: typeof RTCPeerConnection !== "undefined",
          parent: await works(() => parent.document),
          top: await works(() => top.document),
        };
      });
      assert.deepEqual(Object.entries(had).filter(([, value]) => value), []);
      const before = server.asked.length;
      await room.evaluate((address) => { location.href = address; }, `${server.url}out?film`).catch(() => {});
      await sleep(1000);
      assert.deepEqual(server.asked.slice(before), []);
    });

    test("scripts of the page, there before the element, see neither film nor finding", async (t) => {
      const { page } = await openHost(t, { script: recordPage });
      const room = await roomOf(page);
      await accept(room);
      await page.evaluate(async () => {
        globalThis.own = await (await fetch("model/samples/nih_00000001_000.png")).blob();
        globalThis.recorded.push("SEALED");
      });
      await room.evaluate(async () => {
        const canvas = new OffscreenCanvas(300, 300);
        canvas.getContext("2d").fillRect(50, 50, 100, 100);
        const given = new DataTransfer();
        given.items.add(new File([await canvas.convertToBlob()], "Jane Doe.png"));
        document.dispatchEvent(new DragEvent("drop", { dataTransfer: given, cancelable: true }));
      });
      await untilRead(room, 1);
      const { recorded, around, frames } = await page.evaluate(() =>
        ({ recorded: globalThis.recorded, around: globalThis.lookAround(), frames: window.length }));
      assert.ok(recorded.some((line) => line === "port: call,name,argsassets"), "the recorder recorded nothing");
      assert.deepEqual(recorded.slice(recorded.indexOf("SEALED") + 1), [], "something came out after the seal");
      assert.doesNotMatch(around, /Jane Doe|Cardiomegaly|Effusion/);
      assert.equal(frames, 0, "the room is among the page's frames");
    });

    test("results=\"page\": the page gets the findings of every film, and the strip says so", async (t) => {
      const { page } = await openHost(t, { attributes: "results=\"page\"" });
      const room = await roomOf(page);
      await accept(room);
      await page.evaluate(() => {
        globalThis.told = [];
        document.querySelector("evax-xray").addEventListener("result", (/** @type {any} */ { detail }) =>
          globalThis.told.push(detail));
      });
      const [film] = FILMS;
      await readFilms(page, [film]);
      const told = await page.evaluate(() => globalThis.told.at(-1));
      assert.equal(told.name, film);
      assert.deepEqual(told.findings.map(({ logit }) => logit), expected[film]);
      assert.ok(!("picture" in told) && !("embedding" in told));
      assert.match(await there(room, ".seal"), /Results go to this page/);
    });

    test("the page keeps its network, and the element can be taken out, put back and be there twice", async (t) => {
      const { page } = await openHost(t);
      await accept(await roomOf(page));
      assert.equal(await page.evaluate(() => fetch("index.html").then(({ ok }) => ok)), true);
      await page.evaluate(() => {
        const [element] = document.querySelectorAll("evax-xray");
        element.remove();
        document.body.append(element, element.cloneNode(true));
      });
      await sleep(300);
      for (const index of [0, 1]) {
        const room = await roomOf(page, index);
        await accept(room);
        assert.equal(await sealState(room), SEALED);
      }
      await readFilms(page, [FILMS[0]]);
      await untilRead(await roomOf(page, 0), 1);
    });

    test("a policy that only reports is not taken for the room's", async (t) => {
      const headers = { "content-security-policy-report-only": "default-src 'none'; report-uri /reports" };
      const { page } = await openHost(t, { headers });
      const room = await roomOf(page);
      await accept(room);
      assert.equal(await sealState(room), SEALED);
      assert.equal((await probe(room)).filter((line) => !line.endsWith(": blocked")).length, UNREPORTED);
    });

    const HASH = /'sha256-[A-Za-z0-9+/=]+'/g;
    const roomHashes = async () => {
      const version = (await readdir(folder)).find((entry) => entry.startsWith("v-"));
      const { createHash } = await import("node:crypto");
      return Promise.all(["room", "workspace"].map(async (name) => `'sha256-${createHash("sha256")
        .update(gunzipSync(await readFile(`${folder}/${version}/sealed/${name}.bin`))).digest("base64")}'`));
    };
    const said = (page) => waitFor(() => page.evaluate(() => globalThis.saidOf?.()), () => "something that is said");
    /* What the closed root says, for the test alone. */
    const listen = () => {
      const open = Element.prototype.attachShadow;
      Element.prototype.attachShadow = function (options) {
        const root = open.call(this, options);
        globalThis.saidOf = () => root.querySelector(".problem")?.textContent;
        return root;
      };
    };

    test("default-src 'self' alone: says what the policy lacks, within seconds", async (t) => {
      const { page } = await openHost(t, { headers: { "content-security-policy": "default-src 'self'" }, script: listen });
      const text = await said(page);
      assert.deepEqual(text.match(HASH), await roomHashes());
      assert.match(text, /worker-src blob:/);
    });

    test("default-src 'self' and what it lacked: works, sealed", async (t) => {
      const policy = `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${(await roomHashes()).join(" ")}; worker-src blob:; img-src 'self' blob: data:`;
      const { page } = await openHost(t, { headers: { "content-security-policy": policy } });
      const room = await roomOf(page);
      await accept(room);
      assert.equal(await sealState(room), SEALED);
    });

    test("a policy without worker-src blob: is named at once", async (t) => {
      const policy = `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${(await roomHashes()).join(" ")}`;
      const { page } = await openHost(t, { headers: { "content-security-policy": policy } });
      const room = await roomOf(page);
      await accept(room);
      assert.match(await there(room, ".problem"), /worker-src blob:/);
    });

    test("with Trusted Types required: works where the policy's name is allowed, else says it", async (t) => {
      const strict = (names) => ({ "content-security-policy": `require-trusted-types-for 'script'; trusted-types ${names}` });
      const { page } = await openHost(t, { headers: strict("eva-x-web") });
      const room = await roomOf(page);
      await accept(room);
      assert.equal(await sealState(room), SEALED);
      const { page: other } = await openHost(t, { headers: strict("'none'"), script: listen });
      if (await other.evaluate(() => "trustedTypes" in globalThis)) assert.match(await said(other), /trusted-types eva-x-web/);
    });

    test("unsealed=\"allow\": where there can be no room it works in the page, and says so", async (t) => {
      const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:";
      const { page } = await openHost(t, { attributes: "unsealed=\"allow\" results=\"page\"",
        headers: { "content-security-policy": policy }, script: () => {
          const open = Element.prototype.attachShadow;
          Element.prototype.attachShadow = function (options) { return globalThis.root = open.call(this, options); };
        } });
      const unsealed = (selector) => waitFor(() => page.evaluate((s) => Boolean(globalThis.root.querySelector(s)), selector), () => selector);
      await unsealed("button.primary");
      await page.evaluate(() => globalThis.root.querySelector("button.primary").click());
      await unsealed(".intake");
      assert.match(await page.evaluate(() => globalThis.root.querySelector(".seal").textContent), /Not sealed.*no sealed frame/);
      const [film] = FILMS;
      await page.evaluate(() => document.querySelector("evax-xray")
        .addEventListener("result", (/** @type {any} */ { detail }) => { globalThis.told = detail.name; }));
      assert.deepEqual((await readFilms(page, [film]))[film], expected[film]);
      assert.equal(await page.evaluate(() => globalThis.told), film);
    });

    test("in a frame of another site, where storage is refused: works, sealed", async (t) => {
      const { server, page } = await openHost(t, { script: () => Object.defineProperty(globalThis, "caches", {
        get() { throw new DOMException("refused", "SecurityError"); },
      }) });
      server.fault("around.html", (_, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        response.end(`<!doctype html><title>another site</title><iframe src="${server.url}host.html"></iframe>`);
        return true;
      });
      await page.goto(`${server.url.replace("localhost", "127.0.0.1")}around.html`);
      const framed = async () => (await Promise.all(page.frames().map(async (frame) =>
        ((await frame.evaluate(() => location.pathname).catch(() => "")).endsWith("host.html") ? frame : null)))).find(Boolean);
      const room = await roomOf(page, 0, await waitFor(framed, () => "the frame of another site"));
      await accept(room);
      assert.equal(await sealState(room), SEALED);
    });

    test("a policy without the second script's hash: the page says what it lacks", async (t) => {
      const [first] = await roomHashes();
      const policy = `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${first}; worker-src blob:; img-src 'self' blob: data:`;
      const { page } = await openHost(t, { headers: { "content-security-policy": policy } });
      const room = await roomOf(page);
      await accept(room);
      assert.match(await there(room, ".problem"), /script-src.*second script/);
    });

    test("another second script is refused, and the right one is taken when it is there", async (t) => {
      const { server, page } = await openHost(t, { broken: "workspace.bin" });
      const room = await roomOf(page);
      await accept(room);
      assert.match(await there(room, ".problem"), /script of the page has been changed/);
      server.fault("workspace.bin", () => false);
      await click(room, ".problem button");
      await there(room, ".intake");
      assert.equal(await sealState(room), SEALED);
    });

    test("another script for the room is refused", async (t) => {
      const { page } = await openHost(t, { broken: "room.bin", script: listen });
      assert.match(await said(page), /script of the page has been changed/);
    });
  });
}
