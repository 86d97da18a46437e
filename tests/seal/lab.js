/* lab.js - the only servers that there are in netns.sh's network: names, HTTP, HTTPS, WebSocket and UDP for every host,
 * all of which log what reaches them.
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { extname, join, normalize } from "node:path";
import { TYPES } from "../../tools/build/serve.js";

/* Where netns.sh has its end of the network. */
const ADDRESS = "10.9.0.2";
/* Ports of STUN and TURN, and of QUIC. */
const UDP_PORTS = [3478, 19302, 443];
/* What a request carries besides its address. */
const TELLING = ["cookie", "referer", "purpose", "sec-purpose", "service-worker", "service-worker-navigation-preload",
  "ping-to", "sec-fetch-dest", "access-control-request-headers"];
const WEBSOCKET_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** What arrived, in order. kind: "dns", "tls", "http", "ws" or "udp".
 * @typedef {{ kind: string, text: string }} Line */

async function bodyOf(request) {
  const parts = [];
  try {
    for await (const part of request) parts.push(part);
  } catch {
    // What came is what counts.
  }
  return Buffer.concat(parts).toString("latin1").slice(0, 300);
}

/** The answer of any host that is not the own one: yes to everything. */
function answerStranger({ url, headers }, response) {
  if (url.includes("204")) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(200, {
    "access-control-allow-origin": headers.origin ?? "*",
    "access-control-allow-credentials": "true",
    "access-control-allow-headers": "*",
    "cross-origin-resource-policy": "cross-origin",
    "content-type": "text/plain",
    ...(url.includes("attach") && { "content-disposition": "attachment; filename=x.txt" }),
  }).end("ok");
}

async function answerOwn({ folder, headers }, pages, { url }, response) {
  const { pathname } = new URL(url, "http://localhost");
  if (pathname.includes("204leak")) return response.writeHead(204).end();
  if (pathname in pages) {
    const { headers: own = {}, html } = pages[pathname];
    return response.writeHead(200, { "content-type": "text/html", ...own }).end(html);
  }
  try {
    const inside = normalize(`/${decodeURIComponent(pathname)}`);
    const file = join(folder, inside.endsWith("/") ? `${inside}index.html` : inside);
    const bytes = await readFile(file);
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    return response.writeHead(200, { "content-type": type, ...headers[pathname] }).end(bytes);
  } catch {
    return response.writeHead(404).end();
  }
}

/** Takes a WebSocket; what it says is in the address that it asked for. */
function upgrade(note, scheme, request, socket) {
  note("ws", `${scheme}://${request.headers.host}${request.url}`);
  const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + WEBSOCKET_KEY).digest("base64");
  socket.on("error", () => {});
  socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    + `Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
}

/** The answer to a question about a name: here, if it is about an IPv4 address. @param {Buffer} question */
function nameAnswer(question) {
  const labels = [];
  let at = 12;
  for (; question[at]; at += question[at] + 1) {
    labels.push(question.toString("latin1", at + 1, at + 1 + question[at]));
  }
  const isAddress = question.readUInt16BE(at + 1) === 1;
  const head = [question[0], question[1], 0x81, 0x80, 0, 1, 0, isAddress ? 1 : 0, 0, 0, 0, 0];
  const found = isAddress ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...ADDRESS.split(".").map(Number)] : [];
  const answer = Buffer.concat([Buffer.from(head), question.subarray(12, at + 5), Buffer.from(found)]);
  return { name: labels.join("."), answer };
}

const listening = (server, ...where) => new Promise((resolve) => server.listen(...where, resolve));
const bound = (socket, ...where) => new Promise((resolve) => socket.bind(...where, resolve));

/**
 * Starts them all.
 * @param {string} folder of the own site
 * @param {string} keys folder of key.pem and cert.pem
 * @param {Record<string, { headers?: Record<string, string>, html: string | Buffer }>} [pages] of the own site, by path
 * @returns {Promise<{ log: Line[], folder: string, headers: Record<string, Record<string, string>>, close: () => void }>}
 *   folder, and headers of its files by path: may be changed
 */
export async function startLab(folder, keys, pages = {}) {
  /** @type {Line[]} */ const log = [];
  const note = (kind, text) => log.push({ kind, text });
  const answer = (scheme) => async (request, response) => {
    const host = (request.headers.host ?? "").split(":")[0];
    const told = TELLING.filter((name) => request.headers[name]).map((name) => `${name}=${request.headers[name]}`);
    note("http", `${request.method} ${scheme}://${host}${request.url} ${told.join(" ").slice(0, 600)} ${await bodyOf(request)}`);
    if (host.endsWith("evil.test")) answerStranger(request, response);
    else await answerOwn(lab, pages, request, response);
  };
  const plain = createHttp(answer("http"));
  const secure = createHttps({
    key: readFileSync(`${keys}/key.pem`), cert: readFileSync(`${keys}/cert.pem`),
    SNICallback: (name, done) => {
      note("tls", `sni=${name}`);
      done(null);
    },
  }, answer("https"));
  secure.on("tlsClientError", () => {});
  plain.on("upgrade", (request, socket) => upgrade(note, "ws", request, socket));
  secure.on("upgrade", (request, socket) => upgrade(note, "wss", request, socket));
  await Promise.all([listening(plain, 80, "0.0.0.0"), listening(secure, 443, "0.0.0.0")]);

  const names = createSocket("udp4").on("message", (question, { port, address }) => {
    const { name, answer: reply } = nameAnswer(question);
    note("dns", name);
    names.send(reply, port, address);
  });
  await bound(names, 53, ADDRESS);
  const others = UDP_PORTS.map((port) => createSocket("udp4").on("message", (message) =>
    note("udp", `port ${port}: ${message.toString("latin1").replace(/[^\x20-\x7e]/g, ".").slice(0, 100)}`)));
  await Promise.all(others.map((socket, i) => bound(socket, UDP_PORTS[i], "0.0.0.0")));
  const lab = {
    log,
    folder,
    headers: {},
    close() {
      for (const server of [plain, secure]) {
        server.closeAllConnections();
        server.close();
      }
      for (const socket of [names, ...others]) socket.close();
    },
  };
  return lab;
}
