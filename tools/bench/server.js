/* server.js - serves the repository on this machine, with the headers that allow shared memory.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript",
  ".json": "application/json", ".wasm": "application/wasm" };
const RUNTIME = new Set([".js", ".mjs", ".wasm"]);
/* Cached by browsers, as versioned files of a release are, so that a second visit has a warm cache. */
const HEADERS = {
  "Cache-Control": "max-age=86400",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
/* LiteRT.js is a package for bundlers: its bare specifiers need an import map. */
const LITERT = "/tools/bench/node_modules/@litertjs/";
const IMPORTS = {
  "@litertjs/core": `${LITERT}core/dist/index.js`,
  "@litertjs/wasm-utils": `${LITERT}wasm-utils/dist/index.js`,
};
const PAGE = `<!doctype html><meta charset=utf-8><title>bench</title><link rel=icon href=data:,>
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;

/** Gzip size of every script and module that was asked for: the download size of a runtime. */
class Downloads {
  #bytes = new Map();

  /** @param {string} path @param {Buffer} body */
  add(path, body) {
    if (RUNTIME.has(extname(path))) this.#bytes.set(path, gzipSync(body).length);
  }

  /** Bytes since the last call. */
  take() {
    const all = [...this.#bytes.values()].reduce((a, b) => a + b, 0);
    this.#bytes.clear();
    return all;
  }
}

/**
 * @param {string} root folder
 * @returns {Promise<{ url: string, downloads: Downloads, close: () => void }>}
 */
export async function serve(root) {
  const downloads = new Downloads();
  const server = createServer(async ({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url ?? "/", "http://x").pathname));
    try {
      const body = path === "/" ? Buffer.from(PAGE) : await readFile(join(root, path));
      downloads.add(path, body);
      const type = TYPES[extname(path) || ".html"] ?? "application/octet-stream";
      response.writeHead(200, { ...HEADERS, "Content-Type": type }).end(body);
    } catch {
      response.writeHead(404, HEADERS).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, downloads, close: () => server.close() };
}
