/* dist.test.js - the site as it is deployed: every file is known by its hash to the file that loads it, so that no upload
 * that is under way, and no mixture of two, runs as one.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { makeSite } from "../../../tools/build/dist.js";
import { at } from "../../support/repository.js";

let folder, html, files;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "evax-dist-"));
  await makeSite(folder, [at("web/site/index.html")]);
  html = await readFile(join(folder, "index.html"), "utf8");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
});
after(() => rm(folder, { recursive: true, force: true }));

const hashOf = async (path, form) => createHash("sha256").update(await readFile(join(folder, path))).digest(form);
const ending = (end) => files.find((path) => path.endsWith(end));

test("index.html names its script with its hash, and the model with its manifest's", async () => {
  const loaded = [...html.matchAll(/<script[^>]* src="([^"]+)" integrity="sha256-([^"]+)"/g)];
  assert.deepEqual(loaded.map(([, path]) => path.split("/").at(-1)), ["site.js"]);
  for (const [, path, hash] of loaded) assert.equal(hash, await hashOf(path, "base64"), path);
  assert.ok(html.includes(`<code>${loaded.find(([, path]) => path.endsWith("site.js"))[1]}</code>`), "and says which, should it not come");
  const [, model, integrity] = /<evax-xray model="([^"]+)" integrity="([^"]+)"/.exec(html);
  assert.equal(integrity, await hashOf(`${model}manifest.json`, "hex"));
});

test("index.html has its styles in it, and the policy allows these alone", () => {
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, css]) => css);
  assert.equal(styles.length, 2, "its own, and that of the first screen");
  assert.doesNotMatch(html, /rel="stylesheet"/);
  const hashes = styles.map((css) => `'sha256-${createHash("sha256").update(css).digest("base64")}'`).join(" ");
  assert.ok(html.includes(`; style-src ${hashes};`));
});

test("the room in index.html is the deployment's first script to the character, and the policy allows that and the second alone", async () => {
  const unescaped = (text) => text.replaceAll("&quot;", "\"").replaceAll("&amp;", "&");
  const [, outer] = /<iframe hidden slot="room"[^>]* srcdoc="([^"]*)"/.exec(html);
  const [, inner] = /<iframe [^>]* srcdoc="([^"]*)"/.exec(unescaped(outer));
  const [, script] = /<script type="module">([\s\S]*)<\/script>/.exec(unescaped(inner));
  const text = gunzipSync(await readFile(join(folder, ending("sealed/room.bin"))));
  assert.equal(script, text.toString());
  const second = gunzipSync(await readFile(join(folder, ending("sealed/workspace.bin"))));
  const hashes = [text, second].map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`).join(" ");
  assert.ok(html.includes(`script-src 'self' ${hashes} 'wasm-unsafe-eval';`));
  for (const text of [unescaped(outer), unescaped(inner)]) assert.ok(text.includes(`script-src ${hashes} 'wasm-unsafe-eval';`));
});

test("script before the model, of page and room, is at most 60 kB compressed", async () => {
  const [site, room] = await Promise.all(["/site.js", "sealed/room.bin"].map((end) => readFile(join(folder, ending(end)))));
  assert.ok(gzipSync(site).length + room.length <= 60_000, `${gzipSync(site).length} + ${room.length}`);
});

test("the page knows the hash of every script that it hands into the room", async () => {
  const { SCRIPT_DIGESTS } = await import("../../../web/session/script-digests.js"); // as they are by now
  const site = await readFile(join(folder, ending("/site.js")), "utf8");
  for (const [name, end] of [["engineWorker", "engine-worker.bin"], ["convertWorker", "convert-worker.bin"],
    ["frameWorker", "frame-worker.bin"], ["room", "room.bin"], ["workspace", "workspace.bin"]]) {
    assert.equal(SCRIPT_DIGESTS[name], await hashOf(ending(end), "hex"));
    assert.ok(site.includes(SCRIPT_DIGESTS[name]), name);
  }
});

test("the service worker has the hash of every file but the model's chunks", async () => {
  const worker = await readFile(join(folder, "service-worker.js"), "utf8");
  for (const path of files.filter((file) => file !== "service-worker.js" && !/^model\/.*\.bin$/.test(file))) {
    assert.ok(worker.includes(await hashOf(path, "hex")), path);
  }
});
