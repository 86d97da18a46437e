/* first-script-proxy.js - an HTTP proxy that puts a script before all others of every page that passes: for a browser whose
 * driver has no such command. The script is a file of the page's own origin, which most policies allow, and no policy of a
 * page has to be changed for it; all else passes as it is, broken answers too.
 * SPDX-License-Identifier: MIT */
import http from "node:http";
import { connect } from "node:net";

const PATH = "/first-script-of-tests.js";
const TAG = `<script src="${PATH}"></script>`;

/** @param {http.IncomingMessage} request */
const wantsPage = (request) => /^i?frame$|^document$/.test(String(request.headers["sec-fetch-dest"] ?? "document"))
  && String(request.headers.accept).includes("text/html");

/** What a page would not come whole with, or not at all. @param {http.IncomingHttpHeaders} headers */
function plainly({ "accept-encoding": _, "if-none-match": _tag, "if-modified-since": _date, ...headers }) {
  return headers;
}

/** Answers with a page that has the script. @param {http.IncomingMessage} from @param {http.ServerResponse} response */
async function passPage(from, response) {
  const chunks = [];
  for await (const chunk of from) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const { "content-length": _, "transfer-encoding": _way, ...headers } = from.headers;
  response.writeHead(from.statusCode ?? 502, headers);
  response.end(/^<!doctype/i.test(text) ? text.replace(/>/, `>${TAG}`) : TAG + text);
}

/** @param {http.IncomingMessage} from @param {http.ServerResponse} response */
function passOn(from, response) {
  response.writeHead(from.statusCode ?? 502, from.headers);
  from.pipe(response);
}

/** @returns {Promise<{ port: number, setScript: (script: string) => void, close: () => void }>} */
export async function startFirstScriptProxy() {
  let script = "";
  const server = http.createServer((request, response) => {
    const { hostname, port, pathname, search } = new URL(String(request.url));
    if (pathname === PATH) {
      response.writeHead(200, { "content-type": "text/javascript", "cache-control": "no-store" });
      response.end(script);
      return;
    }
    const isPage = wantsPage(request);
    const onward = http.request({ hostname, port, path: pathname + search, method: request.method, agent: false,
      headers: isPage ? plainly(request.headers) : request.headers });
    onward.on("response", (from) => {
      from.on("error", () => response.destroy());
      if (isPage && /html/.test(String(from.headers["content-type"]))) passPage(from, response).catch(() => response.destroy());
      else passOn(from, response);
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  server.on("connect", (request, socket) => {
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const [one, other] of [[onward, socket], [socket, onward]]) one.on("error", () => other.destroy());
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", () => resolve(null)); });
  server.unref();
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { port, setScript: (text) => { script = text; }, close: () => { server.close(); server.closeAllConnections(); } };
}
