#!/usr/bin/env node
/* serve.js - a plain static file server: node tools/build/serve.js [DIR] [PORT] [PATH]
 *
 * It does what any static host does: 404 for missing files, index.html for a folder. On the command line
 * it also sends the headers of cross-origin isolation, which threads need. PATH serves the folder under
 * a sub-path, as project pages do.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".jpeg": "image/jpeg",
  ".svg": "image/svg+xml",
  ".md": "text/plain; charset=utf-8",
};

/* Cross-origin isolation, which shared memory needs. */
const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** @typedef {import("node:http").IncomingMessage} Asked */
/** @typedef {import("node:http").ServerResponse} Answer */

/**
 * The file that an address names.
 * @param {string} folder
 * @param {string} base that every address begins with
 * @param {string} path of the address
 * @returns {string | null} null outside of base or folder
 */
function fileOf(folder, base, path) {
  if (!path.startsWith(base)) return null;
  const inside = normalize(`/${decodeURIComponent(path.slice(base.length))}`);
  return join(folder, inside.endsWith("/") ? `${inside}index.html` : inside);
}

/** Answers one request from a folder. @param {string} folder @param {string} base
 * @param {Record<string, string>} headers @param {Asked} request @param {Answer} response */
async function answer(folder, base, headers, request, response) {
  try {
    const { pathname } = new URL(/** @type {string} */ (request.url), "http://localhost");
    const file = fileOf(folder, base, pathname);
    if (!file) throw new Error("outside");
    const bytes = await readFile(file);
    const type = TYPES[/** @type {keyof TYPES} */ (extname(file))] ?? "application/octet-stream";
    response.writeHead(200, { ...headers, "content-type": type, "content-length": bytes.length });
    response.end(request.method === "HEAD" ? undefined : bytes);
  } catch {
    response.writeHead(404, { "content-type": "text/plain" });
    response.end("not found\n");
  }
}

/**
 * Serves a folder on this machine.
 * @param {string} folder
 * @param {{ port?: number, base?: string, isolated?: boolean, headers?: Record<string, string>,
 *   intercept?: (request: Asked, response: Answer) => boolean }} [options] port 0: any free one; headers: of every
 *   answer with a file; intercept may answer a request itself and return true
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function serve(folder, options = {}) {
  const { port = 0, base = "/", isolated = false, intercept = () => false } = options;
  const headers = { ...(isolated && ISOLATION), ...options.headers };
  const server = createServer((request, response) => {
    if (!intercept(request, response)) void answer(folder, base, headers, request, response);
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(null)));
  const { port: found } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${found}${base}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = "dist/site", port = "8080", base = "/"] = process.argv.slice(2);
  const { url } = await serve(folder, { port: Number(port), base, isolated: true });
  process.stdout.write(`${folder} is at ${url}\n`);
}
