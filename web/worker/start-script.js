/* start-script.js - a worker from the address of its script, and why there is none.
 *
 * Browsers start no worker from a script of another origin, as a content delivery network is: its text is fetched,
 * which needs that server's leave (CORS), and started from a blob:.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { trustedScript } from "../base/trusted-types.js";

/** What an address answers, where a script should be; "" if a script is there.
 * @param {URL} url @returns {Promise<{ problem: string, text: string }>} */
async function fetched(url) {
  try {
    const response = await fetch(url);
    const kind = response.headers.get("content-type") ?? "";
    if (!response.ok) return { problem: `the server answered ${response.status}`, text: "" };
    if (!/script/i.test(kind)) return { problem: `the server sent ${kind || "no type"}, not a script`, text: "" };
    return { problem: "", text: await response.text() };
  } catch (cause) {
    return { problem: `it cannot be fetched (${/** @type {Error} */ (cause).message})`, text: "" };
  }
}

/** @param {URL} url */
async function blobOf(url) {
  const { problem, text } = await fetched(url);
  if (problem) {
    throw new EvaxError("WORKER_LOAD", `${url}: ${problem}; from another origin it needs the header `
      + "Access-Control-Allow-Origin");
  }
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}

/**
 * Starts a classic worker. Rejects with WORKER_LOAD.
 * @param {URL} url of its script
 * @returns {Promise<Worker>}
 */
export async function startScript(url) {
  if (url.origin === globalThis.location?.origin) return new Worker(trustedScript(url.href));
  const blob = await blobOf(url);
  const worker = new Worker(trustedScript(blob));
  for (const type of ["message", "error"]) worker.addEventListener(type, () => URL.revokeObjectURL(blob), { once: true });
  return worker;
}

/** The error of a worker whose script did not start: WORKER_LOAD, with what its address answers.
 * @param {URL} url @param {string} [message] of the browser */
export async function startError(url, message) {
  const { problem } = await fetched(url);
  const why = problem || message || "the browser does not start it; the page's Content-Security-Policy may lack worker-src";
  return new EvaxError("WORKER_LOAD", `${url}: ${why}`);
}
