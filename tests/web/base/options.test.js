/* Options that a call does not have: refused by every call, with the one that was probably meant. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { refuseUnknown } from "../../../web/base/options.js";
import { convert, load } from "../../../web/evax-node.js";
import { DEMO, at, withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

test("an unknown option is named, with a known one that is like it; undefined counts as absent", () => {
  refuseUnknown({ threads: 1, thread: undefined }, ["threads"], "load");
  assert.throws(() => refuseUnknown({ thread: 1 }, ["threads"], "load"),
    withCode("OPTION_INVALID", /load\(\) has no option thread; did you mean threads\?$/));
  assert.throws(() => refuseUnknown({ speed: 1 }, ["threads"], "load"), withCode("OPTION_INVALID", /no option speed$/));
  for (const none of [null, 7, "fast"]) {
    assert.throws(() => refuseUnknown(none, [], "load"), withCode("OPTION_INVALID", /must be an object/));
  }
});

test("load, convert, and every call of an engine refuse options that they do not have", async () => {
  const engine = await load(memorySource(tinyModel()));
  const { inputSize: side } = engine.info;
  const result = await engine.infer(new Float32Array(3 * side * side));
  /** @type {any} */ const odd = { pictuers: true, modl: "x", metod: "x", dtyp: "q8", fame: 1 };
  for (const call of [
    () => load({ ...odd, model: DEMO }),
    () => convert(at("tests", "golden", "nano_s_ft.pth"), odd),
    () => engine.analyze(new Uint8Array(8), odd),
    () => engine.infer(new Float32Array(3 * side * side), odd),
    () => engine.preprocess(new Uint8Array(8), odd),
    () => engine.explain(result, engine.info.labels[0], odd),
    () => engine.head.fit(odd),
  ]) await assert.rejects(call(), withCode("OPTION_INVALID", /has no option/));
});

test("load takes the model alone, as it takes { model }", async () => {
  const { info } = await load(DEMO);
  assert.equal(info.modelHash, (await load({ model: DEMO })).info.modelHash);
});
