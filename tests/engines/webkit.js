/* webkit.js - the engines' page in WebKitGTK.
 * SPDX-License-Identifier: MIT */
import { openWebKitSession } from "../support/webkit-driver.js";

/** A browser with one page at this address. @param {string} address */
export async function openWebKit(address) {
  const { version, ask, close } = await openWebKitSession();
  try {
    await ask("url", { url: address });
  } catch (error) {
    close();
    throw error;
  }
  return { version, close, run: (options) => runIn(ask, new URL("page.js", address).href, options) };
}

/** The page's module may not have run yet.
 * @param {import("../support/webkit-driver.js").WebKitSession["ask"]} ask @param {string} address of page.js
 * @param {object} options of runHere */
async function runIn(ask, address, options) {
  const script = `const [address, options, done] = arguments;
    import(address).then(() => runHere(options)).then(
      (run) => done({ run }), (error) => done({ wrong: String(error) }));`;
  const { run, wrong } = await ask("execute/async", { script, args: [address, options] });
  if (wrong) throw new Error(wrong);
  return run;
}
