/* network-seal.js - what the room knows of its own seal: the probe's outcomes, and what was asked for since.
 * SPDX-License-Identifier: MIT */
import { probeAddress, probeDocument } from "./escape-probe.js";

/** A file that was fetched before the seal.
 * @typedef {{ url: string, bytes: number, sha256: string, fromCache: boolean }} SealedFile */
/** @typedef {import("./escape-probe.js").Outcome} Outcome */
/** @typedef {import("./escape-probe.js").Outcomes & { engineFetch: Outcome }} Probe
 *   engineFetch: a fetch by the worker that sees the films */
/** What was asked for since the seal by the document that shows the films. Workers count for themselves, and
 * nobody asks them. @typedef {{ sent: number, refused: number }} Requests sent: the browser let it through;
 * refused: the policy did not, and it was not the probe */
/** @typedef {object} Seal
 * @property {"open" | "sealed" | "unenforced" | "unsealed"} state open: files are still being handed in;
 *   unenforced: a way out was not seen to be blocked; unsealed: there is no room, the page is as it was
 * @property {boolean} shared findings are given to the page around, whose author asked for them
 * @property {Date | null} since
 * @property {SealedFile[]} files
 * @property {Probe | null} probe
 * @property {() => Requests} requests
 */

/** The policy of this document as it was written; "" without one. */
const ownPolicy = () => document.querySelector("meta[http-equiv=\"Content-Security-Policy\"]")
  ?.getAttribute("content") ?? "";

/* What the console shows in red while the probe runs. */
const EXPLAINED = "EVA-X tries every way out of its frame. Each line below is one that the browser refused, "
  + "as it should.";

/** Requests of this document from now on, by the browser's own account. */
export class RequestCount {
  /** @type {string[]} */ #listed = [];
  /** @type {string[]} */ #refused = [];
  #probe;
  #observer = new PerformanceObserver((list) => this.#add(list.getEntries()));

  /** @param {string} base that the probe's addresses begin with */
  constructor(base) {
    const policy = ownPolicy();
    this.#probe = probeAddress(base, "");
    this.#observer.observe({ type: "resource", buffered: false });
    addEventListener("securitypolicyviolation", ({ blockedURI, originalPolicy }) => {
      if (originalPolicy === policy && !this.#isProbe(blockedURI)) this.#refused.push(blockedURI);
    });
  }

  /** A frame's address is reported without its path. @param {string} address */
  #isProbe(address) {
    return address.replace(/^ws/, "http").startsWith(this.#probe) || address === new URL(this.#probe).origin;
  }

  /** @param {PerformanceEntry[]} entries */
  #add(entries) {
    const names = entries.map(({ name }) => name);
    this.#listed.push(...names.filter((name) => !/^(blob|data):/.test(name) && !this.#isProbe(name)));
  }

  /** Some browsers list what they refused, too. @returns {Requests} */
  get() {
    this.#add(this.#observer.takeRecords());
    const sent = this.#listed.filter((name) => !this.#refused.includes(name));
    return { sent: sent.length, refused: this.#refused.length };
  }
}

/**
 * Tries every way out of this document, and of the worker that sees the films when that is there.
 * @param {string} base address of the model's folder
 * @returns {(engineFetch: (url: string, policy: string) => Promise<Outcome>) => Promise<Probe>}
 */
export function startProbe(base) {
  const policy = ownPolicy();
  console.groupCollapsed(EXPLAINED);
  const ofDocument = probeDocument(base, policy).finally(() => console.groupEnd());
  return async (engineFetch) => {
    const fromEngine = await engineFetch(probeAddress(base, "engine"), policy);
    return { ...await ofDocument, engineFetch: fromEngine };
  };
}

/** @param {Probe} probe @returns {"sealed" | "unenforced"} */
export const judge = (probe) =>
  (Object.values(probe).every((outcome) => outcome === "blocked") ? "sealed" : "unenforced");
