/* Attention maps on the command line: pictures that open, numbers that are the engine's, refusals. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pngBytes } from "../../../tools/cli/formats/png.js";
import { load } from "../../../web/evax-node.js";
import { runTool } from "../../support/command-line.js";
import { DEMO, at, film, temporaryFolder } from "../../support/repository.js";

const NAME = "kermany_IM-0117-0001.jpeg";
const FILM = at("model", "samples", NAME);
const folder = temporaryFolder();
const engine = await load({ model: DEMO, variant: "simd128" });

const evax = (...args) => runTool(["analyze", "--variant", "simd128", ...args], { cwd: folder });

test("a PNG that was written is read back, pixel by pixel", async () => {
  const [width, height] = [37, 21];
  const data = new Uint8ClampedArray(4 * width * height).map((_, i) => (i % 4 === 3 ? 255 : (i * 31) % 256));
  const { picture } = await engine.analyze(pngBytes({ width, height, data }), { pictures: true });
  assert.deepEqual([picture.width, picture.height, picture.channels], [width, height, 3]);
  picture.data.forEach((value, i) => assert.equal(value, data[4 * Math.floor(i / 3) + (i % 3)]));
});

test("--explain draws each finding into a file of its own, films of one name too", async () => {
  const twin = join(folder, "twin");
  mkdirSync(twin);
  copyFileSync(FILM, join(twin, NAME));
  const { status, stderr, stdout } = evax(FILM, join(twin, NAME), "--explain", "Pneumonia", "--explain",
    "Edema", "--out", "maps");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /Pneumonia/);
  const stem = NAME.replace(".jpeg", "");
  const files = ["Edema", "Pneumonia"].flatMap((label) => [`${stem}.${label}-2.png`, `${stem}.${label}.png`]);
  assert.deepEqual(readdirSync(join(folder, "maps")).sort(), files.sort());
  for (const file of files) assert.match(stderr, new RegExp(`attention map: maps.${file}`));
  const read = async (file) => engine.analyze(readFileSync(join(folder, "maps", file)), { pictures: true });
  const [one, other] = await Promise.all([files[1], files[3]].map(read));
  assert.equal(one.picture.channels, 3);
  assert.notDeepEqual(one.picture.data, other.picture.data);
});

test("--json has the engine's own numbers, and needs no folder", async () => {
  const { stdout, stderr } = evax(FILM, "--json", "--explain", "Mass", "--method", "contribution");
  const { maps, picture, seen } = JSON.parse(stdout.split("\n")[1]);
  const map = await engine.explain(await engine.analyze(film(NAME)), "Mass", { method: "contribution" });
  assert.deepEqual(maps, [{
    ...map, raw: [...map.raw], normalized: [...map.normalized], file: null,
  }]);
  assert.deepEqual([picture, seen, stderr], [undefined, undefined, ""]);
});

test("what cannot be drawn is a usage error that says why, before any film is read", () => {
  for (const [args, why] of /** @type {[string[], RegExp][]} */ ([
    [["--explain", "Dust", "--out", "x"], /--explain Dust: the model has Atelectasis, .*Hernia$/m],
    [["--explain", "Efusion", "--out", "x"], /did you mean Effusion\?/],
    [["--explain", "Mass"], /--explain needs --out DIR, --json or both/],
    [["--explain", "Mass", "--out", "x", "--method", "magic"], /--method must be grad-cam or contribution/],
    [["--out", "x"], /--method and --out go with --explain/],
  ])) {
    const { status, stderr, stdout } = evax(FILM, ...args);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, why);
  }
});

test("a folder that cannot be made fails the film with its name", () => {
  const { status, stderr } = evax(FILM, "--explain", "Mass", "--out", join(FILM, "maps"));
  assert.equal(status, 4);
  assert.match(stderr, /kermany_IM-0117-0001\.jpeg: .*(ENOTDIR|EEXIST)/);
});
