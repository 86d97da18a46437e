/* staged.test.js - the package that `make package` packs: its page, its documents, its size, that it works
 * where it is installed; and that nothing incomplete is packed.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { sizesByPart, stagePackage, withLinks } from "../../tools/build/package.js";
import { VERSION } from "../../web/base/version.js";
import { packedPackage } from "../support/packed.js";
import { ROOT, at, temporaryFolder } from "../support/repository.js";

const { folder, archive, files, size } = await packedPackage();
const manifestOf = (place) => JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
const run = (place, ...words) => spawnSync(words[0], words.slice(1), { cwd: place, encoding: "utf8" });
const CODE = /^```[\s\S]*?^```|`[^`\n]+`/gm;

/** Where a document of a folder links to, of its own site. */
const relativeLinks = (place, path) => [...readFileSync(join(place, path), "utf8").replaceAll(CODE, "")
  .matchAll(/\]\(\s*([^)\s]+)|^\[[^\]]+\]:\s*(\S+)|(?:src|href)="([^"]+)"/gm)]
  .map((found) => found[1] ?? found[2] ?? found[3]).filter((target) => !/^(https?:|mailto:|#)/.test(target));

test("every relative link of every document in the archive leads to a file in it, README's picture as well", () => {
  const documents = files.filter((path) => path.endsWith(".md"));
  const links = documents.flatMap((path) => relativeLinks(folder, path).map((target) => normalize(join(dirname(path), target.split("#")[0]))));
  assert.deepEqual(links.filter((path) => !existsSync(join(folder, path))), []);
  assert.ok(links.includes("web/site/screenshot.png") && links.includes("web/README.md"));
  assert.ok(documents.length > 10);
});

test("a link out of the package leads to the repository at this version, or is its words where no address is known", () => {
  const text = "![a\npicture](../x.png), [in](in.md#part), [out](../out.md#part), [web](https://example.org), [here](#here)";
  const known = ["web/in.md"];
  assert.equal(withLinks("web/README.md", text, known), "a\npicture, [in](in.md#part), out, [web](https://example.org), [here](#here)");
  const there = `https://example.org/me/it/`;
  assert.equal(withLinks("web/README.md", text, known, "https://example.org/me/it"), `![a\npicture](${there}raw/v${VERSION}/x.png), \
[in](in.md#part), [out](${there}blob/v${VERSION}/out.md#part), [web](https://example.org), [here](#here)`);
});

test("the package's page has version, description, keywords and license, and nothing of the tree alone", () => {
  const { version, description, keywords, license, ...rest } = manifestOf(folder);
  assert.equal(version, VERSION);
  assert.match(description, /research tool, not a medical device/);
  assert.ok(keywords.includes("dicom") && license === "MIT");
  for (const key of ["private", "//version", "devDependencies", "scripts", "repository"]) assert.equal(rest[key], undefined, key);
});

test("an address of the repository is told on the page; what is none is refused", async () => {
  const place = join(temporaryFolder(), "staged");
  await stagePackage(place, "https://example.org/me/it.git");
  const { repository, homepage, bugs } = manifestOf(place);
  assert.deepEqual([repository.url, homepage, bugs.url],
    ["git+https://example.org/me/it.git", "https://example.org/me/it#readme", "https://example.org/me/it/issues"]);
  assert.match(readFileSync(join(place, "README.md"), "utf8"), /\(https:\/\/example\.org\/me\/it\/blob\/v[\d.]+\/CONTRIBUTING\.md\)/);
  assert.deepEqual(relativeLinks(place, "README.md"), []);
  for (const wrong of ["me/it", "http://example.org/me/it", "https://example.org"]) await assert.rejects(stagePackage(place, wrong), /REPOSITORY/);
});

test("INTEGRATION.md tells the size of each part, to 5 %", async () => {
  const sizes = await sizesByPart(folder, { files, size });
  const section = readFileSync(at("web/INTEGRATION.md"), "utf8").split("## Sizes")[1].split("\n## ")[0];
  const told = new Map([...section.matchAll(/^\| (\D[^|]*?) \| (\d+) \|$/gm)].map(([, part, kB]) => [part, Number(kB) * 1000]));
  assert.deepEqual([...told.keys()], [...sizes.keys()]);
  for (const [part, want] of told) {
    const found = sizes.get(part);
    assert.ok(Math.abs(found - want) <= Math.max(0.05 * want, 1000), `${part}: ${Math.round(found / 1000)} kB, not ${want / 1000}`);
  }
});

/** A project of its own, with the archive installed. */
function project() {
  const place = join(temporaryFolder(), "project");
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), `{ "private": true, "type": "module" }`);
  const { status, stderr } = run(place, "npm", "install", "--offline", "--no-audit", "--no-fund", "--loglevel=error", archive);
  assert.deepEqual([status, stderr], [0, ""]);
  return place;
}

