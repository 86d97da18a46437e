/* server.js - a local http server that serves a model from memory and misbehaves on demand.
 * SPDX-License-Identifier: MIT */
import { createServer } from "node:http";
import { after } from "node:test";
import { manifestBytes } from "./manifest-bytes.js";

/** Serves a model. `answer(file, bytes, response, count)` may answer a request itself and return
 * true; count is how often this file has been asked for, from 1. Gone when the test file is done.
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
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/models/tiny`, asked };
}

/** Answers with a status. */
export function refuse(response, status) {
  response.writeHead(status);
  response.end();
  return true;
}
