/* remote-supply.test.js - what the room asks the page, and what the page has answered before.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lastAccepted } from "../../../web/session/acceptance.js";
import { RemoteSupply } from "../../../web/session/remote-supply.js";

const { signal } = new AbortController();
const ANSWERS = {
  manifest: { bytes: new Uint8Array(2), hash: "a" }, cachedBytes: 0, siteModels: [], acceptances: {},
  kept: { models: [], usedBytes: 0, quotaBytes: 0, folders: false },
};

/** @param {import("../../../web/session/supply.js").FirstAnswers | null} answers */
function makeSupply(answers) {
  /** @type {string[]} */ const asked = [];
  const page = { call: async (/** @type {string} */ name) => {
    asked.push(name);
    return `asked ${name}`;
  } };
  const supply = new RemoteSupply("model/", () => /** @type {any} */ (page), answers);
  const askAll = () => Promise.all([supply.manifest(signal), supply.cachedBytes(), supply.kept(), supply.siteModels(signal), supply.acceptances()]);
  return { supply, asked, askAll };
}
const NAMES = ["manifest", "cachedBytes", "kept", "siteModels", "acceptances"];

test("what the page has answered is not asked, 0 neither; the second time it is", async () => {
  const { asked, askAll } = makeSupply(ANSWERS);
  assert.deepEqual(await askAll(), NAMES.map((name) => ANSWERS[name]));
  assert.deepEqual(asked, []);
  assert.deepEqual(await askAll(), NAMES.map((name) => `asked ${name}`));
});

test("without answers all is asked, and so is what is about another model", async () => {
  const { asked, askAll } = makeSupply(null);
  await askAll();
  assert.deepEqual(asked, NAMES);
  const other = makeSupply(ANSWERS);
  await other.supply.choose(1);
  await other.askAll();
  assert.deepEqual(other.asked, ["choose", ...NAMES]);
});

test("of several models that were accepted, the last one is opened, of those that there are", () => {
  const accepted = { a: 1, b: 3, c: 2 };
  assert.equal(lastAccepted(accepted, ["a", "c", "d"]), "c");
  assert.equal(lastAccepted(accepted, ["d", "toString"]), "");
  assert.equal(lastAccepted({}, ["a"]), "");
});
