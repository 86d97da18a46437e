/* escape-probe.test.js - only the policy in question, enforced, by the directive and for the address in question, is
 * taken for a refusal.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { attemptFetch, isReportOf, probeAddress } from "../../../web/seal/escape-probe.js";
import { roomPolicy } from "../../../web/room/room-policy.js";
import { judge } from "../../../web/seal/network-seal.js";

const policy = "default-src 'none'; connect-src 'none'";
const url = probeAddress("https://models.example/demo/", "fetch");
const wanted = { policy, url, directive: "connect-src" };
/** @type {Parameters<typeof isReportOf>[0]} */
const report = {
  disposition: "enforce", effectiveDirective: "connect-src", blockedURI: url, originalPolicy: policy,
};

test("a report of the policy, enforced, is taken", () => {
  assert.ok(isReportOf(report, wanted));
  assert.ok(isReportOf({ ...report, blockedURI: "https://models.example" }, wanted), "a frame's");
});

for (const [what, change] of Object.entries(/** @type {Record<string, Partial<typeof report>>} */ ({
  "a policy that only reports": { disposition: "report" },
  "another directive": { effectiveDirective: "img-src" },
  "another address": { blockedURI: `${url}-other` },
  "another host": { blockedURI: "https://elsewhere.example" },
  "the policy of the page around": { originalPolicy: "default-src 'self'" },
}))) {
  test(`${what} is not`, () => assert.ok(!isReportOf({ ...report, ...change }, wanted)));
}

test("where one report came late, the next is waited for longer; where none comes, not for ever", async (t) => {
  let clock = 0;
  /** @type {((event: typeof report) => void)[]} */ const listeners = [];
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => clock);
  t.mock.method(globalThis, "fetch", () => Promise.reject(new TypeError("refused")));
  Object.assign(globalThis, { addEventListener: (_, listener) => listeners.push(listener) });
  t.after(() => Reflect.deleteProperty(globalThis, "addEventListener"));
  const pass = async (/** @type {number} */ ms) => {
    for (let at = 0; at < ms; at += 100) {
      clock += 100;
      t.mock.timers.tick(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const attemptReportedAfter = async (/** @type {number} */ ms) => {
    const outcome = attemptFetch(url, policy);
    await pass(ms);
    listeners.pop()?.(report);
    await pass(20_000);
    return outcome;
  };
  assert.equal(await attemptReportedAfter(4_000), "unknown", "nothing says that the machine is busy");
  assert.equal(await attemptReportedAfter(600), "blocked");
  assert.equal(await attemptReportedAfter(4_000), "blocked");
  assert.equal(await attemptReportedAfter(15_000), "unknown");
});

test("one way that is not blocked, or of which nothing is known, and it is not sealed", () => {
  const all = /** @type {any} */ ({ fetch: "blocked", image: "blocked", engineFetch: "blocked" });
  assert.equal(judge(all), "sealed");
  for (const outcome of ["allowed", "unknown"]) {
    assert.equal(judge({ ...all, image: outcome }), "unenforced");
  }
});

test("no directive of the room's policy allows anything that has an address", () => {
  const allowed = roomPolicy(["AAAA", "BBBB"]).split("; ").flatMap((directive) => directive.split(" ").slice(1));
  const known = ["'none'", "'sha256-AAAA'", "'sha256-BBBB'", "'wasm-unsafe-eval'", "blob:", "data:"];
  assert.deepEqual(allowed.filter((source) => !known.includes(source)), []);
});
