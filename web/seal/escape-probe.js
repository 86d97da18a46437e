/* escape-probe.js - does a Content-Security-Policy hold? Every way out is tried, towards the model's own server.
 *
 * A way counts as blocked only if the browser reports that it enforced this very policy, by the directive and
 * for the address in question, and if the attempt did not succeed all the same: a request that merely fails may
 * have failed because the network is down, and a policy that only reports blocks nothing. What is asked for does
 * not exist and carries no data.
 * SPDX-License-Identifier: MIT */
import { trustedDocument } from "../base/trusted-types.js";

/** @typedef {"blocked" | "allowed" | "unknown"} Outcome unknown: it neither worked nor was it reported */
/** @typedef {"fetch" | "xhr" | "websocket" | "eventSource" | "beacon" | "image" | "import" | "stylesheet"
 *   | "frame" | "navigation" | "form"} Way */
/** @typedef {Record<Way, Outcome>} Outcomes */
/** What becomes of an attempt: true if it gets through, false if it fails; null if nobody will know, so that only a
 * report tells. @typedef {Promise<boolean> | null} Attempt */

/* Violations are reported within milliseconds, or never. On a machine that is busy they come later, and how much later
 * is seen by those that came: as many times the slowest of them is waited, within limits. */
const PATIENCE_MS = 1_000;
const MOST_PATIENCE_MS = 10_000;
const TIMES_THE_SLOWEST = 10;
let slowestReport = 0;

/** The address that one way asks for. @param {string} base address of a folder @param {string} way */
export const probeAddress = (base, way) => new URL(`seal-probe-${way}`, base).href;

/** @typedef {{ policy: string, directive: string, url: string }} Wanted what is to be refused, and by what */

/** Whether a report is of this policy, enforced, about this address. A frame's address is reported without its
 * path. @param {Pick<SecurityPolicyViolationEvent, "disposition" | "effectiveDirective" | "blockedURI"
 *   | "originalPolicy">} event @param {Wanted} wanted */
export function isReportOf(event, { policy, directive, url }) {
  const { disposition, effectiveDirective, blockedURI, originalPolicy } = event;
  const { origin } = new URL(url);
  return disposition === "enforce" && effectiveDirective === directive && originalPolicy === policy
    && (blockedURI === url || blockedURI === origin);
}

/** Resolves when this is reported. @param {Wanted} wanted @param {AbortSignal} over ends the listening
 * @returns {Promise<"blocked">} */
const reportOf = (wanted, over) => new Promise((resolve) => {
  const start = performance.now();
  addEventListener("securitypolicyviolation", (event) => {
    if (!isReportOf(event, wanted)) return;
    slowestReport = Math.max(slowestReport, performance.now() - start);
    resolve("blocked");
  }, { signal: over });
});

/** Resolves when no report is to be expected any more. @returns {Promise<"unknown">} */
async function tooLate() {
  const start = performance.now();
  const patience = () => Math.min(TIMES_THE_SLOWEST * slowestReport, MOST_PATIENCE_MS);
  do await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  while (performance.now() - start < patience());
  return "unknown";
}

/**
 * Waits for what becomes of an attempt. That it worked beats every report; so a report is enough only once the
 * attempt has failed, or cannot tell.
 * @param {Wanted} wanted
 * @param {() => Attempt} attempt
 * @returns {Promise<Outcome>}
 */
async function outcomeOf(wanted, attempt) {
  const over = new AbortController();
  const reported = reportOf(wanted, over.signal);
  const late = tooLate();
  try {
    const worked = await Promise.race([attempt()?.catch(() => false) ?? false, late]);
    return worked === true ? "allowed" : await Promise.race([reported, late]);
  } catch {
    return await Promise.race([reported, late]);
  } finally {
    over.abort();
  }
}

/** @param {string} url @returns {Promise<boolean>} */
const tryFetch = (url) => fetch(url, { cache: "no-store" }).then(() => true, () => false);

/**
 * Tries to fetch; works in a document and in a worker.
 * @param {string} url
 * @param {string} policy that is expected to refuse it
 * @returns {Promise<Outcome>}
 */
