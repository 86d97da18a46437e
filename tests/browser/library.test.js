/* library.test.js - load() in a page that uses the package: unbundled from a folder, and bundled by esbuild.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { bundle } from "../../tools/build/bundle.js";
import { vendor } from "../../tools/cli/vendor.js";
import { pngOf } from "../support/pictures.js";
import { convert, load } from "../../web/evax-node.js";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { BAD, REPOSITORY, openHarness, openServer } from "./stage.js";

const HERE = `${REPOSITORY}tests/browser/`;
const FILM = "model/samples/kermany_person101_virus_187.jpeg";
const DICOM = "cr12.j2k.dcm";

/** A site: what `evax vendor` copies, a film, and a page made by `finish`. */
async function makeSite(name, finish) {
  const folder = `${REPOSITORY}build/library-${name}`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await vendor(folder, [`${REPOSITORY}model/demo`]);
  await cp(`${REPOSITORY}${FILM}`, `${folder}/film.jpeg`);
  await cp(`${HERE}library.html`, `${folder}/library.html`);
  await finish(folder);
  return folder;
}

const SITES = {
  "unbundled from a folder": async (folder) => {
    const source = await readFile(`${HERE}library.js`, "utf8");
    await writeFile(`${folder}/library.js`, source.replace('"eva-x-web"', '"./evax.js"'));
  },
  "in the package's one file": async (folder) => {
    const source = await readFile(`${HERE}library.js`, "utf8");
    await writeFile(`${folder}/library.js`, source.replace('"eva-x-web"', '"./evax.bundle.js"'));
  },
  "bundled by esbuild": (folder) => bundle([`${HERE}library.js`], folder),
};

/** What comes of loading the model again where the server has lost its chunks: from the weights that the browser kept,
 * without them, and when a byte of them has been changed. */
async function loadsWithoutChunks(page, server) {
  server.fault(".bin", BAD.status(404));
  return page.evaluate(async () => {
    const outcome = (options) => evax.load({ model: "model/", variant: "simd128", ...options })
      .then((engine) => {
        engine.dispose();
        return "loaded";
      }, ({ code }) => code);
    const outcomes = [await outcome({}), await outcome({ keep: false })];
    if (!navigator.storage) return outcomes;
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("eva-x-web");
    for await (const file of folder.values()) {
      const writable = await /** @type {FileSystemFileHandle} */ (file).createWritable({ keepExistingData: true });
      await writable.write({ type: "write", position: 4711, data: new Uint8Array([1, 2, 3]) });
      await writable.close();
    }
    return [...outcomes, await outcome({})];
  });
}

after(closeBrowsers);

