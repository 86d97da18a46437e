/* start-script.js - a worker from the address of its script, and why there is none.
 *
 * Browsers start no worker from a script of another origin, as a content delivery network is: its text is fetched,
 * which needs that server's leave (CORS), and started from a blob:. A policy that refuses it says so at once, as an
 * event "error" of the worker that names the directive; browsers say nothing of it, or only that something failed.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { TRUSTED_NAME, trustedScript } from "../base/trusted-types.js";

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
      + `Access-Control-Allow-Origin, and in this page's Content-Security-Policy connect-src ${url.origin}`);
  }
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}

/** What a policy's refusal of a worker is told by. @param {SecurityPolicyViolationEvent} event @param {string} address */
const isRefusal = ({ disposition, effectiveDirective, blockedURI }, address) => disposition === "enforce"
  && /^(worker|child|script|default)-src/.test(effectiveDirective)
  && (blockedURI === address || (blockedURI === "blob" && address.startsWith("blob:")));

/** Tells a worker that the page's policy refuses its script. @param {Worker} worker @param {string} address
 * @param {URL} url that the script is from @param {AbortSignal} over ends the listening */
function tellOfRefusal(worker, address, url, over) {
  const source = address.startsWith("blob:") ? "blob:" : "'self'"; // what has another origin comes as blob:
  const message = `${url}: this page's Content-Security-Policy refuses it; add worker-src ${source}`;
  globalThis.addEventListener("securitypolicyviolation", (event) => {
    if (isRefusal(event, address)) worker.dispatchEvent(new ErrorEvent("error", { message, cancelable: true }));
  }, { signal: over });
}

/** @param {string} address @param {URL} url that the script is from */
function startAt(address, url) {
  try {
    return new Worker(trustedScript(address));
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    const trusted = /trusted/i.test(message) ? `; this page's Content-Security-Policy needs trusted-types ${TRUSTED_NAME}` : "";
    throw new EvaxError("WORKER_LOAD", `${url}: ${message}${trusted}`, { cause });
  }
}

/**
 * Starts a classic worker. Rejects with WORKER_LOAD.
 * @param {URL} url of its script
 * @returns {Promise<Worker>}
 */
export async function startScript(url) {
  const address = url.origin === globalThis.location?.origin ? url.href : await blobOf(url);
  const worker = startAt(address, url);
  const over = new AbortController();
  tellOfRefusal(worker, address, url, over.signal);
  for (const type of ["message", "error"]) worker.addEventListener(type, () => {
    over.abort();
    if (address !== url.href) URL.revokeObjectURL(address);
  }, { once: true });
  return worker;
}

/** The error of a worker whose script did not start: WORKER_LOAD, with what its address answers.
 * @param {URL} url @param {string} [message] of the browser */
export async function startError(url, message) {
  const { problem } = await fetched(url);
  const why = problem || message || "the browser does not start it; the page's Content-Security-Policy may lack worker-src";
  return new EvaxError("WORKER_LOAD", `${url}: ${why}`);
}
