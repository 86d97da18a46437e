/* worker.js - a worker of a page's own that reads the files it is sent, and says of each what is above threshold or what is
 * wrong with it: worker.html.
 * SPDX-License-Identifier: MIT */
import { load } from "../web/evax.js"; // in a project of your own: "eva-x-web"

/* Right here: this is a worker already. */
const loading = load({ model: new URL("../model/demo/", import.meta.url), worker: false });
loading.catch(({ code, message }) => postMessage({ name: "model", error: `${code}: ${message}` }));

addEventListener("message", async ({ data: files }) => {
  const engine = await loading;
  for await (const { input: { name }, analysis, error } of engine.analyzeAll(files)) {
    if (error) postMessage({ name, error: `${error.code}: ${error.message}` });
    else postMessage({ name, above: analysis.findings.filter(({ above }) => above).map(({ label }) => label) });
  }
});
