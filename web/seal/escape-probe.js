/* escape-probe.js - does a Content-Security-Policy hold? Every way out is tried, on our own server.
 *
 * A way counts as blocked only if the browser reports the violation: a request that merely fails
 * may have failed because the network is down. What is asked for does not exist and carries no
 * data.
 * SPDX-License-Identifier: MIT */

/** @typedef {"blocked" | "allowed" | "unknown"} Outcome unknown: it neither worked nor was it
 *   reported */
/** @typedef {{ fetch: Outcome, xhr: Outcome, websocket: Outcome, beacon: Outcome, image: Outcome,
 *   worker: Outcome }} Outcomes */

/* Violations are reported within milliseconds. */
const PATIENCE_MS = 500;

/** Runs an attempt and waits for what becomes of it. The attempt calls `worked` if it gets through;
 * whether it throws says nothing.
 * @param {(worked: () => void) => void} attempt
 * @returns {Promise<Outcome>} */
function outcomeOf(attempt) {
  return new Promise((resolve) => {
    const settle = (/** @type {Outcome} */ outcome) => {
      clearTimeout(timer);
      removeEventListener("securitypolicyviolation", blocked);
      resolve(outcome);
    };
    const blocked = () => settle("blocked");
    const timer = setTimeout(() => settle("unknown"), PATIENCE_MS);
    addEventListener("securitypolicyviolation", blocked);
    try {
      attempt(() => settle("allowed"));
    } catch {
      // The report decides.
    }
  });
}

/**
 * Tries to fetch; works in a page and in a worker.
 * @param {string} url
 * @returns {Promise<Outcome>}
 */
export const attemptFetch = (url) =>
  outcomeOf((worked) => void fetch(url, { cache: "no-store" }).then(worked, () => {}));

/** @type {Record<Exclude<keyof Outcomes, "fetch">, (url: string, worked: () => void) => void>} */
const ATTEMPTS = {
  xhr(url, worked) {
    const request = new XMLHttpRequest();
    request.onload = worked;
    request.open("GET", url);
    request.send();
  },
  websocket(url, worked) {
    const socket = new WebSocket(url.replace(/^http/, "ws"));
    socket.onopen = worked;
  },
  beacon: (url) => void navigator.sendBeacon(url),
  image(url, worked) {
    const image = new Image();
    image.onload = worked;
    image.src = url;
  },
  worker(url, worked) {
    const worker = new Worker(url);
    worker.onmessage = worked;
    worker.onerror = (event) => event.preventDefault();
  },
};

/**
 * Tries every way out of a page, one after the other.
 * @param {string} url on the page's own server
 * @returns {Promise<Outcomes>}
 */
export async function probePage(url) {
  const outcomes = /** @type {Outcomes} */ ({ fetch: await attemptFetch(url) });
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    const tried = outcomeOf((worked) => attempt(url, worked));
    outcomes[/** @type {keyof Outcomes} */ (name)] = await tried;
  }
  return outcomes;
}
