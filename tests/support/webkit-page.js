/* webkit-page.js - WebKitGTK with those of puppeteer's methods that the laboratory and the page's tests use.
 *
 * Its driver speaks plain WebDriver: no look is emulated, no dialog is answered, touch is taken for a mouse. For tests a
 * proxy puts scripts before a page's own; one keeps closed roots, so that the frames in them are found. The laboratory,
 * which counts what is asked for, does without. A window is 447 pixels wide at least.
 * SPDX-License-Identifier: MIT */
import { setTimeout as sleep } from "node:timers/promises";
import { startFirstScriptProxy } from "./first-script-proxy.js";
import { openWebKitSession } from "./webkit-driver.js";

/** Runs in a page before its own scripts. */
function keepClosedRoots() {
  const roots = [];
  const open = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = open.call(this, options);
    if (options.mode === "closed") roots.push(root);
    return root;
  };
  Object.assign(globalThis, { closedRoots: roots });
}

/* Where the room of the n-th element is: the frame in the element, and the frame in that. */
const inwardTo = (n) => [`return [...document.querySelectorAll('evax-xray > iframe'),
  ...(globalThis.closedRoots ?? []).flatMap((root) => [...root.querySelectorAll('iframe')])].filter((frame) => frame.isConnected)[${n}];`,
"return document.querySelector('iframe');"];
/* A page that stands around somebody's. */
const FRAMED = "return document.querySelector('body > iframe');";
/* Goes with its document. */
const MARK = "globalThis.isBeforeNavigation = true;";
const hasNavigated = () => !("isBeforeNavigation" in globalThis) && document.readyState === "complete";
/* More elements than a test has. */
const MOST_ROOMS = 3;
const WAIT_MS = 30_000;

/** Keys by the names of the standard, as the driver has them. */
const KEYS = { Tab: "\uE004", Enter: "\uE007", Escape: "\uE00C", ArrowLeft: "\uE012", ArrowUp: "\uE013", ArrowRight: "\uE014",
  ArrowDown: "\uE015", Home: "\uE011", End: "\uE010", Delete: "\uE017", " ": " ", Space: " ", Shift: "\uE008", Control: "\uE009" };
const BUTTONS = { left: 0, middle: 1, right: 2 };

/** @param {string | Function} work @param {unknown[]} args */
function bodyOf(work, args) {
  // What begins with a parenthesis is an expression, any other text a script.
  if (typeof work === "string" && !work.startsWith("(")) return { script: `${work}; arguments[0]();`, args: [] };
  const value = typeof work === "string" ? work : `(${work})(...args)`;
  return { args, script: `const args = [...arguments], done = args.pop();
    (async () => ${value})().then((value) => done({ value, isNothing: value === undefined }),
      (error) => done({ wrong: String(error) }));` };
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
  async evaluate(work, ...args) {
    const answer = await this.#tell("execute/async", bodyOf(work, args));
    if (answer?.wrong) throw new Error(answer.wrong);
    return answer?.isNothing ? undefined : answer?.value; // the driver knows null only
  }

  /** An element, to give files to. @param {Function} work @param {unknown[]} args */
  async evaluateHandle(work, ...args) {
    const found = await this.#tell("execute/sync", { script: `return (${work})(...arguments);`, args });
    const [id] = Object.values(found);
    /** @param {string[]} paths */
    const uploadFile = (...paths) => this.#tell(`element/${id}/value`, { text: paths.join("\n") });
    return { uploadFile };
  }

  /** A command in this frame. @param {string} command @param {object} body */
  #tell(command, body) {
    return this.page.inTurn(async () => {
      const tell = async () => {
        await this.page.enter(this.inward);
        return this.page.ask(command, body);
      };
      return tell().catch(() => {
        this.page.leave();
        return tell();
      });
    });
  }
}

/** Which page a session is at. @type {Map<Function, Page>} */
const places = new Map();

class Page {
  /** @type {string[] | null} */ #at = null;
  #handle;
  #context;
  #url = "";
  /** @type {Promise<unknown>} */ #turn = Promise.resolve();
  #main = new Frame(this, [], null);
  #frames = this.#framesIn(this.#main);
  #framed = new Frame(this, [FRAMED], this.#main);
  #framesOfFramed = this.#framesIn(this.#framed);

  /** @param {import("./webkit-driver.js").WebKitSession["ask"]} ask @param {string} handle of the window
   * @param {{ runFirst: (script: string) => void }} context that it belongs to */
  constructor(ask, handle, context) {
    this.ask = ask;
    this.#handle = handle;
    this.#context = context;
  }

