/* first-strings.js - the texts of what is shown before there is a model, in English; strings.js has all. The first script of the
 * sealed frame has these alone.
 * SPDX-License-Identifier: MIT */
import { wordsIn } from "./language.js";

/** The texts as they are written here. */
export const FIRST_ENGLISH = /** @type {const} */ ({
  title: "EVA-X chest X-ray",
  banner: "Research tool, not a medical device. Not for clinical use.",
  modelCard: "Model card",
  keys: "Keyboard",
  close: "Close",
  retry: "Retry",
  back: "Back",
  cancel: "Cancel",
  copyDiagnostics: "Copy diagnostics",
  copied: "Copied.",
  copyByHand: "Copying is blocked here. Select the text and copy it:",
  whatToDo: "What to do",
  language: "Language",
  bytes: "{n, plural, one {# byte} other {# bytes}}",

  menu: {
    heading: "Menu",
    notice: "Notice",
    acceptance: "Once accepted, the model opens at once on later visits, where this browser keeps it. Reload the page to come "
      + "back to the first screen.",
  },

  opening: {
    heading: "Findings in a chest X-ray, computed on your device",
    purpose: "A vision transformer gives a score for every finding that it was trained on, and says how well each score "
      + "has been tested. Your image never leaves this device.",
    looking: "Looking for the model…",
    siteModels: "Models of this site",
    model: "Model",
    findings: "Findings",
    findingCount: "{n, plural, =0 {none: a feature extractor} one {# finding} other {# findings}}",
    download: "Download",
    nothingYet: "{size}, starts when you accept",
    cached: "Already downloaded ({size})",
    partly: "{here} of {size} already downloaded",
    license: "License",
    takes: "File types",
    takesFiles: "DICOM, PNG and JPEG",
    notice: "Before you start",
    accept: "Accept and load",
    resume: "Accept and continue",
    promises: [
      ["Sealed first", "Films are opened in a frame that cannot send anything."],
      ["Every number explained", "All findings, with threshold, sensitivity and specificity."],
      ["Tested at start", "The engine is tested on known values before it shows a score."],
    ],
  },

  ownModel: {
    heading: "Another model",
    hint: "An EVA-X checkpoint (.pth, .pt, .safetensors) or a converted model (a folder, or one .zip). It is opened and "
      + "converted on this device. Drop it here, or choose it.",
    open: "Accept and open a model file",
    openFolder: "Accept and open a model folder",
    keep: "Keep it in this browser for the next visit",
    save: "Save it into a folder, for a web server",
    chooseFolder: "Choose the folder",
    savedIn: "Into the folder “{folder}”",
    kept: "Kept in this browser",
    keptTotal: "{all} in all. This site uses {used} of at most {quota}. The browser may delete it when space is short.",
    keptNote: "In a private window it forgets them when the window is closed.",
    openKept: "Accept and load {name}",
    forget: "Delete {name}",
    forgetShort: "Delete",
    none: {
      message: "{n, plural, =0 {the folder is empty} one {this file is not a model} other {there is no model among these # files}}",
      hint: "Choose an EVA-X checkpoint, with all of its files if it has several, or the folder of a converted model.",
    },
    closedFolder: {
      message: "this browser does not let a sealed frame look into a folder that is dropped",
      hint: "Open the folder by the button “Accept and open a model folder”, or drop the files that are in it.",
    },
    films: { message: "this is a film, not a model", hint: "Load a model first. Then open the film again." },
    sealedHeading: "Open another model file",
    sealedHint: "The frame is sealed. A model in a file can still be opened; for the models of the site, and those that this "
      + "browser keeps, load the page again.",
    whichHeading: "Which model?",
    which: "There are {n} models here. Choose one of them.",
    openOne: "Open {name}",
    insteadHeading: "This is a model, not a film",
    instead: "{name} can be opened instead of {current}.",
    lost: "It reads all films again. {n, plural, one {# result} other {# results}} of the present model will be gone.",
    saveFirst: "Export what you need first. Custom findings belong to the present model: save them, too.",
    notHanded: "The frame is sealed, so the other model can be used in this visit only. It cannot be kept in the browser any more.",
    openInstead: "Open {name} instead",
    goOn: "Keep the present model",
  },

  labels: {
    heading: "What do the model’s {n, plural, one {# output} other {# outputs}} stand for?",
    why: "The file does not say it, and no published EVA-X model has as many. Give the labels in the order of training: in a wrong "
      + "order every score has a wrong name.",
    list: "Labels, one per line",
    counted: "{have} of {want, plural, one {# label} other {# labels}}",
    twice: "“{label}” is there twice.",
    bad: "“{label}” cannot be a label: it needs a visible text of at most 80 characters.",
    scoring: "How they were trained",
    sigmoid: "Several findings in one film (sigmoid)",
    softmax: "Exactly one for each film (softmax)",
    use: "Go on with these labels",
    card: "Or choose a card (.json)",
    unreadable: "The card cannot be read: {why}",
  },

  loading: {
    heading: "Getting ready",
    phases: /** @type {Record<string, string>} */ ({
      manifest: "Reading the model’s description",
      weights: "Loading the model",
      fetch: "Fetching the engine and the converter",
      read: "Reading the file",
      calibrate: "Converting the model",
      write: "Writing the model",
      keep: "Keeping the model",
      seal: "Sealing the network",
      engine: "Starting the engine",
      "self-test": "Testing the engine",
      ready: "Ready",
    }),
    of: "{have} of {all}",
    fromCache: "kept in this browser",
    percent: "{n} %",
    fileCanceled: "Canceled. Nothing of the file is kept.",
    secondsLeft: "about {s} s left",
    minutesLeft: "about {min} min left",
    canceled: "Canceled. Complete parts of the model are kept.",
  },

  seal: {
    open: "Not sealed yet",
    openLong: "The model is downloaded first. No film can be opened before the frame is sealed.",
    sealed: "Sealed",
    sealedLong: "{n, plural, one {# request} other {# requests}} since {at}",
    refused: "{n} refused by the browser",
    shared: "Results go to this page",
    sharedLong: "The author of this page gets the findings of every film, not its pixels. The page has a network.",
    unenforced: "Not sealed",
    unenforcedLong: "This browser has not confirmed that every way out is closed. Nothing is sent, but only your "
      + "trust in this page says so. Go offline to be certain.",
    unsealed: "Not sealed",
    unsealedLong: "There is no sealed frame here. Any script of this page could send films and findings away.",
    check: "How to check",
    explain: "Films are read in a sealed frame. Its security policy forbids every connection, it has no cookies and no storage, "
      + "and the page around closed its line into it before the first film. The engine runs under the same policy. "
      + "To download anything else, the page must be loaded again.",
    howTo: [
      "Open the browser’s developer tools, choose Network, and open a film. The list stays empty.",
      "Or turn on airplane mode. Everything still works.",
      "The browser itself may look for a newer version of the page. Nothing of a film or finding goes along.",
      "The console shows red lines from the start: they are the attempts listed below, which the browser refused.",
      "Not covered: what you save or copy yourself, browser extensions, and whoever can change this page’s files.",
    ],
    tried: "What was tried after the seal",
    outcome: /** @type {Record<string, string>} */ ({
      blocked: "blocked", allowed: "NOT blocked", unknown: "not seen to be blocked",
    }),
    ways: /** @type {Record<string, string>} */ ({
      fetch: "fetch", xhr: "XMLHttpRequest", websocket: "WebSocket", eventSource: "EventSource",
      beacon: "beacon", image: "image", import: "script", stylesheet: "style sheet", frame: "frame",
      navigation: "navigation", form: "form", engineFetch: "fetch by the engine",
    }),
    loaded: "What was loaded before ({n, plural, one {# file} other {# files}})",
    cached: "kept",
    fetched: "fetched",
  },

  problem: {
    heading: "Something went wrong",
    unsupported: "This browser cannot run the engine",
    unsupportedWays: [
      "iPhone or iPad in Lockdown Mode: Settings, Privacy & Security, Lockdown Mode; or allow this site "
        + "under “Configure Web Browsing”.",
      "Microsoft Edge with enhanced security: open the lock in the address bar and turn it off for this "
        + "site.",
      "Otherwise update the browser: Chrome or Edge 123, Firefox 124, Safari 17.5 or newer.",
      "A browser inside another app: open this page in the system’s own browser.",
    ],
    engineLost: "The engine has stopped. All results so far are still here. Export them before you load the page again.",
    unexpected: "Load the page again. If it happens again, please report it with the diagnostics.",
    notThisPage: "Unexpected error",
  },

  /* With more of each in strings.js. */
  films: { fromCode: "Image from this page" },
  siteCard: { open: "Open a site card…" },
});

/** The same in the language that is set. */
export const text = wordsIn(FIRST_ENGLISH);
