/* webkit-driver.js - WebKitGTK's MiniBrowser by plain W3C WebDriver, on a display of its own.
 * SPDX-License-Identifier: MIT */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
const MINUTES_10 = 600_000;

/** A driver serves one session: each has a port of its own, also beside other runs. @returns {Promise<number>} */
const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().on("error", reject).listen(0, "127.0.0.1", () => {
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    server.close(() => resolve(port));
  });
});

/** @typedef {object} WebKitSession
 * @property {string} version
 * @property {(command: string, body?: object, method?: string) => Promise<any>} ask a command of this session, as
 *   "url" or "execute/async"; the value of its answer
 * @property {() => void} close
 */

/** @param {string} address @param {object} body @param {string} method @returns {Promise<any>} the answer's value */
async function askDriver(address, body, method) {
  const answer = await fetch(address, { method, ...(method === "POST" && { body: JSON.stringify(body) }) });
  const { value } = await answer.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/* Driver and display end with each other, and when this process ends in whatever way: its end of the pipe closes then. */
const TOGETHER = "(xvfb-run -a WebKitWebDriver --port=$0; kill -- -$$) & cat; kill -- -$$";

/* Two displays that start at once may want the same number, and one of them ends. */
const ATTEMPTS = 4;

/** @typedef {object} SessionOptions
 * @property {number} [proxy] port on this machine of an HTTP proxy that everything is asked through
 * @property {Record<string, string>} [environment] of the browser's processes, as JSC_useWasm
 * @property {"normal" | "none"} [pageLoadStrategy] what commands wait for before they are carried out
 */

/** A browser with a profile of its own, which is gone when it closes. @param {SessionOptions} [options]
 * @returns {Promise<WebKitSession>} */
export async function openWebKitSession(options = {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryToOpen(options);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** @param {SessionOptions} options @returns {Promise<WebKitSession>} */
async function tryToOpen({ proxy, environment, pageLoadStrategy = "normal" }) {
  const port = await freePort();
  const driver = spawn("sh", ["-c", TOGETHER, String(port)], {
    detached: true, stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", LIBGL_ALWAYS_SOFTWARE: "1", ...environment },
  });
  const hasEnded = () => driver.exitCode !== null || driver.signalCode !== null;
  const close = () => {
    if (!hasEnded()) process.kill(-driver.pid);
  };
  const capabilities = { alwaysMatch: { acceptInsecureCerts: true, pageLoadStrategy,
    ...(proxy && { proxy: { proxyType: "manual", httpProxy: `127.0.0.1:${proxy}` } }),
    "webkitgtk:browserOptions": { binary: MINI_BROWSER, args: ["--automation"] } } };
  const root = `http://127.0.0.1:${port}/session`;
  try {
    let session;
    for (let tries = 0; !session; tries++) {
      session = await askDriver(root, { capabilities }, "POST").catch((error) => {
        if (tries === 40 || hasEnded()) throw error;
        return sleep(500);
      });
    }
    const at = `${root}/${session.sessionId}`;
    const ask = (command, body = {}, method = "POST") => askDriver(`${at}/${command}`, body, method);
    await ask("timeouts", { script: MINUTES_10 });
    return { version: `WebKitGTK ${session.capabilities.browserVersion}`, ask, close };
  } catch (error) {
    close();
    throw error;
  }
}
