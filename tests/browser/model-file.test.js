/* model-file.test.js - a model of one's own on the page, in real browsers: dropped, converted in the sealed frame, kept,
 * saved, opened later and offline; and everything that can be given in its place.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { convert } from "../../web/evax-node.js";
import { manifestBytes } from "../support/manifest-bytes.js";
import { temporaryFolder } from "../support/repository.js";
import { drawnNumbers } from "../web/convert/drawn.js";
import { Written, torchZip } from "../web/convert/written.js";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { REPOSITORY, buildSite, clickInRoom, giveInRoom, inRoom, openServer, pressInRoom, roomOf, untilRoom } from "./stage.js";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const golden = (file) => `${REPOSITORY}tests/golden/${file}`;
const FILM = await readFile(`${REPOSITORY}model/samples/kermany_person101_virus_187.jpeg`);
const NANO = "nano_s_ft.pth";
const OTHERS = ["nano_b_ft.pth", "nano_s_mim_fp16.pt", "nano_b_mim_fp16.pt"];
const LABELS = ["One", "Two", "Three", "Four", "Five", "Six", "Seven"];
const folder = temporaryFolder();

/** A checkpoint of drawn numbers. @param {object} options @param {(numbers: Map<string, any>) => void} [change] */
const drawnFile = async (options, change = () => {}) => {
  const numbers = await drawnNumbers(options);
  change(numbers);
  return torchZip(Object.fromEntries([...numbers].map(([name, { shape, values }]) => [name, new Written(values, shape)])));
};
const tensors = (...names) => torchZip(Object.fromEntries(names.map((name) => [name, new Written(new Float32Array(4), [2, 2])])));

/** The files of a model's folder, { name: bytes }. */
const filesOf = async (model) => Object.fromEntries(await Promise.all(model.files().map(async ({ name, content }) =>
  [name, new Uint8Array(await content.arrayBuffer())])));

/** The hash of what the command line makes of a checkpoint. */
async function hashByCommand(file) {
  const out = join(await mkdtemp(join(folder, "made-")), file); // each browser makes it anew
  await promisify(execFile)(process.execPath, [`${REPOSITORY}tools/cli/evax.js`, "convert", golden(file), "--out", out, "--json"]);
  return createHash("sha256").update(await readFile(join(out, "manifest.json"))).digest("hex");
}

const said = (page) => inRoom(page, (root) => root.querySelector(".problem")?.textContent ?? "");
const back = async (page) => {
  await inRoom(page, (root) => [...root.querySelectorAll(".problem button")].find((b) => b.textContent === "Back").click());
};
const opening = (page) => untilRoom(page, (root) => Boolean(root.querySelector(".own-model")));
const ready = (page) => untilRoom(page, (root) => Boolean(root.querySelector(".intake")));
/** The hash of the model that is loaded, once it is not the one that openInstead() left. */
const hashOf = (page) => untilRoom(page, (root) =>
  root.querySelector(".model-bar:not(#before) code")?.title.split(" ").pop());

/** Opens a model while another is open. */
async function openInstead(page, files) {
  await ready(page);
  await inRoom(page, (root) => { root.querySelector(".model-bar").id = "before"; });
  await giveInRoom(page, files);
  await clickInRoom(page, "dialog .choices button");
}

