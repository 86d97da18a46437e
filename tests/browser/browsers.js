/* browsers.js - Debian's Chromium and Firefox, headless; and WebKitGTK, where a run asks for it by name.
 * SPDX-License-Identifier: MIT */
import puppeteer from "puppeteer-core";

/** @typedef {"chromium" | "firefox"} PuppetName */
/** @typedef {PuppetName | "webkit"} BrowserName */

/** A browser's name, and how it is started.
 * @type {Record<PuppetName, import("puppeteer-core").LaunchOptions>} */
export const BROWSERS = {
  chromium: {
    browser: "chrome",
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  },
  firefox: {
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    extraPrefsFirefox: {
      "app.normandy.enabled": false,
      "network.captive-portal-service.enabled": false,
      // Of several pages in a window one is seen. The timers of the others go on all the same, as puppeteer lets Chromium's.
      "dom.min_background_timeout_value": 4,
      "dom.min_background_timeout_value_without_budget_throttling": 4,
      "dom.timeout.enable_budget_timer_throttling": false,
    },
  },
};

/** Those that this run is about: the one that is named in the environment, or all. */
export const CHOSEN = /** @type {BrowserName[]} */ (process.env.BROWSER ? [process.env.BROWSER] : Object.keys(BROWSERS));

/* Longer than a page takes on a machine that is busy with other things. */
export const WAIT_MS = 120_000;

/** The pages of new contexts wait that long, where puppeteer's would give up after 30 seconds.
 * @param {import("puppeteer-core").Browser} browser */
function wait(browser) {
  const create = browser.createBrowserContext.bind(browser);
  browser.createBrowserContext = async (options) => {
    const context = await create(options);
    const open = context.newPage.bind(context);
    context.newPage = async (how) => {
      const page = await open(how);
      page.setDefaultTimeout(WAIT_MS);
      return page;
    };
    return context;
  };
  return browser;
}

/* Puppeteer switches features off, among them that sandboxed frames have a process of their own. */
const FEATURES_OFF = puppeteer.defaultArgs({ browser: "chrome" }).filter((arg) => arg.startsWith("--disable-features="));

/** A browser with a profile of its own, which is gone when it closes. @param {BrowserName} name
 * @param {string[]} [args] of its command line
 * @param {boolean} [asVisitors] Chromium with the features that a visitor's has: for measuring
 * @returns {Promise<import("puppeteer-core").Browser>} of WebKit what tests/support/webkit-page.js has of it */
export const launch = async (name, args = [], asVisitors = false) => {
  if (name === "webkit") {
    const { launchWebKit } = await import("../support/webkit-page.js");
    // Safari shares memory in isolated pages, WebKitGTK only if it is told to.
    return /** @type {any} */ (await launchWebKit({ scripts: true, environment: { JSC_useSharedArrayBuffer: "1" } }));
  }
  const { args: usual = [], ...options } = BROWSERS[name];
  const ignoreDefaultArgs = asVisitors && name === "chromium" && FEATURES_OFF;
  return wait(await puppeteer.launch({ headless: true, ...options, args: [...usual, ...args], ignoreDefaultArgs }));
};

/** @type {Map<string, Promise<import("puppeteer-core").Browser>>} */
const shared = new Map();

/** A browser that all tests of this process share, each in contexts of its own; closeBrowsers ends it.
 * @param {BrowserName} name */
export function sharedBrowser(name) {
  if (!shared.has(name)) shared.set(name, launch(name));
  return shared.get(name);
}

/** For after() of every file of tests that shares a browser; once more does no harm. */
export async function closeBrowsers() {
  const browsers = await Promise.all(shared.values());
  shared.clear();
  await Promise.all(browsers.map((browser) => browser.close()));
}
