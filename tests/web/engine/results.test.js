/* Many films through analyzeAll(), and what can be done with results: copied, written, put behind proxies, and still
 * explained. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { load } from "../../../web/evax-node.js";
import { at, film, withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const SIDE = 40;
/** Films that differ. */
const filmOf = (i) => ({
  data: Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at * (i + 3)) % 251), width: SIDE, height: SIDE,
});
const films = Array.from({ length: 12 }, (_, i) => (i % 5 === 4 ? new Uint8Array(100) : filmOf(i)));

/** As Vue's reactive() and MobX' observable() do: objects and lists behind proxies, typed arrays as they are. */
function reactive(value) {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return new Proxy(value, { get: (target, name, receiver) => reactive(Reflect.get(target, name, receiver)) });
}

for (const worker of [false, true]) {
  describe(worker ? "in a thread of its own" : "on the calling thread", () => {
    let engine, expected;
    const collect = async (results) => {
      const all = [];
      for await (const outcome of results) all.push(outcome);
      return all;
    };
    before(async () => {
      engine = await load({ model: memorySource(tinyModel()), worker });
      expected = [];
      for (const each of films) expected.push(await engine.analyze(each).then(({ findings }) => findings, ({ code }) => code));
    });
    after(() => engine.dispose());

    for (const concurrency of [1, 3]) {
      test(`analyzeAll with ${concurrency} at a time: the films' order, and an error stops nothing`, async () => {
        const many = {
          array: films, set: new Set(films),
          async: (async function* later() { yield* films; })(),
        };
        for (const [what, list] of Object.entries(many)) {
          const outcomes = await collect(engine.analyzeAll(list, { concurrency }));
          assert.deepEqual(outcomes.map(({ index }) => index), films.map((_, i) => i), what);
          assert.deepEqual(outcomes.map(({ analysis, error }) => analysis?.findings ?? error.code), expected, what);
          outcomes.forEach(({ input, analysis, error }, i) => {
            assert.equal(input, films[i]);
            assert.ok((analysis === null) !== (error === null));
          });
        }
      });
    }

    test("a result of any of several engines is explained by the one that was asked", async () => {
      const outcomes = await collect(engine.analyzeAll(films.slice(0, 4), { concurrency: 2 }));
      for (const { analysis, input } of outcomes) {
        const map = await engine.explain(analysis, "Finding 1");
        assert.deepEqual(map, await engine.explain(await engine.analyze(input), "Finding 1"));
      }
    });

    test("what cannot be iterated, and options that are none, are refused", async () => {
      for (const wrong of [null, 7, "film.png", new Uint8Array(8), filmOf(0)]) {
        await assert.rejects(collect(engine.analyzeAll(/** @type {any} */ (wrong))), withCode("INPUT_TYPE", /analyzeAll/));
      }
      for (const concurrency of [0, 1.5, 65, "2"]) {
        await assert.rejects(collect(engine.analyzeAll([], { concurrency: /** @type {any} */ (concurrency) })),
          withCode("OPTION_INVALID", /concurrency/));
      }
      await assert.rejects(collect(engine.analyzeAll([], /** @type {any} */ ({ concurency: 2 }))),
        withCode("OPTION_INVALID", /concurrency/));
    });

    test("an abort ends it with the signal's reason, and the engine is ready for the next film", async () => {
      const cancel = new AbortController();
      const seen = [];
      await assert.rejects(async () => {
        for await (const outcome of engine.analyzeAll(films, { concurrency: 2, signal: cancel.signal })) {
          seen.push(outcome);
          cancel.abort(new Error("enough"));
        }
      }, /enough/);
      assert.ok(seen.length < films.length);
      assert.deepEqual((await engine.analyze(films[0])).findings, expected[0]);
    });

    test("a result that is copied, written, spread or behind a proxy is explained as it is itself", async () => {
      const result = await engine.analyze(filmOf(1));
      const map = await engine.explain(result, "Finding 2");
      await engine.analyze(filmOf(2)); // its activations are gone
      const copies = {
        clone: structuredClone(result), json: JSON.parse(JSON.stringify(result)), spread: { ...result },
        proxy: reactive(result), "a proxy's copy": { ...reactive(result) },
      };
      for (const [what, copy] of Object.entries(copies)) {
        assert.deepEqual(await engine.explain(copy, "Finding 2"), map, what);
        assert.deepEqual([...copy.embedding], [...result.embedding], what);
      }
      assert.ok(Array.isArray(copies.json.embedding));
      assert.deepEqual(copies.clone, result);
      assert.deepEqual(copies.json.findings, JSON.parse(JSON.stringify(result.findings)));
    });

    test("a copy with pictures is explained however many films came since, one without is refused", async () => {
      const [plain, full] = [await engine.analyze(filmOf(3)), await engine.analyze(filmOf(4), { pictures: true })];
      const map = await engine.explain(full, "Finding 0");
      for (let i = 0; i < 32; i++) await engine.analyze(filmOf(10 + i));
      assert.deepEqual(await engine.explain(structuredClone(full), "Finding 0"), map);
      await assert.rejects(engine.explain(structuredClone(plain), "Finding 0"), withCode("RESULT_UNKNOWN"));
      assert.equal((await engine.explain(plain, "Finding 0")).label, "Finding 0");
    });

    test("a custom finding is trained on and applied to results that were JSON", async () => {
      const written = await Promise.all([1, 2, 3, 5].map(async (i) => JSON.parse(JSON.stringify(await engine.analyze(filmOf(i))))));
      const head = await engine.head.fit({ name: "Odd", positive: written.slice(0, 2), negative: written.slice(2) });
      assert.deepEqual(await engine.head.apply(head, written[0]), await engine.head.apply(head, await engine.analyze(filmOf(1))));
    });

    test("using and await using dispose an engine", async () => {
      for (const name of ["dispose", "asyncDispose"]) {
        const other = await load({ model: memorySource(tinyModel()), worker });
        await other[Symbol[name]]();
        await assert.rejects(other.analyze(film()), withCode("DISPOSED"));
      }
    });
  });
}

test("load takes a path alone, and a process whose analyzeAll was left early ends", () => {
  const script = `
    import { load } from ${JSON.stringify(at("web", "evax-node.js"))};
    const engine = await load(${JSON.stringify(at("model", "demo"))});
    const films = Array(50).fill(${JSON.stringify(at("model", "samples", "nih_00000001_000.png"))});
    for await (const { analysis } of engine.analyzeAll(films, { concurrency: 2 })) {
      console.log(analysis.findings.length);
      break;
    }`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script],
    { encoding: "utf8", timeout: 120_000 });
  assert.deepEqual([status, stdout, stderr], [0, "14\n", ""]);
});
