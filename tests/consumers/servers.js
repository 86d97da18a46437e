/* servers.js - static servers as people have them: that know no types, that compress, that have a page for every address.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** @typedef {import("node:http").IncomingMessage} Asked */
/** @typedef {import("node:http").ServerResponse} Answer */
/** What a server does unlike others.
 * @typedef {object} Habits
 * @property {string} [other] type of what is neither HTML nor script
 * @property {"gzip" | "br"} [encoding] of every answer
 * @property {boolean} [fallback] what is not there is answered with the page and status 200, as for single-page applications */

const TYPES = { ".html": "text/html", ".js": "text/javascript" };
const ENCODE = { gzip: (/** @type {Buffer} */ bytes) => gzipSync(bytes, { level: 1 }),
  br: (/** @type {Buffer} */ bytes) => brotliCompressSync(bytes, { params: { 1: 1 } }) }; // the parameter quality

/** @param {string} folder @param {string} path below it @param {Habits} habits @param {Answer} response */
async function answer(folder, path, { other = "application/octet-stream", encoding, fallback }, response) {
  const page = join(folder, "index.html");
  const file = path === "" || path.endsWith("/") ? page : join(folder, path);
  const found = await readFile(file).then((bytes) => ({ bytes, type: TYPES[extname(file)] ?? other }))
    .catch(async () => (fallback ? { bytes: await readFile(page), type: "text/html" } : null));
  const headers = { "content-type": found?.type ?? "text/plain", "x-content-type-options": "nosniff", ...(encoding && { "content-encoding": encoding }) };
  response.writeHead(found ? 200 : 404, headers);
  const bytes = found?.bytes ?? Buffer.from("not found\n");
  response.end(encoding ? ENCODE[encoding](bytes) : bytes);
}

/** A server's habits as serve() of tools/build/serve.js takes them. @param {Habits} habits
 * @returns {(folder: string, base: string) => (request: Asked, response: Answer) => boolean} */
export const serverWith = (habits) => (folder, base) => (request, response) => {
  const { pathname } = new URL(request.url ?? "", "http://localhost");
  if (!pathname.startsWith(base)) return false;
  void answer(folder, decodeURIComponent(pathname.slice(base.length)), habits, response);
  return true;
};
