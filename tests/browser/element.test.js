/* element.test.js - <evax-xray> in other people's pages: what it tells them, what they may ask of it, how it looks and
 * which language it speaks.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { ENGLISH } from "../../web/page/base/strings.js";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { BAD, REPOSITORY, buildSite, clickInRoom, inRoom, openServer, roomOf, untilRoom, waitFor } from "./stage.js";

const FILM = "model/samples/nih_00000001_000.png";
/* How often a file of the package is asked for that is not what it should be. */
const ATTEMPTS = 3;
const manifest = JSON.parse(await readFile(`${REPOSITORY}model/demo/manifest.json`, "utf8"));

const digestOf = (text) => createHash("sha256").update(text).digest("hex");

/** Notes every event of every element, from the first one on, and keeps what is closed. */
function noteEvents() {
  globalThis.roots = [];
  const open = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = open.call(this, options);
    globalThis.roots.push(root);
    return root;
  };
  globalThis.told = [];
  for (const type of ["progress", "ready", "result", "error"]) {
    addEventListener(type, (/** @type {any} */ { detail, error, film, target }) => {
      const told = error ? { film, code: error.code, message: error.message, hint: error.hint } : detail;
      if (target instanceof Element && target.localName === "evax-xray") globalThis.told.push({ type, detail: told });
    }, true);
  }
}

/** The texts that the room shows which the words of no language have made (these are marked), nor are they data: of the
 * model, a hash, an address. */
const unmarked = (root, known) => {
  const isData = (text) => /^[0-9a-f]{64}$|:\/\//.test(text) || known.some((data) => data.includes(text)) || text.endsWith("first.png");
  const isWord = (text) => /\p{L}{3}/u.test(text) && !text.includes("⟦") && !isData(text);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    if (walker.currentNode.parentElement.checkVisibility() && isWord(text)) found.push(text);
  }
  for (const element of root.querySelectorAll("[aria-label], [title], [placeholder]")) {
    for (const name of ["aria-label", "title", "placeholder"]) {
      const text = element.getAttribute(name) ?? "";
      if (isWord(text)) found.push(`${name}: ${text}`);
    }
  }
  return found;
};

/** English with every text marked. */
const marked = (words) => (typeof words === "string" ? `⟦${words}⟧` : Array.isArray(words) ? words.map(marked)
  : Object.fromEntries(Object.entries(words).map(([name, each]) => [name, marked(each)])));
const stringsOf = (value) => (typeof value === "string" ? [value]
  : typeof value === "object" && value ? Object.values(value).flatMap(stringsOf) : []);

after(closeBrowsers);

