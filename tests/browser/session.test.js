/* session.test.js - a session in real browsers: load, analyze, offline, cancel, and every fault. It runs in the
 * harness's page here; in the room, sealed, in seal.test.js.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { load } from "../../web/evax-node.js";
import { manifestBytes } from "../support/manifest-bytes.js";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { BAD, REPOSITORY, buildSite, once, openHarness, openServer, openSession } from "./stage.js";

const SAMPLES = `${REPOSITORY}model/samples/`;
const DICOM_FILM = await readFile(`${REPOSITORY}tests/web/dicom/files/cr12.jls.dcm`);
const MODEL = JSON.parse(await readFile(`${REPOSITORY}model/demo/manifest.json`, "utf8"));
const LAST = MODEL.chunks.at(-1);

/** Logits of every sample film in Node, by file name. */
async function nodeLogits() {
  const engine = await load({ model: `${REPOSITORY}model/demo`, variant: "simd128" });
  const films = (await readdir(SAMPLES)).filter((name) => /\.(png|jpeg)$/.test(name));
  const all = {};
  for (const film of films) {
    const { findings } = await engine.analyze(await readFile(SAMPLES + film));
    all[film] = findings.map(({ logit }) => logit);
  }
  return all;
}

/** Paths without the hash of the model's folder. */
const short = (paths) => paths.map((path) => path.replace(/demo-[0-9a-f]{12}/, "demo"));

/** Fetches the films by name. */
const fetchFilms = (page, names) => page.evaluate(async (list) => {
  globalThis.films = await Promise.all(list.map(async (name) =>
    (await fetch(`model/samples/${name}`)).blob()));
}, names);

/** Workers that die, as one without memory does, when they are told or tell of `trap.stage`; at the
 * stage "decoder" those that decode a frame get nothing to do instead, and hang. */
const trapWorkers = (page) => page.evaluate(() => {
  const trap = { stage: "", hanging: 0 };
  const perish = (worker) =>
    worker.dispatchEvent(new ErrorEvent("error", { message: "out of memory" }));
  globalThis.trap = trap;
  globalThis.Worker = class extends Worker {
    constructor(address, options) {
      super(address, options);
      this.addEventListener("message", ({ data }) => {
        if (trap.stage && data?.name === trap.stage) perish(this);
      });
    }

    postMessage(message, ...rest) {
      this.hangs = trap.stage === "decoder" && message?.decoder !== undefined;
      if (this.hangs) trap.hanging++;
      else super.postMessage(message, ...rest);
      if (trap.stage && message?.name === trap.stage) queueMicrotask(() => perish(this));
    }

    terminate() {
      if (this.hangs) trap.hanging--;
      super.terminate();
    }
  };
});

/** A private session of WebKit keeps a cache only while a page has it open. */
const holdCache = (page) => page.evaluate(async () => { globalThis.held = await caches.open("evax-models-1"); });

/** Logits of the films that were fetched. */
const analyzeAll = (page) => page.evaluate(() => Promise.all(globalThis.films.map(async (film) =>
  (await session.analyze(film)).findings.map(({ logit }) => logit))));

after(closeBrowsers);

