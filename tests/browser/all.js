/* all.js - every test of browsers in one process, which starts each browser once; with BROWSER=chromium or
 * BROWSER=firefox in the environment those of one of them.
 * SPDX-License-Identifier: MIT */
import { CHOSEN } from "./browsers.js";

await import("./session.test.js");
await import("./deployment.test.js");
await import("./library.test.js");
await import("./seal.test.js");
if (CHOSEN.includes("chromium")) {
  await import("./page.test.js");
  await import("./quota.test.js");
}
