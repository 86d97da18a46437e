/* quota.test.js - browsers that keep nothing: the model still opens, and the diagnostics say why.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { closeBrowsers, sharedBrowser } from "./browsers.js";
import { buildSite, openHarness, openServer, openSession } from "./stage.js";

after(closeBrowsers);

describe("chromium", () => {
  let browser, folder;
  before(async () => {
    folder = await buildSite("site-quota");
    browser = await sharedBrowser("chromium");
  });

  test("a full disk costs the next visit a download, and nothing else", async (t) => {
    const server = await openServer(t, folder);
    const page = await openHarness(t, browser, server);
    const devtools = await page.createCDPSession();
    const { origin } = new URL(server.url);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1_000_000 });
    assert.deepEqual(await openSession(page), { ok: true, state: "ready" });
    assert.match(await page.evaluate(() => session.diagnostics()), /cache: QuotaExceededError/);
  });
});
