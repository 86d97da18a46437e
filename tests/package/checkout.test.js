/* checkout.test.js - git gives everybody the same bytes: hashes and expected values hold on every system.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { at, temporaryFolder } from "../support/repository.js";

const git = (folder, ...args) => execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", maxBuffer: 1 << 26 });
const lines = (text) => text.split("\n").filter(Boolean);

test("a checkout with core.autocrlf has every byte of every file", () => {
  const folder = join(temporaryFolder(), "checkout");
  git(at(), "clone", "--quiet", "--shared", "-c", "core.autocrlf=true", at(), folder);
  const staged = lines(git(folder, "ls-files", "--stage")).map((line) => line.split(/[ \t]/));
  const paths = staged.map(([, , , path]) => path);
  const input = `${paths.join("\n")}\n`;
  const found = execFileSync("git", ["-C", folder, "hash-object", "--no-filters", "--stdin-paths"],
    { input, encoding: "utf8", maxBuffer: 1 << 26 });
  const changed = lines(found).map((hash, i) => (hash === staged[i][1] ? "" : paths[i])).filter(Boolean);
  assert.ok(paths.includes("model/demo/manifest.json"));
  assert.deepEqual(changed, []);
});