/** What a button makes the room save: the last Blob that gets an address. @returns {Promise<Buffer>} its bytes */
async function savedBy(page, selector) {
  await inRoom(page, () => {
    const made = URL.createObjectURL.bind(URL);
    globalThis.saved = new Promise((resolve) => {
      URL.createObjectURL = (blob) => {
        URL.createObjectURL = made;
        resolve(blob);
        return made(blob);
      };
    });
  });
  await clickInRoom(page, selector);
  const base64 = await inRoom(page, async () => {
    const bytes = new Uint8Array(await (await globalThis.saved).arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
    return btoa(text);
  });
  return Buffer.from(base64, "base64");
}

/** The export of the one film that is read here. */
async function readFilm(page) {
  await giveInRoom(page, { "film.jpeg": FILM }, ".intake input");
  await untilRoom(page, (root) => Boolean(root.querySelector(".films li.done")));
  return JSON.parse((await savedBy(page, ".exports button")).toString());
}

const inputOf = async (page, selector) => (await roomOf(page)).evaluateHandle((s) =>
  document.querySelector("evax-xray").shadowRoot.querySelector(s), selector);

async function violations(page) {
  const room = await roomOf(page);
  await room.evaluate(AXE);
  return room.evaluate(async () => (await globalThis.axe.run({ preload: false, iframes: false })).violations
    .map(({ id, nodes }) => `${id}: ${nodes[0].target}`));
}

after(closeBrowsers);

for (const name of CHOSEN) {
  describe(name, () => {
    let browser, site, nano;
    before(async () => {
      site = await buildSite(`site-model-file-${name}`);
      browser = await sharedBrowser(name);
      nano = await readFile(golden(NANO));
    });

    /** The page on its first screen, in a profile of its own. script: runs in it before all else; held: a file that does not
     * come, also not to the service worker, which fetches what the page needs as soon as it is there
     * @param {any} t @param {{ script?: () => unknown, base?: string, isolated?: boolean, held?: string }} [how] */
    async function openPage(t, { script, held, ...host } = {}) {
      const server = await openServer(t, site, host);
      if (held) server.fault(held, () => true);
      const context = await browser.createBrowserContext();
      t.after(() => context.close());
      const page = await context.newPage();
      await page.setViewport({ width: 1000, height: 1400 });
      if (script) await page.evaluateOnNewDocument(script);
      await page.goto(server.url);
      await opening(page);
      return { server, page };
    }

    test("a dropped checkpoint is converted, reads a film, is kept, and reads it again offline, to the bit", async (t) => {
      const { server, page } = await openPage(t, { isolated: name !== "webkit" });
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
      await giveInRoom(page, { [NANO]: nano });
      await ready(page);
      assert.match(await inRoom(page, (root) => root.querySelector(".model-bar").textContent), /Kept in this browser/);
      const first = await readFilm(page);
      assert.equal(first.films[0].findings.length, 14);
      server.fall();
      await page.reload();
      await clickInRoom(page, ".kept-model");
      await ready(page);
      const second = await readFilm(page);
      assert.deepEqual(second.films[0].findings, first.films[0].findings);
      assert.deepEqual(second.model, first.model);
      assert.equal(await inRoom(page, (root) => root.querySelector(".read-by .hash").textContent), first.model.sha256);
    });

    test("page, Node and command line make the same model of each golden", async (t) => {
      const { page } = await openPage(t);
      await giveInRoom(page, { [NANO]: nano });
      for (const file of [NANO, ...OTHERS]) {
        if (file !== NANO) await openInstead(page, { [file]: await readFile(golden(file)) });
        const hash = await hashOf(page);
        assert.equal(hash, (await convert(golden(file), { threads: 1 })).hash, file);
        assert.equal(hash, await hashByCommand(file), file);
      }
    });

    test("labels that nobody knows are asked for while the file stays open, and scores without thresholds are only scores", async (t) => {
      const { page } = await openPage(t);
      const seven = { "seven.pth": await drawnFile({ classes: 7 }) };
      const write = (lines) => untilRoom(page, (root, all) => {
        const area = root.querySelector(".labels-question textarea");
        if (!area) return false;
        area.value = all.join("\n");
        area.dispatchEvent(new Event("input"));
        return `${root.querySelector(".counted").textContent}|${root.querySelector(".labels-question .primary").disabled}`;
      }, lines);
      await giveInRoom(page, seven, ".model-file");
      assert.equal(await write(LABELS.slice(1)), "6 of 7 labels|true");
      assert.match(await write([...LABELS.slice(1), "two"]), /^7 of 7 labels\. .two. is there twice\.\|true$/);
      if (name === "chromium") assert.deepEqual(await violations(page), []);
      await page.setViewport({ width: 320, height: 900 });
      assert.ok(await inRoom(page, () => document.scrollingElement.scrollWidth <= innerWidth), "too wide for a phone");
      await inRoom(page, (root) => root.querySelector(".labels-question .actions button:last-child").click());
      await opening(page); // canceled
      await giveInRoom(page, seven, ".model-file");
      await giveInRoom(page, { "card.json": JSON.stringify({ labels: ["One"], scoring: "sigmoid" }) }, ".card-file");
      await untilRoom(page, (root) => /1 labels, the head 7/.test(root.querySelector(".warning")?.textContent));
      assert.equal(await write(LABELS), "7 of 7 labels|false");
      await inRoom(page, (root) => root.querySelector(".labels-question .primary").click());
      await ready(page);
      const { films: [film] } = await readFilm(page);
      assert.deepEqual(film.findings.map(({ label, threshold, above }) => [label, threshold, above]),
        LABELS.map((label) => [label, null, null]));
      const shown = await inRoom(page, (root) => ({
        rows: [...root.querySelectorAll(".results tbody th")].map((cell) => cell.textContent),
        text: [...root.querySelectorAll(".results p, .results td, .films .status")]
          .filter((part) => part.checkVisibility?.() ?? true).map((part) => part.textContent).join("\n"),
        status: root.querySelector(".films .status").textContent,
      }));
      assert.deepEqual(shown.rows, [...film.findings].sort((a, b) => b.score - a.score).map(({ label }) => label));
      assert.match(shown.text, /no thresholds.*Highest score first/);
      assert.doesNotMatch(shown.text, /above|below|own threshold/);
      assert.equal(shown.status, "scored");
    });

    test("a model that is dropped later is named, and takes over if the person wants it; the films are read again", async (t) => {
      const { server, page } = await openPage(t);
      await clickInRoom(page, "button.primary");
      await ready(page);
      const demo = await hashOf(page);
      await readFilm(page);
      const asked = server.asked.length;
      await giveInRoom(page, { [NANO]: nano, "second.jpeg": FILM });
      const offer = await untilRoom(page, (root) => root.querySelector("dialog")?.textContent);
      assert.match(offer, /This is a model, not a film.*nano_s_ft\.pth.*EVA-X Ti demo.*results? of the present model/);
      if (name === "chromium") assert.deepEqual(await violations(page), []);
      await clickInRoom(page, "dialog > .actions button");
      await untilRoom(page, (root) => root.querySelectorAll(".films li.done").length === 2);
      assert.equal(await hashOf(page), demo);
      await openInstead(page, { "page.pth": "<!DOCTYPE html><title>Sign in</title>" });
      await untilRoom(page, (root) => Boolean(root.querySelector(".problem")));
      assert.match(await said(page), /HTML page/);
      await back(page);
      await untilRoom(page, (root) => root.querySelectorAll(".films li.done").length === 2);
      await openInstead(page, { [NANO]: nano });
      const hash = await hashOf(page);
      await untilRoom(page, (root) => root.querySelectorAll(".films li.done").length === 2);
      assert.equal(await untilRoom(page, (root) => root.querySelector(".read-by .hash")?.textContent), hash);
      assert.match(await inRoom(page, (root) => root.querySelector(".model-bar").textContent), /can no longer be saved/);
      assert.deepEqual(server.asked.slice(asked), [], "nothing was asked of the server");
    });

    const noFolder = name === "webkit" && "Safari has no showDirectoryPicker";
    test("saved as one file and into a folder before the first film; both are the model", { skip: noFolder }, async (t) => {
      const { page } = await openPage(t, { script: () => {
        globalThis.showDirectoryPicker = async () => {
          globalThis.active = navigator.userActivation?.isActive;
          return (await navigator.storage.getDirectory()).getDirectoryHandle("models", { create: true });
        };
      } });
      await pressInRoom(page, ".choose-folder");
      await untilRoom(page, (root) => /models/.test(root.querySelector(".choose-folder").textContent));
      assert.notEqual(await page.evaluate(() => globalThis.active), false, "a browser would not have asked");
      await giveInRoom(page, { [NANO]: nano }, ".model-file");
      await ready(page);
      const hash = await hashOf(page);
      assert.match(await inRoom(page, (root) => root.querySelector(".model-bar").textContent), /Saved into the folder/);
      const written = await page.evaluate(async () => {
        const models = await (await navigator.storage.getDirectory()).getDirectoryHandle("models");
        const [[folderName, handle]] = /** @type {any[]} */ (await Array.fromAsync(models.entries()));
        const files = /** @type {any[]} */ (await Array.fromAsync(handle.entries()));
        return { folderName, files: Object.fromEntries(await Promise.all(files.map(async ([file, entry]) =>
          [file, [...new Uint8Array(await (await entry.getFile()).arrayBuffer())]]))) };
      });
      assert.match(written.folderName, /^eva-x-custom-[a-z0-9-]+-[0-9a-f]{12}$/);
      const zip = await savedBy(page, ".save-model");
      const another = tensors("features.denseblock1.denselayer1.conv1.weight");
      await openInstead(page, { "dense.pth": another });
      await untilRoom(page, (root) => /this is a DenseNet/.test(root.querySelector(".problem")?.textContent));
      await back(page);
      await openInstead(page, { "model.zip": zip });
      assert.equal(await hashOf(page), hash);
      await openInstead(page, Object.fromEntries(Object.entries(written.files).map(([file, bytes]) => [file, Uint8Array.from(bytes)])));
      assert.equal(await hashOf(page), hash);
    });

    test("of several models one is asked for; parts and strangers are told from models", async (t) => {
      const { page } = await openPage(t);
      const model = await filesOf(await convert(golden(NANO), { threads: 1 }));
      await giveInRoom(page, { [NANO]: nano, "config.json": "{}", "other.safetensors": "x" });
      const which = await untilRoom(page, (root) => root.querySelector(".which-model")?.textContent);
      assert.match(which, /There are 2 models.*Open nano_s_ft\.pth.*Open other\.safetensors/);
      await clickInRoom(page, ".which-model > .actions button");
      await opening(page);
      for (const [files, message] of /** @type {[Record<string, any>, RegExp][]} */ ([
        [{ "model-00001-of-00002.safetensors": "x", "model.safetensors.index.json": "{\"weight_map\":{\"a\":\"model-00002-of-00002.safetensors\"}}" },
          /there is no model-00002-of-00002\.safetensors/],
        [{ "notes.txt": "x", "readme.md": "y" }, /no model among these 2 files/i],
        [{ "film.png": "\x89PNG" }, /this is a film, not a model.*Load a model first/i],
        [{ ...model, "chunk-000.bin": new Uint8Array(5) }, /wrong length.*chunk-000\.bin/],
      ])) {
        await giveInRoom(page, files);
        await untilRoom(page, (root) => Boolean(root.querySelector(".problem")));
        assert.match(await said(page), message);
        await back(page);
        await opening(page);
      }
      await giveInRoom(page, { ...model, ".DS_Store": "x", "README.md": "y" }, ".model-folder");
      await ready(page);
    });

    test("what is given in place of a checkpoint is refused by name and with a cure, and the page goes on", async (t) => {
      const { page } = await openPage(t);
      const broken = await drawnFile({}, (numbers) => { numbers.get("blocks.0.norm1.weight").values[3] = NaN; });
      for (const [file, content, message] of [
        ["empty.pth", "", /empty.pth is empty/],
        ["short.pth", nano.subarray(0, 100_000), /download was not completed/],
        ["pointer.pth", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", /Git LFS pointer.*git lfs pull/],
        ["page.pth", "\n<html><body>Sign in</body></html>", /HTML page.*download link/],
        ["densenet.pth", tensors("module.features.denseblock1.denselayer1.conv1.weight"), /this is a DenseNet/],
        ["vit.pth", tensors("cls_token", "blocks.0.mlp.fc1.weight", "blocks.0.mlp.fc2.weight"), /a ViT without RoPE/],
        ["llama.bin", tensors("model.layers.0.self_attn.q_proj.weight"), /a language model/],
        ["broken.pth", broken, /blocks\.0\.norm1\.weight has 1 values that are not finite.*\[3\]/],
        ["film.pth", FILM, /this is a JPEG picture/],
      ]) {
        await giveInRoom(page, { [file]: content }, ".model-file");
        await untilRoom(page, (root) => Boolean(root.querySelector(".problem")));
        assert.match(await said(page), message);
        assert.match(await said(page), /What to do: ./);
        await back(page);
        await opening(page);
      }
      await giveInRoom(page, { [NANO]: nano }, ".model-file");
      await ready(page);
    });

    test("behind the seal a model that fails leads to another file; nothing hangs", async (t) => {
      const { page } = await openPage(t);
      const files = await filesOf(await convert(golden(NANO), { dtype: "f32", threads: 1 }));
      const manifest = JSON.parse(new TextDecoder().decode(files["manifest.json"]));
      manifest.self_test.logits[0] += 100;
      await giveInRoom(page, { ...files, "manifest.json": manifestBytes(manifest) });
      await untilRoom(page, (root) => Boolean(root.querySelector(".problem")));
      assert.match(await said(page), /SELF_TEST/);
      await back(page);
      await untilRoom(page, (root) => /The frame is sealed/.test(root.querySelector(".lead")?.textContent));
      await giveInRoom(page, { [NANO]: nano });
      await ready(page);
    });

    test("what a closed tab left half-kept is taken away; a kept model can be deleted, and one that is damaged says so", async (t) => {
      const { page } = await openPage(t, { isolated: name !== "webkit" });
      await page.evaluate(async () => {
        const cache = await caches.open("evax-models-1");
        await cache.put(new URL(`kept-models/${"a".repeat(64)}/chunk-000.bin?sha256=x`, location.href), new Response("half"));
      });
      const keptKeys = () => page.evaluate(async () => (await (await caches.open("evax-models-1")).keys())
        .map(({ url }) => url).filter((url) => url.includes("kept-models")));
      assert.equal((await keptKeys()).length, 1);
      await giveInRoom(page, { [NANO]: nano }, ".model-file");
      await ready(page);
      await page.reload();
      await untilRoom(page, (root) => Boolean(root.querySelector(".kept-model")));
      assert.equal((await keptKeys()).length, 2, "manifest and chunk of the one that is whole");
      await page.evaluate(async () => {
        const cache = await caches.open("evax-models-1");
        const [chunk] = (await cache.keys()).filter(({ url }) => /kept-models.*chunk/.test(url));
        await cache.put(chunk, new Response(new Uint8Array((await (await cache.match(chunk)).arrayBuffer()).byteLength)));
      });
      await clickInRoom(page, ".kept-model");
      await untilRoom(page, (root) => /gone or damaged/.test(root.querySelector(".problem")?.textContent));
      await back(page);
      await clickInRoom(page, ".kept li .quiet");
      await untilRoom(page, (root) => root.querySelector(".own-model") && !root.querySelector(".kept-model"));
      assert.deepEqual(await keptKeys(), []);
    });

    test("cancel leads back to the first screen, and nothing is kept", async (t) => {
      const { page } = await openPage(t, { held: "calibration/films.bin" });
      await giveInRoom(page, { [NANO]: nano }, ".model-file");
      await untilRoom(page, (root) => root.querySelector(".steps .is-now")?.textContent.includes("Fetching"));
      await clickInRoom(page, ".sheet.narrow .actions button");
      await opening(page);
      assert.equal(await inRoom(page, (root) => root.querySelector(".kept-model")), null);
    });

    if (name === "webkit") {
      test("in an isolated page, where WebKit starts no worker of the room, each way to a model says what to change", async (t) => {
        const { page } = await openPage(t, { isolated: true });
        const isSaid = () => untilRoom(page, (root) => /starts no worker.*Cross-Origin-Embedder-Policy/.test(root.querySelector(".problem")?.textContent));
        await giveInRoom(page, { [NANO]: nano }, ".model-file");
        await isSaid();
        await back(page);
        await clickInRoom(page, "button.primary");
        await isSaid();
      });
    }

    if (name === "chromium") {
      test("a folder is opened by its button; a dropped one, which Chromium closes to a sealed frame, is said to be", async (t) => {
        const { page } = await openPage(t);
        const model = join(folder, "chosen", "inner");
        await mkdir(model, { recursive: true });
        for (const [file, bytes] of Object.entries(await filesOf(await convert(golden(NANO), { threads: 1 })))) {
          await writeFile(join(model, file), bytes);
        }
        const devtools = await page.createCDPSession();
        const data = { items: [], files: [join(folder, "chosen")], dragOperationsMask: 1 };
        for (const type of ["dragEnter", "dragOver", "drop"]) {
          await devtools.send("Input.dispatchDragEvent", { type, x: 500, y: 500, data });
        }
        await untilRoom(page, (root) => Boolean(root.querySelector(".problem")));
        assert.match(await said(page), /does not let a sealed frame look into a folder.*Open the folder by the button/);
        await back(page);
        await opening(page);
        await (await inputOf(page, ".model-folder")).uploadFile(join(folder, "chosen"));
        await ready(page);
      });

      test("a file that changes while it is read is refused", async (t) => {
        const { page } = await openPage(t);
        const path = join(folder, "changing.pth");
        await writeFile(path, await drawnFile({ classes: 7 }));
        await (await inputOf(page, ".model-file")).uploadFile(path);
        await untilRoom(page, (root) => Boolean(root.querySelector(".labels-question"))); // the file is open
        await appendFile(path, "more");
        await giveInRoom(page, { "card.json": JSON.stringify({ labels: LABELS, scoring: "softmax" }) }, ".card-file");
        await untilRoom(page, (root) => Boolean(root.querySelector(".problem")));
        assert.match(await said(page), /changed while it was read.*choose it again/);
      });

      test("a browser without room says that it does not keep the model, keeps nothing of it, and reads films", async (t) => {
        const { server, page } = await openPage(t);
        const devtools = await page.createCDPSession();
        const { usage } = await page.evaluate(() => navigator.storage.estimate());
        await devtools.send("Storage.overrideQuotaForOrigin", { origin: new URL(server.url).origin, quotaSize: usage + 20_000 });
        await giveInRoom(page, { [NANO]: nano }, ".model-file");
        await ready(page);
        assert.match(await inRoom(page, (root) => root.querySelector(".model-bar").textContent), /Not kept in this browser: QuotaExceededError/);
        assert.equal(await page.evaluate(async () => (await (await caches.open("evax-models-1")).keys()).length), 0);
        await readFilm(page);
      });
    }
  });
}
