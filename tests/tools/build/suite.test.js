/* suite.test.js - what make test prints of suites that failed: what and why, last, where a log that is cut off has it.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, temporaryFolder } from "../../support/repository.js";

const folder = temporaryFolder();
const result = (name) => join(folder, name);
/** A suite. @param {string} reader @param {string[]} command @returns what is printed */
const run = (name, reader, ...command) => suite(result(name), reader, name, ...command).stdout;
const suite = (...args) => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env; // else the tests within are this one's
  return spawnSync("bash", [`${ROOT}tests/suite.sh`, ...args], { encoding: "utf8", env });
};

const NODE_TESTS = `
  import { describe, test } from "node:test";
  describe("a group", () => {
    test("is wrong", () => { throw new Error("the sum is 4\\n" + "not 5\\n".repeat(50)); });
    test("is right", () => {});
  });
  console.log("much else\\n".repeat(500));`;

test("what failed in each suite, and why, comes last, before the tally", async () => {
  await writeFile(join(folder, "some.test.mjs"), NODE_TESTS);
  const line = run("in Node", "node", process.execPath, "--test", "--test-reporter=tap", join(folder, "some.test.mjs"));
  assert.match(line, /^in Node +1 passed +1 failed .*\n$/);
  run("in C", "c", "sh", "-c", "echo 'ok adds'; echo 'sum.c:7: adds: a == b: is 4, not 5' >&2; echo '1 passed, 1 failed'; exit 1");
  run("in Python", "python", "sh", "-c", "echo 'FAIL: test_sum (sums.Sums)'; echo 'AssertionError: 4 != 5'; echo 'Ran 3 tests in 0.1s'; echo; echo 'FAILED (failures=1)'; exit 1");
  run("of style", "exit", "sh", "-c", "echo 'sum.c:7: too long'; exit 1");
  run("that is well", "exit", "true");
  const { stdout, status } = suite("--sum", ...["that is well", "in Node", "in C", "in Python", "of style", "that never ran"].map(result));
  assert.equal(status, 1);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.at(-1), "5 passed, 5 failed");
  assert.deepEqual(lines.filter((each) => each.startsWith("---")).map((each) => each.replace(/ \(.*/, "").replace(`${folder}/`, "")),
    ["--- in Node", "--- in C", "--- in Python", "--- of style", "--- that never ran: the suite did not run"]);
  for (const told of [/not ok 1 - is wrong\n.*error: .*\n.*the sum is 4\n/, /sum\.c:7: adds: a == b: is 4, not 5/, /FAIL: test_sum/, /4 != 5/, /sum\.c:7: too long/]) {
    assert.match(stdout, told);
  }
  assert.doesNotMatch(stdout, /much else|is right|ok adds|a group/);
  assert.ok(lines.length < 50, "20 lines of a test at most");
});
