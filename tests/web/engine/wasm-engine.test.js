/* The modules: which one runs here, and what else is refused. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { load } from "../../../web/evax-node.js";
import { ERROR_CODES } from "../../../web/base/errors.js";
import { WasmEngine, pickVariant } from "../../../web/engine/wasm-engine.js";
import { WasmInstance, compile } from "../../../web/engine/wasm-instance.js";
import { DEMO, VARIANTS, at, moduleBytes, withCode } from "../../support/repository.js";
import { withWrong } from "../../support/wrong-instruction.js";
import { serveModel } from "../../support/server.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const tiny = () => memorySource(tinyModel());

test("auto takes relaxed SIMD where it validates, and says what it took", async () => {
  const { info } = await load({ model: tiny() });
  assert.equal(info.variant, VARIANTS.at(-1));
  assert.equal((await load({ model: tiny(), variant: "simd128" })).info.variant, "simd128");
  if (VARIANTS.includes("relaxed")) return;
  assert.throws(() => pickVariant("relaxed"), withCode("WASM_UNSUPPORTED", /relaxed/));
});

test("modules are at most 150 kB and import the growth notice, with threads memory, no more", () => {
  const variants = /** @type {const} */ (["simd128", "relaxed"]);
  const each = variants.flatMap((variant) => [{ variant, threads: "" }, { variant, threads: "-mt" }]);
  for (const { variant, threads } of each) {
    const bytes = moduleBytes(`${variant}${threads}`);
    assert.ok(bytes.length <= 150_000, `${variant}: ${bytes.length} bytes`);
    if (!VARIANTS.includes(variant)) continue;
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
    assert.deepEqual(imports.map(({ name }) => name),
      [...(threads ? ["memory"] : []), "emscripten_notify_memory_growth"]);
  }
});

test("a runtime without WebAssembly SIMD is told so", (t) => {
  t.mock.method(WebAssembly, "validate", () => false);
  assert.throws(() => pickVariant("auto"), withCode("WASM_UNSUPPORTED", /SIMD/));
});

test("the wasm option takes a module, bytes, a path, a URL, and one for each variant", async () => {
  const bytes = moduleBytes("simd128");
  const path = at("web", "wasm", "evax-simd128.wasm");
  const { url } = await serveModel({ ...tinyModel(), files: new Map([["m.wasm", bytes]]) });
  const each = { simd128: path, relaxed: path };
  for (const wasm of [new WebAssembly.Module(bytes), bytes, bytes.buffer, path, pathToFileURL(path),
    `${url}/m.wasm`, each]) {
    assert.equal((await load({ model: tiny(), wasm })).info.variant, "simd128");
  }
});

/** (module (import "env" "time" (func))) and (module), the smallest modules that are not ours. */
const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
const IMPORTER = [...HEADER, 1, 4, 1, 96, 0, 0, 2, 12, 1, 3, ...Buffer.from("env"), 4,
  ...Buffer.from("time"), 0, 0];
for (const [what, wasm, code, detail] of /** @type {[string, any, string, RegExp?][]} */ ([
  ["an HTML page", new TextEncoder().encode("<!doctype html>"), "WASM_LOAD", /HTML page/],
  ["no bytes", new Uint8Array(0), "WASM_LOAD"],
  ["half a module", moduleBytes("simd128").subarray(0, 20_000), "WASM_LOAD"],
  ["another program", new Uint8Array(HEADER), "WASM_LOAD", /does not export memory/],
  ["a module that wants more", new Uint8Array(IMPORTER), "WASM_LOAD", /imports env\.time/],
  ["a missing file", at("nowhere.wasm"), "WASM_LOAD", /ENOENT/],
  ["an address without a server", "http://127.0.0.1:1/m.wasm", "NETWORK"],
  ["a number", 7, "OPTION_INVALID", /wasm must be/],
])) {
  test(`${what} is no engine`, async () => {
    await assert.rejects(load({ model: tiny(), wasm }), withCode(code, detail));
  });
}

test("a module of another version than the package is refused", async () => {
  const module = await compile(moduleBytes("simd128"), "test");
  await assert.rejects(WasmEngine.create(module, "9.9.9"), withCode("WASM_LOAD", /9\.9\.9/));
});

test("a trap ends the engine: no number comes out of it any more", () => {
  const wasm = new WasmEngine(new WasmInstance(null, /** @type {any} */ ({
    memory: new WebAssembly.Memory({ initial: 1 }),
    evax_alloc: () => 64,
    evax_free: () => 0,
    evax_decode: () => { throw new WebAssembly.RuntimeError("unreachable"); },
    evax_info: () => 8,
  })));
  assert.equal(wasm.header().depth, 8);
  assert.throws(() => wasm.decode(new Uint8Array(1)), withCode("WASM_TRAP", /unreachable/));
  assert.throws(() => wasm.header(), withCode("WASM_TRAP", /unreachable/));
});

test("every status of the engine is in the closed set of codes", () => {
  const header = readFileSync(at("src", "evax.h"), "utf8");
  const words = [...header.matchAll(/^ {4}EVX_E_(\w+)/gm)].map(([, word]) => word);
  assert.ok(words.length > 15);
  const codes = new Set(/** @type {readonly string[]} */ (ERROR_CODES));
  assert.deepEqual(words.filter((word) => !codes.has(word)), []);
});

test("where relaxed SIMD gives wrong numbers, the other variant runs, or there is an error",
  { skip: !VARIANTS.includes("relaxed") }, async () => {
    const wasm = { relaxed: withWrong(moduleBytes("relaxed"), "relaxed dot", "relaxed dot add") };
    const engine = await load({ model: DEMO, threads: 1, wasm });
    assert.equal(engine.info.variant, "simd128");
    engine.dispose();
    await assert.rejects(load({ model: DEMO, threads: 1, variant: "relaxed", wasm }),
      withCode("WASM_UNSUPPORTED", /wrong numbers/));
  });
