/* webkit-page.js - WebKitGTK with those of puppeteer's methods that the laboratory and the page's tests use.
 *
 * Its driver speaks plain WebDriver: no script runs before a page's own, no look is emulated, and a frame in a closed
 * root is reached only where the page keeps its roots in `roots`, as tests/browser/element.test.js lets it.
 * SPDX-License-Identifier: MIT */
import { openWebKitSession } from "./webkit-driver.js";

/* Where the room of the n-th element is: the frame in the element, and the frame in that. */
const inwardTo = (n) => [`return [...document.querySelectorAll('evax-xray > iframe'),
  ...(globalThis.roots ?? []).flatMap((root) => [...root.querySelectorAll('iframe')])][${n}];`,
"return document.querySelector('iframe');"];
/* More elements than a test has. */
const MOST_ROOMS = 3;

/** Keys by the names of the standard, as the driver has them. */
const KEYS = { Tab: "\uE004", Enter: "\uE007", Escape: "\uE00C", ArrowLeft: "\uE012", ArrowUp: "\uE013", ArrowRight: "\uE014",
  ArrowDown: "\uE015", Home: "\uE011", End: "\uE010", " ": " ", Space: " ", Shift: "\uE008", Control: "\uE009" };

/** @param {string | Function} work @param {unknown[]} args */
function bodyOf(work, args) {
  // What begins with a parenthesis is an expression, any other text a script.
  if (typeof work === "string" && !work.startsWith("(")) return { script: `${work}; arguments[0]();`, args: [] };
  const value = typeof work === "string" ? work : `(${work})(...args)`;
  return { args, script: `const args = [...arguments], done = args.pop();
    (async () => ${value})().then((value) => done({ value }), (error) => done({ wrong: String(error) }));` };
}

class Frame {
  #parent;

  /** @param {Page} page @param {string[]} inward scripts, each of which finds the next frame
   * @param {Frame | null} parent */
  constructor(page, inward, parent) {
    this.page = page;
    this.inward = inward;
    this.#parent = parent;
  }

  parentFrame() {
    return this.#parent;
  }

  /** As puppeteer's. @param {string | Function} work @param {unknown[]} args */
  evaluate(work, ...args) {
    return this.page.inTurn(async () => {
      const tell = async () => {
        await this.page.enter(this.inward);
        return this.page.ask("execute/async", bodyOf(work, args));
      };
      const answer = await tell().catch(() => {
        this.page.leave();
        return tell();
      });
      if (answer?.wrong) throw new Error(answer.wrong);
      return answer?.value;
    });
  }
}

/** Which page a session is at. @type {Map<Function, Page>} */
const places = new Map();

class Page {
  /** @type {string[] | null} */ #at = null;
  #handle;
  #context;
  /** @type {Promise<unknown>} */ #turn = Promise.resolve();
  #main = new Frame(this, [], null);
  #frames = Array.from({ length: MOST_ROOMS }, (_, n) => {
    const inward = inwardTo(n);
    const porch = new Frame(this, inward.slice(0, 1), this.#main);
    return [porch, new Frame(this, inward, porch)];
  }).flat();

  /** @param {import("./webkit-driver.js").WebKitSession["ask"]} ask @param {string} handle of the window
   * @param {object} context that it belongs to */
  constructor(ask, handle, context) {
    this.ask = ask;
    this.#handle = handle;
    this.#context = context;
  }

  browserContext() {
    return this.#context;
  }

  /** Those that there may be; whether one is there is known when it is asked. */
  frames() {
    return [this.#main, ...this.#frames];
  }

  /** @param {{ width: number, height: number }} size */
  setViewport({ width, height }) {
    return this.inTurn(async () => {
      this.leave();
      await this.ask("window", { handle: this.#handle });
      await this.ask("window/rect", { width, height });
    });
  }

  /** The look stays the machine's. */
  async emulateMediaFeatures() {}

  keyboard = { press: async (/** @type {string} */ key) => {
    const value = KEYS[key] ?? key;
    const actions = [{ type: "keyDown", value }, { type: "keyUp", value }];
    await this.inTurn(() => this.ask("actions", { actions: [{ type: "key", id: "keyboard", actions }] }));
  } };

  /** A session is at one place at a time. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** To go anywhere takes the focus along, so that it is done only where it must be. @param {string[]} inward */
  async enter(inward) {
    if (places.get(this.ask) === this && this.#at === inward) return;
    places.delete(this.ask);
    await this.ask("window", { handle: this.#handle });
    await this.ask("frame", { id: null });
    for (const script of inward) {
      const id = await this.ask("execute/sync", { script, args: [] });
      if (!id) throw new Error("there is no such frame");
      await this.ask("frame", { id });
    }
    places.set(this.ask, this);
    this.#at = inward;
  }

  /** What was a place may have gone. */
  leave() {
    places.delete(this.ask);
  }

  /** @param {string} url */
  goto(url) {
    return this.inTurn(async () => {
      this.leave();
      await this.enter(this.#main.inward);
      await this.ask("url", { url });
      this.leave();
    });
  }

  reload() {
    return this.inTurn(async () => {
      this.leave();
      await this.enter(this.#main.inward);
      await this.ask("refresh", {});
      this.leave();
    });
  }

  mainFrame() {
    return this.#main;
  }

  /** The second frame inward, or what will be it. */
  room() {
    return this.#frames[1];
  }

  /** @param {string | Function} work @param {unknown[]} args */
  evaluate(work, ...args) {
    return this.mainFrame().evaluate(work, ...args);
  }

  /** Dialogs stay: what opens one gets no answer, and its page is closed. */
  on() {}

  close() {
    return this.inTurn(async () => {
      this.leave();
      await this.ask("window", { handle: this.#handle });
      await this.ask("window", {}, "DELETE");
    });
  }
}

/** A profile is a browser of its own. */
async function openProfile() {
  const { version, ask, close } = await openWebKitSession();
  const first = await ask("window", {}, "GET"); // stays, so that there is always one to ask for more
  let isTaken = false;
  const context = {
    version,
    /** The first is the tab that is seen: in those behind it nothing is drawn. */
    async newPage() {
      await ask("window", { handle: first });
      if (!isTaken) {
        isTaken = true;
        return new Page(ask, first, context);
      }
      return new Page(ask, (await ask("window/new", { type: "tab" })).handle, context);
    },
    close: async () => close(),
  };
  return context;
}

/** As puppeteer.launch(). */
export async function launchWebKit() {
  const first = await openProfile();
  await first.close();
  const open = new Set();
  return {
    version: async () => first.version,
    async createBrowserContext() {
      const profile = await openProfile();
      open.add(profile);
      const { close } = profile;
      profile.close = async () => {
        if (open.delete(profile)) await close();
      };
      return profile;
    },
    close: async () => void await Promise.all([...open].map((profile) => profile.close())),
  };
}