  /** Those of elements. @param {Frame} around */
  #framesIn(around) {
    return Array.from({ length: MOST_ROOMS }, (_, n) => {
      const [toPorch, toRoom] = inwardTo(n);
      const porch = new Frame(this, [...around.inward, toPorch], around);
      return [porch, new Frame(this, [...porch.inward, toRoom], porch)];
    }).flat();
  }

  browserContext() {
    return this.#context;
  }

  /** Those that there may be; whether one is there is known when it is asked. */
  frames() {
    return [this.#main, ...this.#frames, this.#framed, ...this.#framesOfFramed];
  }

  /** @param {{ width: number, height: number }} size of what a page sees */
  setViewport({ width, height }) {
    return this.inTurn(async () => {
      this.leave();
      await this.enter(this.#main.inward);
      await this.ask("window/rect", { width, height });
      const bars = await this.ask("execute/sync", { script: "return outerHeight - innerHeight;", args: [] });
      await this.ask("window/rect", { width, height: height + bars });
    });
  }

  /** The look stays the machine's. */
  async emulateMediaFeatures() {}

  /** It is a window of its own, always in sight. */
  async bringToFront() {}

  keyboard = { press: async (/** @type {string} */ key) => {
    const value = KEYS[key] ?? key;
    await this.#act("key", [{ type: "keyDown", value }, { type: "keyUp", value }]);
  } };

  /** In the page's coordinates. */
  mouse = {
    move: (/** @type {number} */ x, /** @type {number} */ y, { steps = 1 } = {}) =>
      this.#point([{ type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 20 * steps }]),
    down: ({ button = "left" } = {}) => this.#point([{ type: "pointerDown", button: BUTTONS[button] }]),
    up: ({ button = "left" } = {}) => this.#point([{ type: "pointerUp", button: BUTTONS[button] }]),
    click: async (/** @type {number} */ x, /** @type {number} */ y) => {
      await this.mouse.move(x, y);
      await this.mouse.down();
      await this.mouse.up();
    },
  };

  /** @param {object[]} actions */
  #point(actions) {
    return this.inTurn(async () => {
      await this.enter(this.#main.inward);
      await this.ask("actions", { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }] });
    });
  }

  /** @param {string} type @param {object[]} actions */
  #act(type, actions) {
    return this.inTurn(() => this.ask("actions", { actions: [{ type, id: type, actions }] }));
  }

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

  /** The driver does not wait for what is loaded, so that the page can be looked at while it is.
   * @param {string} command @param {object} body */
  async #load(command, body) {
    await this.inTurn(async () => {
      this.leave();
      await this.enter(this.#main.inward);
      await this.ask("execute/sync", { script: MARK, args: [] });
      await this.ask(command, body);
      this.leave();
    });
    await this.waitForFunction(hasNavigated);
  }

  /** @param {string} url */
  goto(url) {
    this.#url = url;
    return this.#load("url", { url });
  }

  reload() {
    return this.#load("refresh", {});
  }

  /** Where it was sent. */
  url() {
    return this.#url;
  }

  title() {
    return this.evaluate(() => document.title);
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
    return this.#main.evaluate(work, ...args);
  }

  /** In this and every later page of its profile; not in frames whose text is their author's. @param {Function} script */
  async evaluateOnNewDocument(script) {
    this.#context.runFirst(`(${script})();`);
  }

  /** @param {string} selector */
  $(selector) {
    return this.#main.evaluateHandle((s) => document.querySelector(s), selector);
  }

  /** As puppeteer's. @param {Function} work @param {object} [_options] @param {unknown[]} args */
  async waitForFunction(work, _options, ...args) {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(50)) {
      if (await this.evaluate(work, ...args).catch(() => false)) return;
    }
    throw new Error(`${work} ${args} does not come about`);
  }

  /** @param {string} selector */
  waitForSelector(selector) {
    return this.waitForFunction((s) => Boolean(document.querySelector(s)), {}, selector);
  }

  /** Begins to wait at once, as puppeteer's. */
  async waitForNavigation() {
    await this.evaluate(MARK);
    await this.waitForFunction(hasNavigated);
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

/** A profile is a browser of its own. @param {ProfileOptions} options */
async function openProfile({ scripts, environment }) {
  const proxy = scripts ? await startFirstScriptProxy() : null;
  const { version, ask, close } = await openWebKitSession({ proxy: proxy?.port, environment, pageLoadStrategy: "none" });
  const first = await ask("window", {}, "GET"); // stays, so that there is always one to ask for more
  const all = [`(${keepClosedRoots})();`];
  const runFirst = (/** @type {string} */ script) => {
    all.push(script);
    proxy?.setScript(all.join("\n"));
  };
  proxy?.setScript(all.join("\n"));
  const context = {
    version,
    runFirst,
    /** A window of its own: in a tab behind another nothing is drawn. */
    async newPage() {
      await ask("window", { handle: first });
      return new Page(ask, (await ask("window/new", { type: "window" })).handle, context);
    },
    close: async () => {
      close();
      proxy?.close();
    },
  };
  return context;
}

/** @typedef {{ scripts?: boolean, environment?: Record<string, string> }} ProfileOptions scripts: run before a page's own;
 *   environment: of the browser's processes */

/** As puppeteer.launch(). @param {ProfileOptions} [options] */
export async function launchWebKit(options = {}) {
  const first = await openProfile({});
  await first.close();
  const open = new Set();
  return {
    version: async () => first.version,
    /** @param {ProfileOptions} [more] */
    async createBrowserContext(more) {
      const profile = await openProfile({ ...options, ...more });
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
