/* webkit.js - WebKitGTK's MiniBrowser by plain W3C WebDriver, on a display of its own.
 * SPDX-License-Identifier: MIT */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const PORT = 9517;
const MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
const MINUTES_10 = 600_000;

/** @param {string} path @param {object} body @returns the value of the answer */
async function ask(path, body) {
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { method: "POST", body: JSON.stringify(body) });
  const { value } = await answer.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/** A browser with one page at this address. @param {string} address */
export async function openWebKit(address) {
  const driver = spawn("xvfb-run", ["-a", "WebKitWebDriver", `--port=${PORT}`], {
    detached: true, stdio: "ignore",
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", LIBGL_ALWAYS_SOFTWARE: "1" },
  });
  const close = () => process.kill(-driver.pid);
  try {
    const capabilities = { alwaysMatch: {
      "webkitgtk:browserOptions": { binary: MINI_BROWSER, args: ["--automation"] } } };
    let session;
    for (let tries = 0; !session; tries++) {
      session = await ask("/session", { capabilities }).catch((error) => {
        if (tries === 20) throw error;
        return sleep(500);
      });
    }
    const at = `/session/${session.sessionId}`;
    await ask(`${at}/timeouts`, { script: MINUTES_10 });
    await ask(`${at}/url`, { url: address });
    const version = `WebKitGTK ${session.capabilities.browserVersion}`;
    return { version, close, run: (options) => runIn(at, new URL("page.js", address).href, options) };
  } catch (error) {
    close();
    throw error;
  }
}

/** The page's module may not have run yet. @param {string} at the session @param {string} address of page.js
 * @param {object} options of runHere */
async function runIn(at, address, options) {
  const script = `const [address, options, done] = arguments;
    import(address).then(() => runHere(options)).then(
      (run) => done({ run }), (error) => done({ wrong: String(error) }));`;
  const { run, wrong } = await ask(`${at}/execute/async`, { script, args: [address, options] });
  if (wrong) throw new Error(wrong);
  return run;
}