for (const name of CHOSEN) {
  describe(name, () => {
    let browser, folder, expected, names;
    before(async () => {
      folder = await buildSite(`site-${name}`);
      browser = await sharedBrowser(name);
      expected = await nodeLogits();
      names = Object.keys(expected);
    });
    const stage = async (t) => {
      const server = await openServer(t, folder);
      return { server, page: await openHarness(t, browser, server) };
    };

    test("inspect fetches the manifest and nothing else", async (t) => {
      const { server, page } = await stage(t);
      const before = server.asked.length;
      const model = await page.evaluate(() => new evax.Session({ model: "model/demo/" }).inspect());
      assert.equal(model.bytes, MODEL.stream_bytes);
      assert.equal(model.cachedBytes, 0);
      assert.match(model.modelHash, /^[0-9a-f]{64}$/);
      assert.deepEqual(short(server.asked.slice(before)), ["model/demo/manifest.json"]);
    });

    test("sample films give Node's logits to the bit", async (t) => {
      const { page } = await stage(t);
      await fetchFilms(page, names);
      for (const variant of ["simd128", "relaxed"]) {
        const skip = variant === "relaxed" && name === "webkit" && "WebKit has no relaxed SIMD";
        await t.test(`in ${variant}`, { skip }, async () => {
          assert.deepEqual(await openSession(page, { variant }), { ok: true, state: "ready" });
          assert.deepEqual(await analyzeAll(page), Object.values(expected), variant);
          assert.equal(await page.evaluate(() => session.info.variant), variant);
          await page.evaluate(() => session.dispose());
        });
      }
    });

    test("an isolated page starts threads, which give the same bits and end with the engine's worker", async (t) => {
      const server = await openServer(t, folder, { isolated: true });
      const page = await openHarness(t, browser, server);
      await fetchFilms(page, names);
      assert.deepEqual(await openSession(page, { threads: 2 }), { ok: true, state: "ready" });
      assert.deepEqual(await analyzeAll(page), Object.values(expected));
      const info = await page.evaluate(() => session.info); // a thread may have come after the first
      assert.deepEqual([info.module, info.threads, info.threadsNote], ["simd128-mt", 2, ""]);
      assert.match(info.engineHash, /^[0-9a-f]{64}$/);
      assert.match(await page.evaluate(() => session.diagnostics()), /simd128-mt, kernels: .*; threads: 2,/);
      assert.equal(await page.evaluate(() => session.seal.state), "unsealed");
      const ended = () => page.evaluate(() => workerThreads.map((workerThread) => workerThread.ended ?? false));
      assert.deepEqual(await ended(), [false]);
      await page.evaluate(() => workers[0].dispatchEvent(new ErrorEvent("error")));
      assert.deepEqual(await ended(), [true]);
    });

    test("a second visit needs no network", async (t) => {
      const { server, page } = await stage(t);
      const offline = await page.evaluate(() => evax.startOffline("service-worker.js", () => {}));
      assert.deepEqual(offline, { ready: true, reason: "" });
      await fetchFilms(page, names);
      await openSession(page);
      server.fall();
      await page.reload();
      await page.waitForFunction(() => globalThis.evax);
      assert.equal((await openSession(page)).ok, true);
      const files = await page.evaluate(() => session.seal.files.map(({ fromCache }) => fromCache));
      assert.deepEqual(files.slice(1, 1 + MODEL.chunks.length), MODEL.chunks.map(() => true));
    });

    test("a canceled download resumes where it stopped", async (t) => {
      const { server, page } = await stage(t);
      server.fault(LAST.file, once(BAD.stalled));
      const canceled = await page.evaluate(async (chunks) => {
        const stop = new AbortController();
        const put = Cache.prototype.put;
        const begun = new Promise((resolve) => {
          Cache.prototype.put = async function (request, response) {
            if (--chunks === 0) resolve(null);
            await new Promise((stored) => setTimeout(stored, 300));
            return put.call(this, request, response);
          };
        });
        globalThis.session = new evax.Session({ model: "model/demo/" });
        const opened = session.open({ signal: stop.signal });
        await begun; // the chunks are verified, and none is stored yet
        stop.abort();
        const name = await opened.catch((error) => error.name);
        const { cachedBytes } = await session.inspect();
        return { name, state: session.state, seal: session.seal.state, cachedBytes };
      }, MODEL.chunks.length - 1);
      const cachedBytes = MODEL.stream_bytes - LAST.bytes;
      assert.deepEqual(canceled, { name: "AbortError", state: "idle", seal: "unsealed", cachedBytes });
      const before = server.asked.length;
      assert.equal(await page.evaluate(() => session.open().then(() => session.state)), "ready");
      const again = server.asked.slice(before).filter((path) => /^model\/.*\.bin$/.test(path));
      assert.deepEqual(short(again), [`model/demo/${LAST.file}`]);
    });

    /* Pages cost more than sessions: these tests share one. The first session fetches the model, the others have it from
     * the cache. */
    test("session after session in one page", async (t) => {
      const { server, page } = await stage(t);
      await fetchFilms(page, names);
      const openNext = async (options) => {
        await page.evaluate(() => globalThis.session?.dispose());
        assert.equal((await openSession(page, options)).ok, true);
      };
      await t.test("progress is monotonic and ends at the total", async () => {
        await openNext();
        const progress = await page.evaluate(() => globalThis.progress);
        const phases = [...new Set(progress.map(({ phase }) => phase))];
        assert.deepEqual(phases, ["manifest", "weights", "seal", "engine", "self-test", "ready"]);
        const bytes = progress.map(({ loadedBytes }) => loadedBytes);
        assert.deepEqual(bytes, bytes.toSorted((a, b) => a - b));
        assert.equal(bytes.at(-1), progress.at(-1).totalBytes);
      });

      await t.test("a page that is not isolated has one thread, and says why", async () => {
        await openNext({ threads: 2 });
        const { module, threads, threadsNote } = await page.evaluate(() => session.info);
        assert.deepEqual([module, threads], ["simd128", 1]);
        assert.match(threadsNote, /not cross-origin isolated/);
      });

      await t.test("a film comes with its picture and with what the model saw of it", async () => {
        await openNext();
        const { picture, seen, ...rest } = await page.evaluate(async (film) => {
          const { picture, seen } = await session.analyze(films[film]);
          const bitmap = await createImageBitmap(films[film]);
          const canvas = new OffscreenCanvas(1024, 1024);
          const context = canvas.getContext("2d");
          context.drawImage(bitmap, 0, 0);
          const { data } = context.getImageData(0, 0, 1024, 1024);
          const same = picture.data.every((value, i) => value === data[4 * i]);
          return { picture: { ...picture, data: 0 }, seen: [seen.size, seen.data.length], same };
        }, names.indexOf("nih_00000001_000.png"));
        assert.deepEqual(picture, { width: 1024, height: 1024, channels: 1, data: 0 });
        assert.deepEqual(seen, [224, 224 * 224]);
        assert.ok(rest.same, "the picture is not the film");
      });

      await t.test("films are aborted while they wait or run, and the others finish", async () => {
        await openNext();
        const outcome = await page.evaluate(async () => {
          const [running, waiting] = [new AbortController(), new AbortController()];
          const results = [
            session.analyze(films[0], { signal: running.signal }),
            session.analyze(films[1], { signal: waiting.signal }),
            session.analyze(films[2]),
          ];
          waiting.abort();
          evax.yieldToEventLoop().then(() => running.abort()); // timers are slow in tabs that nobody sees
          const settled = /** @type {any[]} */ (await Promise.allSettled(results));
          return settled.map(({ reason, value }) => reason?.name ?? value.findings[0].logit);
        });
        assert.deepEqual(outcome, ["AbortError", "AbortError", Object.values(expected)[2][0]]);
      });

      await t.test("one bad film does not stop the next", async () => {
        await openNext();
        const outcome = await page.evaluate(async () => {
          const large = new Blob([new Uint8Array(200_000_000)]);
          const inputs = /** @type {any[]} */ ([new Blob(["no film"]), films[0].slice(0, 9000), () => {}, large, films[0]]);
          const settled = /** @type {any[]} */ (await Promise.allSettled(inputs.map((input) => session.analyze(input))));
          return settled.map(({ reason, value }) => reason?.code ?? value.findings[0].logit);
        });
        assert.deepEqual(outcome.slice(0, 4),
          ["IMAGE_FORMAT", "IMAGE_TRUNCATED", "INPUT_TYPE", "IMAGE_FORMAT"]);
        assert.equal(outcome[4], Object.values(expected)[0][0]);
      });

      await t.test("when the engine's worker dies its film fails, and the next gets a new worker", async () => {
        await openNext();
        const before = server.asked.length;
        const outcome = await page.evaluate(async () => {
          const film = session.analyze(films[0]);
          await evax.yieldToEventLoop(); // timers are slow in tabs that nobody sees
          workers.at(-1).dispatchEvent(new ErrorEvent("error", { message: "out of memory" }));
          const code = await film.catch((error) => error.code);
          const { findings } = await session.analyze(films[0]);
          return { code, logit: findings[0].logit, text: session.diagnostics() };
        });
        assert.equal(outcome.code, "WORKER_DIED");
        assert.equal(outcome.logit, Object.values(expected)[0][0]);
        assert.match(outcome.text, /restarts 1/);
        assert.deepEqual(server.asked.slice(before), []);
      });

      await t.test("when the engine traps its film fails, and the next gets a new worker", async () => {
        await openNext();
        const outcome = await page.evaluate(async () => {
          const worker = workers.at(-1);
          worker.postMessage = ({ call: reply }) => {
            const data = { reply, error: { code: "WASM_TRAP", detail: "evax_step: unreachable" } };
            queueMicrotask(() => worker.dispatchEvent(new MessageEvent("message", { data })));
          };
          const code = await session.analyze(films[0]).catch((error) => error.code);
          const logit = await session.analyze(films[0]).then(
            ({ findings }) => findings[0].logit, (error) => error.code);
          return { code, logit, ended: worker.ended, text: session.diagnostics() };
        });
        assert.deepEqual([outcome.code, outcome.ended], ["WASM_TRAP", true]);
        assert.equal(outcome.logit, Object.values(expected)[0][0]);
        assert.match(outcome.text, /restarts 1/);
      });

      await t.test("an attention map of a film outlives the worker that read it", async () => {
        await openNext();
        const before = server.asked.length;
        const outcome = await page.evaluate(async () => {
          const analysis = await session.analyze(films[0]);
          const map = async () => [...(await session.explain(analysis, "Mass")).raw];
          const first = await map();
          await session.analyze(films[1]);
          workers.at(-1).dispatchEvent(new ErrorEvent("error", { message: "out of memory" }));
          const code = await session.explain(analysis, "Dust").catch((error) => error.code);
          return { same: String(first) === String(await map()), size: first.length, code };
        });
        assert.deepEqual(outcome, { same: true, size: 196, code: "LABEL_UNKNOWN" });
        assert.deepEqual(server.asked.slice(before), []);
      });

      await t.test("dispose ends the workers, and later calls say so", async () => {
        await openNext();
        const codes = await page.evaluate(async () => {
          const film = session.analyze(films[0]);
          session.dispose();
          const codeOf = (promise) => promise.catch((error) => error.code);
          const later = [session.analyze(films[0]), session.open()];
          return Promise.all([film, ...later].map(codeOf));
        });
        assert.deepEqual(codes, ["DISPOSED", "DISPOSED", "DISPOSED"]);
      });

      await trapWorkers(page); // for the next two
      await t.test("a worker that dies at any stage is an error there, and the next try works", async () => {
        const outcome = await page.evaluate(async (dicom) => {
          globalThis.session = new evax.Session({ model: "model/demo/", variant: "simd128" });
          const outcomes = [];
          const at = async (stage, work) => {
            trap.stage = stage;
            outcomes.push([stage, await work().then(() => "done", ({ code }) => code)]);
            trap.stage = "";
          };
          for (const name of ["load", "manifest", "chunk", "progress", "selfTest"]) {
            await at(name, () => session.open());
          }
          await session.open();
          const analysis = await session.analyze(films[0]);
          await at("analyze", () => session.analyze(films[0]));
          await at("runJob", () => session.analyze(new Uint8Array(dicom)));
          await at("explain", () => session.explain(analysis, "Mass"));
          const map = await session.explain(analysis, "Mass");
          const again = await session.analyze(films[0]);
          const logits = again.findings.map(({ logit }) => logit);
          return { outcomes, logits, map: map.raw.length, text: session.diagnostics() };
        }, [...DICOM_FILM]);
        assert.deepEqual(outcome.outcomes, [
          ...["load", "manifest", "chunk", "progress"].map((name) => [name, "WORKER_LOAD"]),
          ...["selfTest", "analyze", "runJob", "explain"].map((name) => [name, "WORKER_DIED"]),
        ]);
        assert.deepEqual(outcome.logits, Object.values(expected)[0]);
        assert.equal(outcome.map, 196);
        assert.match(outcome.text, /WORKER_DIED/);
        assert.doesNotMatch(outcome.text, /PLANTED/);
      });

      await t.test("a frame's decoder that hangs is ended by its time or by a cancel", async () => {
        await openNext();
        const outcome = await page.evaluate(async (dicom) => {
          trap.stage = "decoder";
          const codeOf = (work) => work.then(() => "done", ({ code, message }) => code || message);
          const cancel = new AbortController();
          const film = codeOf(session.analyze(new Uint8Array(dicom), { signal: cancel.signal }));
          while (!trap.hanging) await evax.yieldToEventLoop();
          cancel.abort(new Error("enough"));
          const codes = [await film];
          const later = globalThis.setTimeout;
          globalThis.setTimeout = /** @type {any} */ ((work, ms, ...rest) => later(work, ms >= 10_000 ? 50 : ms, ...rest));
          codes.push(await codeOf(session.analyze(new Uint8Array(dicom))));
          globalThis.setTimeout = later;
          trap.stage = "";
          const { findings } = await session.analyze(films[0]);
          const { input } = await session.analyze(new Uint8Array(dicom));
          return { codes, hanging: trap.hanging, logit: findings[0].logit, format: input.format };
        }, [...DICOM_FILM]);
        const logit = Object.values(expected)[0][0];
        assert.deepEqual(outcome,
          { codes: ["enough", "DICOM_LIMIT"], hanging: 0, logit, format: "dicom" });
      });
    });

    const DEADLY = [
      ["HTML for a chunk", "chunk-001.bin", BAD.html, "CHUNK_LENGTH"],
      ["a chunk of zeros", LAST.file, BAD.zeros(LAST.bytes), "CHUNK_HASH"],
      ["no chunk", "chunk-001.bin", BAD.status(404), "CHUNK_MISSING"],
      ["a server in trouble", "chunk-001.bin", BAD.status(500), "NETWORK"],
      ["a chunk that ends early", "chunk-001.bin", BAD.truncated, "NETWORK"],
      ["a connection that is reset", "chunk-001.bin", BAD.reset, "NETWORK"],
      ["HTML for the manifest", "manifest.json", BAD.html, "MANIFEST_INVALID"],
      ["no manifest", "manifest.json", BAD.status(404), "MODEL_NOT_FOUND"],
      ["HTML for the engine's script", "engine-worker.bin", BAD.html, "WORKER_LOAD"],
      ["no engine script", "engine-worker.bin", BAD.status(404), "WORKER_LOAD"],
      ["another engine script", "engine-worker.bin", BAD.zeros(1000), "SCRIPT_HASH"],
      ["another frame decoder", "frame-worker.bin", BAD.zeros(1000), "SCRIPT_HASH"],
      ["HTML for the module", "evax-simd128.wasm", BAD.html, "WASM_LOAD"],
      ["no module", "evax-simd128.wasm", BAD.status(404), "WASM_LOAD"],
    ];
    const PASSING = [
      ["a server in trouble once", "chunk-001.bin", BAD.status(503)],
      ["a chunk that ends early once", "chunk-001.bin", BAD.truncated],
      ["a connection that is reset once", LAST.file, BAD.reset],
      ["a damaged chunk once", LAST.file, BAD.zeros(LAST.bytes)],
      ["a connection that stalls once", LAST.file, BAD.stalled],
      ["the engine's script fails once", "engine-worker.bin", BAD.status(502)],
    ];
    /* One page for all of them, as what is opened begins anew each time: with an empty cache. */
    test("of a server that fails the session tells what is wrong, or asks again", async (t) => {
      const { server, page } = await stage(t);
      const forget = () => page.evaluate(async () => {
        session.dispose();
        for (const key of await caches.keys()) await caches.delete(key);
      });
      const openFaulty = async (file, answer) => {
        server.fault(file, answer);
        const opened = await openSession(page);
        await forget();
        server.mend();
        return opened;
      };
      for (const [what, file, answer, code] of DEADLY) {
        await t.test(`${what}: ${code}`, async () => {
          const { error, state } = await openFaulty(file, answer);
          assert.equal(error?.code, code, error?.message);
          assert.equal(state, "failed");
        });
      }
      for (const [what, file, answer] of PASSING) {
        await t.test(`${what} is asked again`, async () => {
          assert.deepEqual(await openFaulty(file, once(answer)), { ok: true, state: "ready" });
        });
      }
      await t.test("when the self-test fails the session fails, and analyzes nothing", async () => {
        const wrong = { logits: MODEL.labels.map(() => 9), tolerance: 0.25 };
        server.fault("manifest.json", (_, response) => {
          response.end(manifestBytes({ ...MODEL, self_test: wrong }));
          return true;
        });
        const { error, state } = await openSession(page);
        assert.equal(error.code, "SELF_TEST");
        assert.equal(state, "failed");
        const code = await page.evaluate(() => session.analyze(new Blob([])).catch((e) => e.code));
        assert.equal(code, "STATE");
        await forget();
        server.mend();
      });

      await t.test("without WebAssembly SIMD the error names Lockdown Mode", async () => {
        const error = await page.evaluate(async () => {
          const { validate } = WebAssembly;
          WebAssembly.validate = () => false;
          const session = new evax.Session({ model: "model/demo/" });
          const error = await session.open().then(() => null, ({ code, hint }) => ({ code, hint }));
          WebAssembly.validate = validate;
          return error;
        });
        assert.equal(error.code, "WASM_UNSUPPORTED");
        assert.match(error.hint, /Lockdown Mode/);
      });

      await t.test("a first visit without a network says so", async () => {
        await forget();
        server.fall();
        const { error, state } = await openSession(page);
        assert.equal(error.code, "NETWORK");
        assert.equal(state, "failed");
        assert.match(error.hint, /connection/);
      });
    });

    test("a poisoned cache is noticed, and the bad chunk alone is fetched again", async (t) => {
      const { server, page } = await stage(t);
      await openSession(page);
      if (name === "webkit") await holdCache(await openHarness(t, browser, server, { context: page.browserContext() }));
      await page.reload();
      await page.waitForFunction(() => globalThis.evax);
      await page.evaluate(async () => {
        const cache = await caches.open("evax-models-1");
        const bad = (await cache.keys()).find(({ url }) => url.includes("chunk-001"));
        await cache.put(bad, new Response(new Uint8Array(2_097_152)));
      });
      const before = server.asked.length;
      assert.equal((await openSession(page)).ok, true);
      const again = server.asked.slice(before).filter((path) => /^model\/.*\.bin$/.test(path));
      assert.deepEqual(short(again), ["model/demo/chunk-001.bin"]);
      await page.reload();
      await page.waitForFunction(() => globalThis.evax);
      await openSession(page);
      const origins = await page.evaluate(() => session.seal.files.map(({ fromCache }) => fromCache));
      assert.deepEqual(origins.slice(1, 1 + MODEL.chunks.length), MODEL.chunks.map(() => true));
    });

    test("two tabs open the model at once", async (t) => {
      const { server, page } = await stage(t);
      const other = await openHarness(t, browser, server, { context: page.browserContext() });
      const [one, two] = await Promise.all([openSession(page), openSession(other)]);
      assert.ok(one.ok && two.ok);
    });
  });
}