for (const name of CHOSEN) {
  describe(name, () => {
    let browser, expected;
    before(async () => {
      browser = await sharedBrowser(name);
      const engine = await load({ model: `${REPOSITORY}model/demo`, variant: "simd128" });
      const film = await readFile(REPOSITORY + FILM);
      const analysis = await engine.analyze(film);
      const maps = [analysis, await engine.infer(await engine.preprocess(film))].map(async (result) =>
        [...(await engine.explain(result, "Edema")).raw]);
      expected = [analysis.findings.map(({ logit }) => logit), ...await Promise.all(maps)];
    });

    for (const [way, finish] of Object.entries(SITES)) {
      test(`${way}: Node's logits and maps, in a worker and on the page's thread`, async (t) => {
        const folder = await makeSite(`${name}-${way.replaceAll(" ", "-")}`, finish);
        const server = await openServer(t, folder);
        const page = await openHarness(t, browser, server, { file: "library.html" });
        for (const worker of [true, false]) {
          const logits = await page.evaluate(async (where) => {
            const engine = await evax.load({ model: "model/", variant: "simd128", worker: where });
            const film = new Uint8Array(await (await fetch("film.jpeg")).arrayBuffer());
            const analysis = await engine.analyze(film);
            const again = await engine.infer(await engine.preprocess(film));
            const maps = [];
            for (const result of [analysis, again]) {
              maps.push([...(await engine.explain(result, "Edema")).raw]);
            }
            const foreign = await engine.explain({ ...again, embedding: [0] }, "Edema").catch((error) => error.code);
            engine.dispose();
            const late = await engine.explain(again, "Edema").catch((error) => error.code);
            const code = await engine.analyze(film).catch((error) => error.code);
            const logits = analysis.findings.map(({ logit }) => logit);
            return [logits, [...again.logits], maps, foreign, late, code, engine.memoryBytes];
          }, worker);
          const [first, ...maps] = expected;
          assert.deepEqual(logits, [first, first, maps, "RESULT_UNKNOWN", "DISPOSED", "DISPOSED", 0]);
        }
        // Safari keeps weights; WebKitGTK has no folder to keep them in.
        const outcomes = name === "webkit" ? ["CHUNK_MISSING", "CHUNK_MISSING"] : ["loaded", "CHUNK_MISSING", "CHUNK_MISSING"];
        assert.deepEqual(await loadsWithoutChunks(page, server), outcomes);
      });
    }

    for (const [way, finish] of Object.entries(SITES)) {
      test(`${way}: a checkpoint is converted in a worker and on the page's thread, into Node's model`, async (t) => {
        const folder = await makeSite(`${name}-checkpoint-${way.replaceAll(" ", "-")}`, finish);
        const checkpoint = `${REPOSITORY}tests/golden/nano_s_ft.pth`;
        await cp(checkpoint, `${folder}/nano.pth`);
        const server = await openServer(t, folder);
        const page = await openHarness(t, browser, server, { file: "library.html" });
        const { hash } = await convert(checkpoint);
        for (const worker of [true, false]) {
          const found = await page.evaluate(async (where) => {
            const model = new File([await (await fetch("nano.pth")).blob()], "nano_s_ft.pth");
            const engine = await evax.load({ model, worker: where });
            return engine.info.modelHash;
          }, worker);
          assert.equal(found, hash);
        }
        const converters = server.asked.filter((path) => /convert-worker/.test(path));
        assert.equal(converters.length, 1, "worker: false starts none");
      });
    }

    test("a page without the worker's file is told what to copy", async (t) => {
      const folder = await makeSite(`${name}-missing`, SITES["unbundled from a folder"]);
      const server = await openServer(t, folder);
      server.fault("engine-worker.bundle.js", BAD.status(404));
      const page = await openHarness(t, browser, server, { file: "library.html" });
      const { code, hint, message } = await page.evaluate(() =>
        evax.load({ model: "model/" }).then(() => null, ({ code, hint, message }) => ({ code, hint, message })));
      assert.equal(code, "WORKER_LOAD");
      assert.match(message, /\/worker\/engine-worker\.bundle\.js: the server answered 404$/);
      assert.match(hint, /evax vendor/);
    });

    /* What a page gets from the package: the logits of a film, of a DICOM file whose frame a worker decodes, and the
     * hash of a converted checkpoint. */
    const everything = (page, script, options) => page.evaluate(async (address, more) => {
      const { convert, load } = await import(address);
      const bytes = async (file) => new Uint8Array(await (await fetch(file)).arrayBuffer());
      const engine = await load({ model: new URL("model/", location.href), variant: "simd128", ...more });
      const [film, dicom] = [await bytes("film.jpeg"), await bytes("film.dcm")];
      const { findings } = await engine.analyze(film);
      const { input } = await engine.analyze(dicom);
      const checkpoint = new File([await bytes("nano.pth")], "nano_s_ft.pth");
      const { hash } = await convert(checkpoint, { dtype: "f32", assets: more.assets });
      return [findings.map(({ logit }) => logit), input.format, hash];
    }, script, options);

    const wanted = async () =>
      [expected[0], "dicom", (await convert(`${REPOSITORY}tests/golden/nano_s_ft.pth`, { dtype: "f32" })).hash];

    const addFiles = async (folder) => {
      await cp(`${REPOSITORY}tests/golden/nano_s_ft.pth`, `${folder}/nano.pth`);
      await cp(`${REPOSITORY}tests/web/dicom/files/${DICOM}`, `${folder}/film.dcm`);
    };

    test("the package can lie on another origin that allows it, worker scripts and all", async (t) => {
      const folder = await makeSite(`${name}-elsewhere`, SITES["unbundled from a folder"]);
      await addFiles(folder);
      const own = await readFile(`${folder}/library.html`, "utf8");
      await writeFile(`${folder}/library.html`, own.replace(/<meta http-equiv.*\n/, "")); // the policy is of one origin
      const [server, other] = [await openServer(t, folder), await openServer(t, folder)];
      for (const kind of [".js", ".wasm", ".bin"]) {
        other.fault(kind, (_, response) => {
          response.setHeader("access-control-allow-origin", "*");
          return false;
        });
      }
      const page = await openHarness(t, browser, server, { file: "library.html" });
      assert.deepEqual(await everything(page, `${other.url}evax.js`, {}), await wanted());
      assert.ok(!server.asked.some((path) => /worker\.bundle|\.wasm$/.test(path)));
      const refused = await everything(page, `${other.url}evax.js`,
        { assets: { engineWorker: `${other.url}nowhere.js` } }).catch(({ message }) => message);
      assert.match(refused, /nowhere\.js: the server answered 404/);
    });

    test("a bundle whose files lie in another folder is told which: assets", async (t) => {
      const folder = await makeSite(`${name}-assets`, SITES["bundled by esbuild"]);
      await addFiles(folder);
      await mkdir(`${folder}/files`);
      for (const part of ["worker", "dicom", "wasm", "convert"]) await rename(`${folder}/${part}`, `${folder}/files/${part}`);
      const server = await openServer(t, folder);
      const page = await openHarness(t, browser, server, { file: "library.html" });
      assert.deepEqual(await everything(page, `${server.url}library.js`, { assets: { base: "files" } }), await wanted());
    });

    test("a canvas is analyzed in the worker as its pixels are on the page", async (t) => {
      const folder = await makeSite(`${name}-canvas`, SITES["unbundled from a folder"]);
      const server = await openServer(t, folder);
      const page = await openHarness(t, browser, server, { file: "library.html" });
      const [inWorker, here] = await page.evaluate(async () => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [300, 260];
        const context = canvas.getContext("2d");
        for (let i = 0; i < 300; i++) {
          context.fillStyle = `rgb(${i % 256} ${(7 * i) % 256} ${(3 * i) % 256})`;
          context.fillRect(i, (i * 13) % 200, 40, 60);
        }
        const logits = async (worker) => {
          const engine = await evax.load({ model: "model/", variant: "simd128", worker });
          const { findings } = await engine.analyze(canvas);
          return findings.map(({ logit }) => logit);
        };
        return [await logits(true), await logits(false)];
      });
      assert.deepEqual(inWorker, here);
    });

    test("a film is read from whatever a page has: addresses, responses, streams, files, images, frames, pixels", async (t) => {
      const folder = await makeSite(`${name}-inputs`, SITES["unbundled from a folder"]);
      const page = await inputsPage(t, folder, browser);
      const found = await page.evaluate(async () => {
        const bytes = new Uint8Array(await (await fetch("film.png")).arrayBuffer());
        const list = new DataTransfer();
        for (const part of [bytes, new Uint8Array(9), bytes]) list.items.add(new File([part], "film.png"));
        const image = new Image();
        image.src = "film.png"; // not waited for
        const bitmap = await createImageBitmap(new Blob([bytes]));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext("2d");
        context.drawImage(bitmap, 0, 0);
        const { data: rgba, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
        const gray = rgba.filter((_, i) => i % 4 === 0);
        const framed = document.createElement("iframe"); // whose classes are others
        document.body.append(framed);
        const ways = {
          bytes: () => bytes,
          "a DataView": () => new DataView(bytes.buffer),
          "an address": () => "film.png",
          "a URL": () => new URL("film.png", location.href),
          "a blob: address": () => URL.createObjectURL(new Blob([bytes])),
          "a response": () => fetch("film.png"),
          "another window's response": () => framed.contentWindow.fetch(new URL("film.png", location.href)),
          "a stream": () => new Blob([bytes]).stream(),
          "a file of a list": () => list.files[0],
          "an image element": () => image,
          "a bitmap": () => createImageBitmap(bitmap),
          "a canvas": () => canvas,
          "image data": () => context.getImageData(0, 0, width, height),
          "RGB pixels": () => ({ data: rgba.filter((_, i) => i % 4 !== 3), width, height }),
          "floats in a range": () => ({ data: Float32Array.from(gray, (v) => v / 255), width, height,
            range: /** @type {[number, number]} */ ([0, 1]) }),
          ...(globalThis.VideoFrame && { "a video frame": () => new VideoFrame(canvas, { timestamp: 0 }) }),
        };
        const tainted = new Image();
        tainted.src = globalThis.elsewhere;
        const refused = {
          "another origin's address": () => globalThis.elsewhere,
          "another origin's image": () => tainted,
          "an image that does not come": () => Object.assign(new Image(), { src: "nowhere.png" }),
          "a response that failed": () => fetch("nowhere.png"),
          "a list of files": () => list.files,
          "an element that is no picture": () => document.body,
        };
        const all = {};
        for (const worker of [true, false]) {
          const engine = await evax.load({ model: "model/", variant: "simd128", worker });
          const textOf = ({ findings }) => findings.map(({ logit }) => logit).join();
          const one = textOf(await engine.analyze(bytes));
          for (const [what, make] of Object.entries(ways)) {
            const text = await engine.analyze(await make()).then(textOf, ({ message }) => message);
            all[`${what}, worker ${worker}`] = text === one ? "the same" : text;
          }
          for (const [what, make] of Object.entries(refused)) {
            all[`${what}, worker ${worker}`] = await engine.analyze(/** @type {any} */ (await make())).then(() => "read", ({ code }) => code);
          }
          const outcomes = [];
          for await (const { index, analysis, error } of engine.analyzeAll(list.files, { concurrency: worker ? 2 : 1 })) {
            outcomes.push([index, analysis ? textOf(analysis) === one : error.code]);
            if (!analysis) continue;
            const maps = [];
            for (const copy of [analysis, structuredClone(analysis), JSON.parse(JSON.stringify(analysis))]) {
              maps.push((await engine.explain(copy, "Edema")).raw.join());
            }
            outcomes.push(new Set(maps).size);
          }
          all[`all files of a list, worker ${worker}`] = JSON.stringify(outcomes);
          engine.dispose();
        }
        return [all, Object.keys(ways), Object.keys(refused)];
      });
      const [all, ways, refused] = found;
      const codes = ["INPUT_UNREADABLE", "INPUT_UNREADABLE", "INPUT_UNREADABLE", "INPUT_UNREADABLE", "INPUT_TYPE", "INPUT_TYPE"];
      const wantedHere = (worker) => Object.fromEntries([
        ...ways.map((what) => [`${what}, worker ${worker}`, "the same"]),
        ...refused.map((what, i) => [`${what}, worker ${worker}`, codes[i]]),
        [`all files of a list, worker ${worker}`, JSON.stringify([[0, true], 1, [1, "IMAGE_FORMAT"], [2, true], 1])],
      ]);
      assert.deepEqual(all, { ...wantedHere(true), ...wantedHere(false) });
    });
  });
}

/** The page of the package with a film in PNG, which all browsers decode to the same pixels, and images allowed;
 * "elsewhere" is the film's address on another origin. */
async function inputsPage(t, folder, browser) {
  const [columns, rows] = [310, 270];
  const data = Uint8Array.from({ length: columns * rows }, (_, i) => ((i % columns) * 3 + (i / columns) * 5) % 256);
  await writeFile(`${folder}/film.png`, pngOf({ rows, columns, data }));
  const own = await readFile(`${folder}/library.html`, "utf8");
  await writeFile(`${folder}/library.html`, own.replace("default-src 'none';", "default-src 'none'; img-src * blob:;")
    .replace("connect-src 'self'", "connect-src 'self' blob:").replace("worker-src", "frame-src 'self'; worker-src"));
  const [server, other] = [await openServer(t, folder), await openServer(t, folder)];
  const page = await openHarness(t, browser, server, { file: "library.html" });
  await page.evaluate((address) => { globalThis.elsewhere = address; }, `${other.url}film.png`);
  return page;
}
