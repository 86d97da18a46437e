/* The supply chain: what the package is made of, what of it is shipped, and what runs when. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { transform } from "esbuild";
import { dependenciesText, isAllowed, parts, sbomText } from "../../tools/build/dependencies.js";
import { packedPackage } from "../support/packed.js";
import { at } from "../support/repository.js";

const FOLDERS = ["", "tools/bench", "tools/node"];
/* What the package is tried in: locked like the rest, but nothing is made with it. */
const CONSUMERS = readdirSync(at("tests/consumers")).map((name) => `tests/consumers/${name}`)
  .filter((folder) => existsSync(at(folder, "package.json")));
const json = (...path) => JSON.parse(readFileSync(at(...path), "utf8"));
const run = (command, ...args) => execFileSync(command, args, { cwd: at(), encoding: "utf8" });

/* The archive that npm would publish. */
const { folder: published, files: packed } = await packedPackage();

test("the lists that a release gets name every package of every lock file, under licenses that are allowed", () => {
  const all = parts();
  const lines = dependenciesText(all);
  for (const folder of FOLDERS) {
    for (const [path, { version, link }] of Object.entries(json(folder, "package-lock.json").packages)) {
      const name = path.split("node_modules/")[1] && path.split("node_modules/").at(-1);
      if (name && !link) assert.ok(lines.includes(`  ${name} ${version} `), `${name} ${version}`);
    }
  }
  const { bomFormat, components } = JSON.parse(sbomText(all));
  assert.equal(bomFormat, "CycloneDX");
  for (const { name, hashes, purl } of components) assert.ok(!purl.startsWith("pkg:npm/") || hashes, name);
  const shipped = components.filter(({ scope }) => scope === "required").map(({ name }) => name);
  for (const name of ["stb_image", "musl", "OpenJPEG", "fflate"]) assert.ok(shipped.includes(name), name);
});

test("a license is allowed if all of one of its alternatives are", () => {
  const allowed = ["MIT", "ISC"];
  for (const good of ["MIT", "GPL-3.0 OR MIT", "(MIT AND ISC)"]) assert.ok(isAllowed(good, allowed));
  for (const bad of ["", "GPL-3.0", "MIT AND GPL-3.0"]) assert.ok(!isAllowed(bad, allowed), bad);
});

test("every package that is installed is named by one version and by its hash", () => {
  for (const folder of [...FOLDERS, ...CONSUMERS]) {
    const { dependencies = {}, devDependencies = {} } = json(folder, "package.json");
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^(npm:.+@)?(\d+\.\d+\.\d+|file:.*)$/, name);
    }
    for (const [path, entry] of Object.entries(json(folder, "package-lock.json").packages)) {
      if (path === "" || path === "../.." || entry.link) continue;
      assert.match(entry.integrity ?? "", /^sha512-/, path);
    }
  }
});

test("no package runs anything when it is installed", () => {
  for (const folder of [...FOLDERS, ...CONSUMERS]) {
    assert.match(readFileSync(at(folder, ".npmrc"), "utf8"), /^ignore-scripts=true$/m);
  }
  const shipped = parts().filter(({ use, from }) => use === "shipped" && from === "package-lock.json");
  const { packages } = json("package-lock.json");
  for (const { name } of shipped) assert.ok(!packages[`node_modules/${name}`].hasInstallScript, name);
});

/* What is shipped whole, of what git knows; the rest is named, or built. */
const WHOLE = [/^tools\/cli\/([a-z]+\/)?[^/]+\.js$/, /^web\/([a-z-]+\/){0,2}[^/]+\.js$/, /^model\/demo\//];
const NAMED = [
  "LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "package.json", "model/FORMAT.md", "model/ATTENTION_MAPS.md", "model/HEAD.md", "web/convert/NOTICES.md",
  "web/README.md", "web/API.md", "web/INTEGRATION.md", "web/convert/calibration/README.md", "web/convert/calibration/films.bin", "web/evaluate/README.md",
  "web/site/screenshot.png", "web/page/export/EXPORT.md", "web/dicom/README.md", "web/dicom/NOTICES.md", "tools/cli/README.md",
  "tools/cli/NOTICES.md",
];
const BUILT = [
  /^web\/dicom\/(file\/inflate|frame-worker)\.bundle\.js$/, /^web\/convert\/sha256-stream\.bundle\.js$/,
  /^web\/worker\/(engine|convert)-worker\.bundle\.js$/, /^web\/(evax|element)\.bundle\.js$/, /^tools\/cli\/formats\/parquet\.bundle\.js$/,
  /^web\/sealed\/(room|workspace|(engine|convert|frame|evaluate)-worker)\.bin$/, /^web\/session\/script-digests\.js$/,
  /^web\/page\/languages\/[a-z]+\.json$/,
  /^web\/wasm\/(evax-[a-z0-9-]+\.wasm|digests\.js)$/,
  /^dist\/types\/(web|model)\/.+\.d\.ts$/, /^dist\/evax\.1$/,
];

test("the archive for npm holds what it should and nothing else", () => {
  const whole = run("git", "ls-files").split("\n").filter((path) => WHOLE.some((p) => p.test(path)));
  const found = packed;
  const built = found.filter((path) => BUILT.some((pattern) => pattern.test(path)));
  const rest = found.filter((path) => !built.includes(path));
  assert.deepEqual(rest, [...NAMED, ...whole].sort());
  assert.ok(built.includes("web/wasm/evax-simd128.wasm"));
});

/* Names, not addresses, from which nothing is ever fetched: a namespace; the scheme that Emscripten's
 * loaders, in the codecs, compare their own address with. */
const NAMES = /"http:\/\/www\.w3\.org\/[a-z0-9/]+"|"file:\/\/"/gi;

test("no shipped code names an absolute address", async () => {
  const scripts = packed.filter((path) => path.endsWith(".js"));
  for (const path of scripts) {
    const text = readFileSync(join(published, path), "utf8").replace(/^#!.*/, "");
    const { code } = await transform(text, { minify: true, legalComments: "none" });
    const found = code.replace(NAMES, "").match(/.{0,40}(\b[a-z]+:\/\/|["'`]\/\/)\S.{0,40}/i);
    assert.equal(found?.[0], undefined, path);
  }
  for (const path of packed.filter((name) => name.endsWith(".wasm"))) {
    assert.doesNotMatch(readFileSync(join(published, path), "latin1"), /\b(https?|wss?):|\/\/[a-z]/, path);
  }
});
