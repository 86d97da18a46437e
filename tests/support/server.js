/* server.js - a local http server that serves a model from memory and misbehaves on demand.
 * SPDX-License-Identifier: MIT */
import { createServer } from "node:http";
import { after } from "node:test";
import { manifestBytes } from "./manifest-bytes.js";

/** Serves a model. `answer(file, bytes, response, count)` may answer a request itself and return
 * true; count is how often this file has been asked for, from 1. Gone when the test file is done.
 * @param {import("./tiny.js").Model} model
 * @param {(file: string, bytes: Uint8Array, response: import("node:http").ServerResponse, count: number)
 *   => boolean} [answer]
 * @returns the address of the folder, and the list of the files asked for */
export async function serveModel({ manifest, files }, answer = () => false) {
  const asked = [];
  const server = createServer((request, response) => {
    const file = new URL(request.url, "http://localhost").pathname.split("/").pop();
    asked.push(file);
    const bytes = file === "manifest.json" ? manifestBytes(manifest) : files.get(file);
    const count = asked.filter((name) => name === file).length;
    if (answer(file, bytes, response, count)) return;
    if (!bytes) response.writeHead(404);
    response.end(bytes);
  });
  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(0, "127.0.0.1", resolve)));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/models/tiny`, asked };
}

/** Answers with a status. */
export function refuse(response, status) {
  response.writeHead(status);
  response.end();
  return true;
}