export const attemptFetch = (url, policy) =>
  outcomeOf({ policy, url, directive: "connect-src" }, () => tryFetch(url));

/** Resolves by events: true for the one that says that it worked. @param {EventTarget} target
 * @param {string} worked @param {string} failed @returns {Promise<boolean>} */
const byEvents = (target, worked, failed) => new Promise((resolve) => {
  target.addEventListener(worked, () => resolve(true));
  target.addEventListener(failed, () => resolve(false));
});

/** An element is in the document until its attempt has ended. @param {HTMLElement} element @returns {Promise<boolean>} */
async function tryElement(element) {
  document.body.append(element);
  try {
    return await byEvents(element, "load", "error");
  } finally {
    element.remove();
  }
}

/** A frame to try, not yet in the document. @param {Record<string, string>} attributes */
function hiddenFrame(attributes) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
  return frame;
}

/* Of each way: the directive that is to refuse it, and how it is tried.
 * @type {Record<string, [string, (url: string) => Attempt]>} */
const ATTEMPTS = /** @type {Record<string, [string, (url: string) => Attempt]>} */ ({
  fetch: ["connect-src", tryFetch],
  xhr: ["connect-src", (url) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.send();
    return byEvents(request, "load", "error");
  }],
  websocket: ["connect-src", async (url) => byEvents(new WebSocket(url), "open", "error")],
  eventSource: ["connect-src", async (url) => {
    const source = new EventSource(url);
    return byEvents(source, "open", "error").finally(() => source.close());
  }],
  // What it returns says only that it was queued.
  beacon: ["connect-src", (url) => {
    navigator.sendBeacon(url);
    return null;
  }],
  image: ["img-src", async (url) => {
    const image = new Image();
    image.src = url;
    return byEvents(image, "load", "error");
  }],
  import: ["script-src-elem", (url) => import(url).then(() => true)],
  stylesheet: ["style-src-elem", (url) =>
    tryElement(Object.assign(document.createElement("link"), { rel: "stylesheet", href: url }))],
});

/* Both are reported with the origin of their address alone: one after the other, or one report counts for both. */
const FRAMES = /** @type {Record<string, (url: string) => Record<string, string>>} */ ({
  frame: (url) => ({ src: url }),
  // A frame that goes elsewhere by itself, as this document might: what frames it refuses that.
  navigation: (url) => ({
    sandbox: "allow-scripts", srcdoc: trustedDocument(`<meta http-equiv="refresh" content="0;url=${url}">`),
  }),
});

/** Forms are not refused by the policy but by the sandbox, which in most browsers does not even ask whether to submit.
 * @param {string} url @returns {Outcome} */
function attemptForm(url) {
  const form = document.createElement("form");
  form.action = url;
  let asked = false;
  form.addEventListener("submit", (event) => {
    asked = true;
    event.preventDefault();
  });
  document.body.append(form);
  form.requestSubmit();
  form.remove();
  return asked ? "unknown" : "blocked";
}

/**
 * Tries every way out of a document.
 * @param {string} base address of a folder on the model's server
 * @param {string} policy of this document, as it was written
 * @returns {Promise<Outcomes>}
 */
export async function probeDocument(base, policy) {
  const reach = async (/** @type {string} */ way, /** @type {string} */ directive,
    /** @type {(url: string) => Attempt} */ attempt) => {
    const address = probeAddress(base, way);
    const url = way === "websocket" ? address.replace(/^http/, "ws") : address;
    return [way, await outcomeOf({ policy, directive, url }, () => attempt(url))];
  };
  const together = Promise.all(Object.entries(ATTEMPTS)
    .map(([way, [directive, attempt]]) => reach(way, directive, attempt)));
  const outcomes = [["form", attemptForm(probeAddress(base, "form"))]];
  for (const [way, attributesOf] of Object.entries(FRAMES)) {
    const frame = hiddenFrame(attributesOf(probeAddress(base, way)));
    // A frame that was blocked loads, too: a page that says so.
    outcomes.push(await reach(way, "frame-src", () => {
      document.body.append(frame);
      return null;
    }));
    frame.remove();
  }
  return /** @type {Outcomes} */ (Object.fromEntries([...await together, ...outcomes]));
}
