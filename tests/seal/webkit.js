/* webkit.js - WebKitGTK with those of puppeteer's methods that the laboratory uses.
 * SPDX-License-Identifier: MIT */
import { openWebKitSession } from "../support/webkit-driver.js";

/* Where the room is: the frame in the element, and the frame in that. */
const INWARD = ["return document.querySelector('evax-xray > iframe');", "return document.querySelector('iframe');"];

/** @param {string | Function} work @param {unknown[]} args */
const bodyOf = (work, args) => (typeof work === "string" ? { script: `${work}; arguments[0]();`, args: [] } : {
  script: `const args = [...arguments], done = args.pop();
    (async () => (${work})(...args))().then((value) => done({ value }), (error) => done({ wrong: String(error) }));`,
  args,
});

class Frame {
  /** @param {Page} page @param {string[]} inward scripts, each of which finds the next frame */
  constructor(page, inward) {
    this.page = page;
    this.inward = inward;
  }

  /** As puppeteer's. @param {string | Function} work @param {unknown[]} args */
  async evaluate(work, ...args) {
    await this.page.enter(this.inward);
    const answer = await this.page.ask("execute/async", bodyOf(work, args));
    if (answer?.wrong) throw new Error(answer.wrong);
    return answer?.value;
  }
}

class Page {
  #handle;

  /** @param {import("../support/webkit-driver.js").WebKitSession["ask"]} ask @param {string} handle of the window */
  constructor(ask, handle) {
    this.ask = ask;
    this.#handle = handle;
  }

  /** @param {string[]} inward */
  async enter(inward) {
    await this.ask("window", { handle: this.#handle });
    await this.ask("frame", { id: null });
    for (const script of inward) {
      const id = await this.ask("execute/sync", { script, args: [] });
      if (!id) throw new Error("there is no such frame");
      await this.ask("frame", { id });
    }
  }

  /** @param {string} url */
  async goto(url) {
    await this.enter([]);
    await this.ask("url", { url });
  }

  mainFrame() {
    return new Frame(this, []);
  }

  /** The second frame inward, or what will be it. */
  room() {
    return new Frame(this, INWARD);
  }

  /** @param {string | Function} work @param {unknown[]} args */
  evaluate(work, ...args) {
    return this.mainFrame().evaluate(work, ...args);
  }

  /** Dialogs stay: what opens one gets no answer, and its page is closed. */
  on() {}

  async close() {
    await this.ask("window", { handle: this.#handle });
    await this.ask("window", {}, "DELETE");
  }
}

/** A profile is a browser of its own. */
async function openProfile() {
  const { version, ask, close } = await openWebKitSession();
  const first = await ask("window", {}, "GET"); // stays, so that there is always one to ask for more
  return {
    version,
    async newPage() {
      await ask("window", { handle: first });
      return new Page(ask, (await ask("window/new", { type: "tab" })).handle);
    },
    close: async () => close(),
  };
}

/** As puppeteer.launch(). */
export async function launchWebKit() {
  const first = await openProfile();
  await first.close();
  return {
    version: async () => first.version,
    createBrowserContext: openProfile,
    close: async () => {},
  };
}
