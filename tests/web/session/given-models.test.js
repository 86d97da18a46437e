/* given-models.test.js - which models are among files of a drop or a folder, and which files are of none.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sortGiven } from "../../../web/session/given-models.js";
import { floats, torchZip, zip } from "../convert/written.js";

/** Files by their paths; where no content is given, it does not matter. @param {Record<string, Uint8Array | null>} contents */
const given = (contents) => Object.entries(contents).map(([path, content]) =>
  ({ path, file: new File(content ? [/** @type {any} */ (content)] : [], path.split("/").pop() ?? "") }));

/** @param {Record<string, Uint8Array | null>} contents */
async function sorted(contents) {
  const { models, others } = await sortGiven(given(contents));
  return {
    models: Object.fromEntries(models.map(({ name, files }) => [name, files.map((file) => file.name)])),
    others: others.map(({ path }) => path),
  };
}

test("one file, the parts of one checkpoint and a converted folder are one model each", async () => {
  assert.deepEqual(await sorted({
    "a/best.PTH": null,
    "a/README.md": null,
    "b/model-00002-of-00002.safetensors": null,
    "b/model.safetensors.index.json": null,
    "b/model-00001-of-00002.safetensors": null,
    "c/manifest.json": null,
    "c/chunk-000.bin": null,
    "c/notes.txt": null,
  }), {
    models: {
      "a/best.PTH": ["best.PTH"],
      "b/model.safetensors": ["model-00002-of-00002.safetensors", "model.safetensors.index.json",
        "model-00001-of-00002.safetensors"],
      c: ["manifest.json", "chunk-000.bin"],
    },
    others: ["a/README.md", "c/notes.txt"],
  });
});

test("parts of two folders are two models, and a manifest without chunks is none", async () => {
  const { models, others } = await sorted({
    "x/m-00001-of-00002.bin": null, "y/m-00001-of-00002.bin": null, "site/manifest.json": null,
  });
  assert.deepEqual(Object.keys(models), ["x/m.bin", "y/m.bin"]);
  assert.deepEqual(others, ["site/manifest.json"]);
});

test("a converted model without a folder is named after its manifest", async () => {
  assert.deepEqual(await sorted({ "manifest.json": null, "chunk-000.bin": null }),
    { models: { "manifest.json": ["manifest.json", "chunk-000.bin"] }, others: [] });
});

test("what the name does not say, the first bytes do: an archive of films is no model, a nameless checkpoint is", async () => {
  const film = Buffer.from("\x89PNG");
  const checkpoint = torchZip({ weight: floats([1, 2]) });
  assert.deepEqual(await sorted({
    "films.zip": zip([{ name: "film.png", bytes: film }]),
    "model.zip": zip([{ name: "m/manifest.json", bytes: Buffer.from("{}") }]),
    "packed.zip": zip([{ name: "best.pth", bytes: Buffer.from("x") }]),
    "broken.zip": Buffer.from("PK\x03\x04"),
    checkpoint,
    IM0001: Buffer.alloc(200),
    "film.png": checkpoint,
  }), {
    models: { "model.zip": ["model.zip"], "packed.zip": ["packed.zip"], checkpoint: ["checkpoint"] },
    others: ["films.zip", "broken.zip", "IM0001", "film.png"],
  });
});

test("thousands of films without an ending are not all looked into", async () => {
  let looks = 0;
  class Counted extends File {
    slice(...range) {
      looks += 1;
      return super.slice(...range);
    }
  }
  const files = Array.from({ length: 5000 }, (_, i) => ({ path: `cd/IM${i}`, file: new Counted(["x"], `IM${i}`) }));
  const { models, others } = await sortGiven(files);
  assert.deepEqual([models.length, others.length], [0, 5000]);
  assert.ok(looks < 50, `${looks} files were read`);
});