for (const name of CHOSEN) {
  describe(name, () => {
    let browser, folder, host;
    before(async () => {
      folder = await buildSite(`site-element-${name}`, [`${REPOSITORY}tests/browser/host.html`]);
      host = await readFile(`${folder}/host.html`, "utf8");
      browser = await sharedBrowser(name);
    });

    /** Somebody's page with this element in its middle; what is left of the element's tag is the model's. @param {any} t
     * @param {{ attributes?: string, before?: string, after?: string, languages?: string[] }} [how] */
    async function openHost(t, { attributes = "", before: ahead = "", after: behind = "", languages } = {}) {
      const server = await openServer(t, folder);
      server.fault("host.html", (_, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        const first = `<script>(${noteEvents})();
          ${languages ? `Object.defineProperty(navigator, "languages", { value: ${JSON.stringify(languages)} });` : ""}</script>`;
        response.end(host.replace("<title>", `${first}<title>`).replace("<evax-xray", `${ahead}<evax-xray ${attributes}`).replace("</evax-xray>", `</evax-xray>${behind}`));
        return true;
      });
      const context = await browser.createBrowserContext();
      t.after(() => context.close());
      const page = await context.newPage();
      await page.goto(`${server.url}host.html`);
      return { page, server, context };
    }
    const told = (page, type) => page.evaluate((t) => globalThis.told.filter((one) => one.type === t).map(({ detail }) => detail), type);
    async function untilTold(page, type, count = 1) {
      return waitFor(async () => {
        const all = await told(page, type);
        return all.length >= count && all;
      }, async () => `${count} of ${type}: ${JSON.stringify(await page.evaluate(() => globalThis.told))}`);
    }
    const untilNotice = (page, index) => waitFor(async () => (await roomOf(page, index)).evaluate(() =>
      Boolean(document.querySelector("evax-xray").shadowRoot.querySelector(".notice"))).catch(() => false),
    () => `a notice of element ${index}`);
    const accept = (page) => clickInRoom(page, "button.primary");
    const filmCount = (page) => inRoom(page, (root) => root.querySelectorAll(".films li").length);
    /** Hands films in by the element's open(). */
    const give = (page, names) => page.evaluate((all, film) => {
      globalThis.opened = Promise.all(all.map(async (each) => {
        const bytes = each.startsWith("damaged") ? new Blob(["\x89PNG damaged"]) : await (await fetch(film)).blob();
        return document.querySelector("evax-xray").open(new File([bytes], each));
      }).map((one) => one.then((result) => result?.name ?? null, ({ code }) => code)));
    }, names, FILM);

    test("results=\"page\": films may be given before the model is there, and are told of when they are read", async (t) => {
      const { page } = await openHost(t, { attributes: "results=\"page\"" });
      await give(page, ["first.png", "damaged.png"]);
      const early = await page.evaluate(() => document.querySelector("evax-xray").analyze(new Blob([])).catch(({ code }) => code));
      assert.equal(early, "STATE");
      assert.equal(await page.evaluate(() => document.querySelector("evax-xray").state), "loading");
      await accept(page);
      assert.deepEqual(await page.evaluate(() => globalThis.opened), ["first.png", "IMAGE_FORMAT"]);
      const [result] = await untilTold(page, "result");
      assert.deepEqual([result.name, result.findings.length], ["first.png", manifest.labels.length]);
      assert.deepEqual(Object.keys(result).sort(), ["findings", "input", "name", "notice", "reasons"]);
      const [error] = await untilTold(page, "error");
      assert.deepEqual([error.film, error.code], ["damaged.png", "IMAGE_FORMAT"]);
      assert.ok(error.message && error.hint);
      assert.equal((await told(page, "ready")).length, 1);
      const progress = await told(page, "progress");
      const bytes = progress.map(({ loadedBytes }) => loadedBytes);
      assert.ok(bytes.length > 0 && bytes.every((n, i) => i === 0 || n >= bytes[i - 1]));
      assert.equal(bytes.at(-1), manifest.stream_bytes);
      assert.ok(progress.every(({ totalBytes, loadedBytes }) => totalBytes === manifest.stream_bytes && loadedBytes <= totalBytes));
      assert.equal(await page.evaluate(() => document.querySelector("evax-xray").state), "ready");
    });

    test("without it nothing of a film is told, and clear() takes all films off", async (t) => {
      const { page } = await openHost(t);
      await give(page, ["first.png", "damaged.png"]);
      await accept(page);
      assert.deepEqual(await page.evaluate(() => globalThis.opened), [null, null]);
      await untilRoom(page, (root) => root.querySelectorAll(".films li.done, .films li.failed").length === 2);
      assert.deepEqual(await untilTold(page, "ready"), [null]);
      assert.deepEqual([...await told(page, "result"), ...await told(page, "error")], []);
      await page.evaluate(() => document.querySelector("evax-xray").clear());
      await untilRoom(page, (root) => root.querySelectorAll(".films li").length === 0);
    });

    /** What the element does once it knows its model. */
    const outcome = (page) => untilRoom(page, (root) => (root.querySelector(".begin") ? "asks" : root.querySelector(".intake") && "loads"));

    test("a model is accepted once: a later visit loads it at once, a reload asks again; so do refused storage and a changed notice", async (t) => {
      const { page, server, context } = await openHost(t);
      server.fault("refused.html", (_, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        const refusal = "get() { throw new DOMException('refused', 'SecurityError'); }";
        response.end(host.replace("<title>", `<script>Object.defineProperty(globalThis, "localStorage", { ${refusal} })</script><title>`));
        return true;
      });
      const visit = async (file = "host.html") => {
        const later = await context.newPage();
        await later.goto(server.url + file);
        return later;
      };
      assert.equal(await outcome(page), "asks");
      await accept(page);
      await untilTold(page, "ready");
      const second = await visit();
      assert.equal(await outcome(second), "loads");
      assert.equal(await second.evaluate(() => document.activeElement.localName), "body", "it takes the focus from the page around");
      await inRoom(second, (root) => [...root.querySelectorAll(".menu nav button")].find(({ textContent }) => textContent === "Notice").click());
      const said = await untilRoom(second, (root) => root.querySelector("dialog")?.textContent);
      assert.ok(said.includes(manifest.notice.split("\n")[0]), said);
      await second.reload();
      assert.equal(await outcome(second), "asks");
      assert.equal(await outcome(await visit("refused.html")), "asks");
      const blank = JSON.stringify({ ...manifest, notice: "Another notice.", checksum: "0".repeat(64) });
      const changed = blank.replace("0".repeat(64), digestOf(blank));
      server.fault("manifest.json", (_, response) => {
        response.end(changed);
        return true;
      });
      server.fault("host.html", (_, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        response.end(host.replace(/(<evax-xray[^>]* integrity=")[^"]*/, `$1${digestOf(changed)}`));
        return true;
      });
      const third = await visit();
      assert.equal(await outcome(third), "asks");
      assert.match(await inRoom(third, (root) => root.querySelector(".begin").textContent), /Another notice/);
    });

    test("a model that was accepted, but is not in this browser any more, is asked about: it would have to be downloaded", async (t) => {
      const { page, server, context } = await openHost(t);
      await accept(page);
      await untilTold(page, "ready");
      await page.evaluate(async () => { for (const key of await caches.keys()) await caches.delete(key); });
      const later = await context.newPage();
      await later.goto(`${server.url}host.html`);
      assert.equal(await outcome(later), "asks");
    });

    test("a model that cannot be had is told as an error; another one can be given at once", async (t) => {
      const { page, server } = await openHost(t);
      const missing = await page.evaluate(async () => {
        const element = document.querySelector("evax-xray");
        globalThis.good = element.model;
        element.model = "no/such/model/";
        element.removeAttribute("integrity");
        return element.model;
      });
      assert.equal(missing, "no/such/model/");
      const [error] = await untilTold(page, "error");
      assert.equal(error.code, "MODEL_NOT_FOUND");
      await page.evaluate(() => { document.querySelector("evax-xray").model = globalThis.good; });
      await untilRoom(page, (root) => Boolean(root.querySelector(".notice")));
      assert.ok(server.asked.includes("no/such/model/manifest.json"));
    });

    test("what is cleared, replaced or taken out while it loads is no error of the element; who waits for a film is told", async (t) => {
      const { page, server } = await openHost(t, { attributes: "results=\"page\"" });
      for (const slow of ["slow/manifest.json", "slower/manifest.json"]) server.fault(slow, BAD.stalled);
      await untilRoom(page, (root) => Boolean(root.querySelector(".notice")));
      await page.evaluate(() => {
        const element = document.querySelector("evax-xray");
        globalThis.good = element.model;
        globalThis.settled = [];
        globalThis.wait = (name) => void element.open(new File(["x"], name)).catch((error) => globalThis.settled.push(`${name}: ${error instanceof DOMException ? error.name : error.code}`));
        globalThis.renew = (model) => Object.assign(element, { model }).removeAttribute("integrity");
        globalThis.wait("cleared");
        void element.clear();
        globalThis.wait("replaced");
        globalThis.renew("slow/");
      });
      const loading = () => untilRoom(page, (root) => Boolean(root.querySelector(".opening[aria-busy]")));
      await loading();
      await page.evaluate(() => {
        globalThis.wait("replaced while it loads");
        globalThis.renew("slower/");
      });
      await loading();
      await page.evaluate(() => {
        const element = document.querySelector("evax-xray");
        const place = element.parentElement;
        globalThis.wait("taken out");
        element.remove();
        globalThis.renew(globalThis.good);
        place.append(element);
      });
      await give(page, ["first.png"]);
      await accept(page);
      assert.deepEqual(await page.evaluate(() => globalThis.opened), ["first.png"]);
      assert.equal(await filmCount(page), 1);
      assert.deepEqual(await told(page, "error"), []);
      assert.deepEqual(await page.evaluate(() => globalThis.settled),
        ["cleared: AbortError", "replaced: DISPOSED", "replaced while it loads: DISPOSED", "taken out: DISPOSED"]);
    });

    test("two on a page, one in a dialog, taken out and put in again; no height is imposed", async (t) => {
      const { page } = await openHost(t, {
        attributes: "style=\"inline-size: 320px; block-size: 180px\"",
        after: "<dialog><evax-xray id=\"second\" style=\"block-size: 70vh\"></evax-xray></dialog>",
      });
      await page.evaluate(() => {
        document.querySelector("#second").setAttribute("model", document.querySelector("evax-xray").model);
        document.querySelector("dialog").showModal();
      });
      const size = () => page.evaluate(() => [document.querySelector("evax-xray").clientWidth, document.querySelector("evax-xray").clientHeight]);
      assert.deepEqual(await size(), [320, 180]);
      for (const index of [0, 1]) await untilNotice(page, index);
      await page.evaluate(() => {
        const element = /** @type {any} */ (document.querySelector("#second"));
        const place = element.parentElement;
        element.remove();
        globalThis.detached = element.state;
        place.append(element);
      });
      assert.equal(await page.evaluate(() => globalThis.detached), "detached");
      await untilNotice(page, 1);
    });

    test("a film dropped beside the element is left to the page", async (t) => {
      const { page } = await openHost(t, { before: "<p>Some text</p>" });
      await untilRoom(page, (root) => Boolean(root.querySelector(".notice")));
      const prevented = await page.evaluate(() => {
        const given = new DataTransfer();
        given.items.add(new File(["x"], "film.png"));
        const event = new DragEvent("drop", { dataTransfer: given, cancelable: true, bubbles: true });
        document.querySelector("p").dispatchEvent(event);
        return event.defaultPrevented;
      });
      assert.equal(prevented, false);
    });

    test("custom properties and the color scheme reach the frame, what is no color does not", async (t) => {
      const { page } = await openHost(t, { before: `<style>evax-xray { --evax-accent: rgb(1, 2, 3); --evax-font: Georgia, serif;
        --evax-line: url(https://example.org/leak); color-scheme: dark; }</style>` });
      await untilRoom(page, (root) => Boolean(root.querySelector("button.primary")));
      const style = await inRoom(page, (root) => {
        const { backgroundColor, fontFamily } = getComputedStyle(root.querySelector("button.primary"));
        return { backgroundColor, fontFamily, colorScheme: getComputedStyle(root.host).colorScheme,
          line: root.host.style.getPropertyValue("--line") };
      });
      assert.deepEqual(style, { backgroundColor: "rgb(1, 2, 3)", fontFamily: "Georgia, serif", colorScheme: "dark", line: "" });
    });

    test("the browser's language is spoken, that of the element before it; words that were changed are not", async (t) => {
      const heading = (page) => untilRoom(page, (root) => root.querySelector(".sheet h2, h2")?.textContent);
      const spanish = await openHost(t, { languages: ["fr", "es-MX", "de"] });
      await untilRoom(spanish.page, (root) => Boolean(root.querySelector(".notice")));
      assert.match(await heading(spanish.page), /Hallazgos/);
      assert.equal(await (await roomOf(spanish.page)).evaluate(() => document.documentElement.lang), "es");
      const chinese = await openHost(t, { languages: ["de"], attributes: "lang=\"zh\"" });
      await untilRoom(chinese.page, (root) => /征象/.test(root.textContent));
      const { page, server } = await openHost(t, { languages: ["en"] });
      server.fault("de.json", (_, response) => {
        response.end("{\"banner\": \"Approved for clinical use.\"}");
        return true;
      });
      await untilRoom(page, (root) => Boolean(root.querySelector(".notice")));
      await page.evaluate(() => { document.querySelector("evax-xray").lang = "de"; });
      await waitFor(async () => server.asked.filter((path) => path.endsWith("de.json")).length === ATTEMPTS, () => "each try for the words");
      assert.match(await inRoom(page, (root) => root.querySelector(".banner").textContent), /not a medical device/);
    });

    test("after the seal another language can be chosen: films and results stay, and nothing is asked for", async (t) => {
      const { page, server } = await openHost(t, { attributes: "results=\"page\"" });
      await give(page, ["first.png"]);
      await accept(page);
      await untilTold(page, "result");
      await untilRoom(page, (root) => Boolean(root.querySelector(".films li.done")));
      const asked = server.asked.length;
      await inRoom(page, (root) => {
        const select = root.querySelector(".menu select");
        select.value = "de";
        select.dispatchEvent(new Event("change"));
      });
      await untilRoom(page, (root) => /Kardiomegalie/.test(root.querySelector(".findings")?.textContent ?? ""));
      assert.equal(await filmCount(page), 1);
      assert.match(await inRoom(page, (root) => root.querySelector(".findings").textContent), /Schwellenwert|über|darüber/);
      assert.equal(server.asked.length, asked);
      await give(page, ["second.png"]);
      await untilTold(page, "result", 2);
      await untilRoom(page, (root) => root.querySelectorAll(".films li.done").length === 2);
    });

    test("every text on the screen is one of the words that a language replaces", async (t) => {
      const { page } = await openHost(t);
      const known = [...stringsOf(manifest), `${manifest.name}, ${manifest.dtype}`, "English", "Deutsch", "Español", "DICOM, PNG", "first.png", "JSON", "CSV"];
      await untilRoom(page, (root) => Boolean(root.querySelector(".notice")));
      await page.evaluate((words) => globalThis.roots[0].querySelector("iframe").contentWindow[0].postMessage({ language: "de", words }, "*"), marked(ENGLISH));
      await untilRoom(page, (root) => root.textContent.includes("⟦"));
      assert.deepEqual(await inRoom(page, unmarked, known), []);
      await give(page, ["first.png"]);
      await accept(page);
      await untilRoom(page, (root) => Boolean(root.querySelector(".films li.done")));
      await untilRoom(page, (root) => Boolean(root.querySelector(".findings tbody tr, .findings li")));
      assert.deepEqual(await inRoom(page, unmarked, known), []);
    });

    test("the first screen takes few requests", async (t) => {
      const { page, server } = await openHost(t);
      await untilRoom(page, (root) => Boolean(root.querySelector(".notice")));
      assert.ok(server.asked.length <= 8, server.asked.join(" "));
    });
  });
}