test("installed: the page's script and the command line run, a bundler finds every file, a bundle without addresses says so", async () => {
  const place = project();
  const [, script] = /## The package\n\n```js\n([\s\S]*?)```/.exec(readFileSync(join(place, "node_modules/eva-x-web/README.md"), "utf8"));
  writeFileSync(join(place, "script.js"), script);
  cpSync(at("model/samples/nih_00000001_000.png"), join(place, "film.png"));
  const { stdout, stderr } = run(place, process.execPath, "script.js");
  assert.match(stdout, /^Atelectasis 0\.\d+ 0\.\d+\n(.*\n){13}Research tool, not a medical device/, stderr);
  assert.equal(run(place, "node_modules/.bin/evax", "--version").stdout, `${VERSION}\n`);
  const contents = ["eva-x-web", "eva-x-web/element", "eva-x-web/session", "eva-x-web/demo"].map((name, i) => `export * as part${i} from "${name}";`).join("\n");
  const { metafile } = await build({ stdin: { contents, resolveDir: place }, bundle: true, write: false, metafile: true, format: "esm" });
  assert.ok(Object.keys(metafile.inputs).some((path) => path.endsWith("eva-x-web/web/evax.js")));
  await build({ stdin: { contents, resolveDir: place }, bundle: true, outfile: join(place, "bundle.cjs"), format: "cjs", platform: "node",
    logLevel: "silent" });
  assert.match(run(place, process.execPath, "bundle.cjs").stderr, /leave eva-x-web out of the bundle/);
});

/** What was committed, and this tree's packages. */
function checkout() {
  const place = join(temporaryFolder(), "checkout");
  execFileSync("git", ["clone", "--quiet", "--shared", ROOT, place]);
  symlinkSync(at("node_modules"), join(place, "node_modules"));
  return place;
}
test("npm packs nothing from the tree, and is told to publish nothing", () => {
  const { status, stderr } = run(checkout(), "npm", "pack", "--pack-destination", "..");
  assert.notEqual(status, 0);
  assert.match(stderr, /must have name and version/);
  assert.equal(manifestOf(ROOT).private, true);
});

test("what is missing is refused by name: what is not built, a chunk of the model, what a script or a type imports", () => {
  const place = checkout();
  const stage = () => {
    const { status, stderr } = run(place, process.execPath, "tools/build/package.js", "staged");
    assert.equal(existsSync(join(place, "staged")), status === 0);
    return stderr;
  };
  for (const name of ["web/wasm/evax-simd128.wasm", "web/sealed/room.bin", "dist/evax.1", "dist/types/web/evax.d.ts"]) {
    assert.ok(stage().includes(`\n  ${name}\n`), name);
  }
  cpSync(folder, place, { recursive: true, filter: (path) => !/package\.json$|\.md$/.test(path) });
  assert.equal(stage(), "");
  const chunk = "model/demo/chunk-001.bin";
  rmSync(join(place, chunk));
  assert.match(stage(), /Missing:\n {2}model\/demo\/chunk-001\.bin\n$/);
  cpSync(join(folder, chunk), join(place, chunk));
  appendFileSync(join(place, "web/evax.js"), `export * from "./gone.js";\n`);
  assert.match(stage(), /Could not resolve "\.\/gone\.js" \(web\/evax\.js\)/);
  cpSync(join(folder, "web/evax.js"), join(place, "web/evax.js"));
  rmSync(join(place, "dist/types/web/platform.d.ts"));
  assert.match(stage(), /dist\/types\/web\/platform\.d\.ts \(/);
});
