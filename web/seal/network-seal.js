/* network-seal.js - the page gives up its network: from then on nothing it or its new workers do can
 * connect.
 *
 * A Content-Security-Policy that is added while a page is open holds at once, cannot be taken
 * back, and is inherited by every blob: worker made later. Workers made earlier keep their
 * network, so the loader is gone by then. Not covered, and said so in the README: the person
 * navigating away, browser extensions, and WebRTC, which policies do not reach.
 * SPDX-License-Identifier: MIT */
import { probePage } from "./escape-probe.js";

/* What a film still needs after the seal: WebAssembly and the blob: worker that runs it, and
 * pictures made by the page itself. No directive may name an address, not even for styles:
 * prefetching is allowed to wherever any directive allows something to come from. */
const SEALED_POLICY = [
  "default-src 'none'",
  "connect-src 'none'",
  "script-src 'wasm-unsafe-eval'",
  "worker-src blob:",
  "child-src blob:",
  "img-src blob: data:",
  "form-action 'none'",
  "base-uri 'none'",
].join("; ");

/** A file that was brought before the seal.
 * @typedef {{ url: string, bytes: number, sha256: string, fromCache: boolean }} SealedFile */
/** @typedef {import("./escape-probe.js").Outcomes & { engineFetch: import("./escape-probe.js").Outcome }} Probe
 *   engineFetch: a fetch by the worker that sees the films */
/** @typedef {object} Seal
 * @property {"open" | "sealed" | "unenforced"} state unenforced: the policy is there, but a way
 *   out was
 *   not seen to be blocked
 * @property {Date | null} since
 * @property {SealedFile[]} files
 * @property {Probe | null} probe
 * @property {() => number} requests by this page since the seal
 */

/* Asked for by the probe, whose outcome is told apart; no request of the page goes there. */
const PROBE = "seal-probe";

/** Requests of this page from now on; the counting is the browser's own. */
class RequestCount {
  #count = 0;
  #observer = new PerformanceObserver((list) => this.#add(list.getEntries()));

  constructor() {
    this.#observer.observe({ type: "resource", buffered: false });
  }

  /** @param {PerformanceEntry[]} entries */
  #add(entries) {
    const sent = entries.filter(({ name }) => !/^(blob|data):/.test(name) && !name.endsWith(PROBE));
    this.#count += sent.length;
  }

  get() {
    this.#add(this.#observer.takeRecords());
    return this.#count;
  }
}

/** The page has one network, so it has one seal. @type {RequestCount | null} */
let sealed = null;

/** Adds the policy; from here on the page cannot connect. A second call changes nothing. */
export function sealPage() {
  if (sealed) return;
  const meta = document.createElement("meta");
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = SEALED_POLICY;
  document.head.append(meta);
  sealed = new RequestCount();
}

/** Whether this page is sealed, so that nothing can be downloaded any more. */
export const isSealed = () => sealed !== null;

/** Requests of this page since the seal. */
export const requestsSinceSeal = () => sealed?.get() ?? 0;

/**
 * Tries every way out, in the page and in the worker that sees the films.
 * @param {(url: string) => Promise<import("./escape-probe.js").Outcome>} engineFetch
 * @returns {Promise<Probe>}
 */
export async function probeSeal(engineFetch) {
  const url = new URL(PROBE, location.href).href;
  return { ...await probePage(url), engineFetch: await engineFetch(url) };
}

/** @param {Probe} probe @returns {"sealed" | "unenforced"} */
export const judge = (probe) =>
  (Object.values(probe).every((outcome) => outcome === "blocked") ? "sealed" : "unenforced");
