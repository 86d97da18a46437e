/* manifest.json: what is refused, and that the error names the member. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readManifest } from "../../../web/model/manifest.js";
import { at, withCode } from "../../support/repository.js";
import { manifestBytes } from "../../support/manifest-bytes.js";
import { tinyModel } from "../../support/tiny.js";

/** The tiny manifest after a change. */
function changed(change) {
  const { manifest } = tinyModel();
  change(manifest);
  return manifestBytes(manifest);
}

test("the manifests of the demo model and of the tiny model are accepted", () => {
  assert.equal(readManifest(changed(() => {})).name, "tiny");
  assert.equal(readManifest(readFileSync(at("model", "demo", "manifest.json"))).labels.length, 14);
});

test("members that this version does not know are ignored", () => {
  assert.equal(readManifest(changed((m) => { m.later = { anything: 1 }; })).name, "tiny");
});

/** @type {[string, (manifest: any) => void, RegExp][]} */
const REFUSED = [
  ["another format", (m) => { m.format = "onnx"; }, /^.*format must/],
  ["no version", (m) => { delete m.version; }, /version/],
  ["version 0", (m) => { m.version = 0; }, /version/],
  ["no name", (m) => { delete m.name; }, /name/],
  ["a name with an escape sequence", (m) => { m.name = "\u001b[2J"; }, /name/],
  ["a name that changes the writing direction", (m) => { m.name = "a\u202eb"; }, /name/],
  ["an architecture that is a list", (m) => { m.architecture = []; }, /architecture/],
  ["no architecture", (m) => { delete m.architecture; }, /architecture/],
  ["an absurd width", (m) => { m.architecture.embed_dim = 1e9; }, /embed_dim/],
  ["a width that is no multiple of 8", (m) => { m.architecture.embed_dim = 12; }, /architecture/],
  ["heads that do not divide the width", (m) => { m.architecture.heads = 3; }, /heads/],
  ["an absurd depth", (m) => { m.architecture.depth = 65; }, /depth/],
  ["a fractional depth", (m) => { m.architecture.depth = 1.5; }, /depth/],
  ["a depth that is a string", (m) => { m.architecture.depth = "1"; }, /depth/],
  ["an absurd grid", (m) => { m.architecture.grid = 65; }, /grid/],
  ["another patch size", (m) => { m.architecture.patch_size = 14; }, /patch_size/],
  ["unknown pooling", (m) => { m.architecture.pooling = "max"; }, /pooling/],
  ["an unknown dtype", (m) => { m.dtype = "q4"; }, /dtype/],
  ["a recipe for another grid", (m) => { m.recipe.crop = 15; }, /recipe\.crop .*16 \* grid = 16/],
  ["a resize below the crop", (m) => { m.recipe.resize = 8; }, /recipe\.resize/],
  ["an absurd resize", (m) => { m.recipe.resize = 1e6; }, /recipe\.resize/],
  ["a standard deviation of 0", (m) => { m.recipe.std = 0; }, /recipe\.std/],
  ["another interpolation", (m) => { m.recipe.interpolation = "nearest"; }, /interpolation/],
  ["fewer labels than classes", (m) => { m.labels.pop(); }, /labels/],
  ["more labels than classes", (m) => { m.labels.push("More"); }, /labels/],
  ["a label twice", (m) => { m.labels[2] = m.labels[0]; }, /labels\[2\]/],
  ["an empty label", (m) => { m.labels[1] = ""; }, /labels\[1\]/],
  ["a label of two lines", (m) => { m.labels[1] = "a\nb"; }, /labels\[1\]/],
  ["no scoring for classes", (m) => { m.scoring = "none"; }, /scoring/],
  ["facts about an unknown label", (m) => { m.findings = { Rib: {} }; }, /findings.*Rib/],
  ["a threshold above 1", (m) => { m.findings = { "Finding 0": { threshold: 2 } }; }, /threshold/],
  ["an interval upside down", (m) => { m.findings = { "Finding 0": { auc_ci95: [0.9, 0.1] } }; },
    /auc_ci95/],
  ["an interval of texts", (m) => { m.findings = { "Finding 0": { auc_ci95: ["0.1", "0.9"] } }; }, /auc_ci95/],
  ["an interval without numbers", (m) => { m.findings = { "Finding 0": { auc_ci95: [null, null] } }; }, /auc_ci95/],
  ["more positives than films", (m) => { m.findings = { "Finding 0": { n: 1, positives: 2 } }; },
    /positives/],
  ["no chunks", (m) => { m.chunks = []; }, /stream_bytes/],
  ["a chunk outside the folder", (m) => { m.chunks[0].file = "../secret"; }, /chunks\[0\]\.file/],
  ["a chunk that is the parent folder", (m) => { m.chunks[0].file = ".."; }, /chunks\[0\]\.file/],
  ["a chunk twice", (m) => { m.chunks[1].file = m.chunks[0].file; }, /chunks\[1\]/],
  ["a chunk over 4 MiB", (m) => { m.chunks[0].bytes = 4194305; }, /chunks\[0\]\.bytes/],
  ["an empty chunk", (m) => { m.chunks[0].bytes = 0; }, /chunks\[0\]\.bytes/],
  ["a hash that is too short", (m) => { m.chunks[0].sha256 = "ab"; }, /chunks\[0\]\.sha256/],
  ["a sum that does not match", (m) => { m.stream_bytes += 1; }, /stream_bytes/],
  ["an absurd stream", (m) => { m.stream_bytes = 2 ** 40; }, /stream_bytes/],
  ["no notice", (m) => { m.notice = " "; }, /notice/],
  ["no source", (m) => { m.source = null; }, /source/],
];
for (const [what, change, detail] of REFUSED) {
  test(`a manifest with ${what} is refused by name`, () => {
    assert.throws(() => readManifest(changed(change)), withCode("MANIFEST_INVALID", detail));
  });
}

test("a newer format version is refused as such, whatever else it holds", () => {
  const newer = manifestBytes({ format: "evax-web", version: 2 });
  assert.throws(() => readManifest(newer), withCode("MANIFEST_VERSION", /version 2/));
});

for (const [what, bytes] of [
  ["nothing", ""], ["an HTML page", "<!doctype html>"], ["half a manifest", "{\"format\":"],
  ["null", "null"], ["a number", "1"], ["4 MiB of spaces", " ".repeat((4 << 20) + 1)],
]) {
  test(`${what} is no manifest`, () => {
    const read = () => readManifest(new TextEncoder().encode(bytes));
    assert.throws(read, withCode("MANIFEST_INVALID"));
  });
}

test("bytes that are not UTF-8 are no manifest", () => {
  const read = () => readManifest(new Uint8Array([0x22, 0xff, 0x22]));
  assert.throws(read, withCode("MANIFEST_INVALID"));
});
