/* strings.js - all texts of the page. Another language is another such file.
 *
 * Words for people: finding, score, threshold, attention map. The texts of errors, notices and notes
 * come from the engine and the model.
 * SPDX-License-Identifier: MIT */

export const LANGUAGE = "en";

/** @param {number} n @param {string} one @param {string} [many] */
const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** A value of a window of this width: whole numbers, unless the window is narrow.
 * @param {number} value @param {number} width */
const windowValue = (value, width) => value.toFixed(width >= 20 ? 0 : 2);

export const text = {
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

  opening: {
    heading: "Findings in a chest X-ray, computed on your device",
    purpose: "A vision transformer scores a film for every finding it was trained on, and shows how "
      + "far each score has been tested. The film never leaves this device.",
    looking: "Looking for the model\u2026",
    siteModels: "Models of this site",
    model: "Model",
    findings: "Findings",
    findingCount: (/** @type {number} */ n) => (n ? plural(n, "finding") : "none: a feature extractor"),
    download: "Download",
    nothingYet: (/** @type {string} */ size) => `${size}, starts when you accept`,
    cached: (/** @type {string} */ size) => `none: ${size} kept in this browser since the last visit`,
    partly: (/** @type {string} */ here, /** @type {string} */ size) =>
      `${here} of ${size} are here already`,
    license: "License",
    takes: "File types",
    takesFiles: "DICOM, PNG and JPEG",
    notice: "Before you start",
    accept: "Accept and load",
    resume: "Accept and continue",
    promises: [
      ["Sealed first", "Films are opened in a frame that can send nothing, closed before the first."],
      ["Every number explained", "All findings, with threshold, sensitivity and specificity."],
      ["Tested at start", "The engine proves itself on known vectors before it shows a score."],
    ],
  },

  ownModel: {
    heading: "Another model",
    hint: "A checkpoint of EVA-X (.pth, .pt, .safetensors) or a converted model (its folder, or one .zip). It is opened and "
      + "converted on this device. Drop it here, or choose it.",
    open: "Accept and open a model file",
    openFolder: "Accept and open a model folder",
    keep: "Keep it in this browser for the next visit",
    save: "Save it into a folder, for a web server",
    chooseFolder: "Choose the folder",
    savedIn: (/** @type {string} */ folder) => `Into the folder “${folder}”`,
    kept: "Kept in this browser",
    keptTotal: (/** @type {string} */ all, /** @type {string} */ used, /** @type {string} */ quota) =>
      `${all} in all. The browser has given this site ${used} of at most ${quota}, and may take it back when space is short.`,
    keptNote: "In a private window it forgets them when the window is closed.",
    openKept: (/** @type {string} */ name) => `Accept and load ${name}`,
    forget: (/** @type {string} */ name) => `Delete ${name}`,
    forgetShort: "Delete",
    none: (/** @type {number} */ n) => ({
      message: n === 0 ? "the folder is empty"
        : `among ${plural(n, "file")} there is neither a checkpoint nor a converted model`,
      hint: "Give a checkpoint of EVA-X, with all of its files if it has several, or the folder of a converted model.",
    }),
    closedFolder: {
      message: "this browser does not let a sealed frame look into a folder that is dropped",
      hint: "Open the folder by the button \u201cAccept and open a model folder\u201d, or drop the files that are in it.",
    },
    films: { message: "this is a film, not a model", hint: "Load a model first; then give the film again." },
    sealedHeading: "Open another model file",
    sealedHint: "The frame is sealed. A model in a file can still be opened; for the models of the site, and those that this "
      + "browser keeps, load the page again.",
    whichHeading: "Which model?",
    which: (/** @type {number} */ n) => `There are ${n} models in what was given. One of them can be opened.`,
    openOne: (/** @type {string} */ name) => `Open ${name}`,
    insteadHeading: "This is a model, not a film",
    instead: (/** @type {string} */ name, /** @type {string} */ current) =>
      `${name} can be opened instead of the model that is loaded (${current}).`,
    lost: (/** @type {number} */ results) =>
      `The films of the list are read again with it, and ${plural(results, "result")} of the present model `
      + "will be gone: export them first if you need them. Custom findings belong to the present model; save those first, too.",
    notHanded: "The frame is sealed, so the other model serves this visit only: it cannot be kept in the browser any more.",
    openInstead: (/** @type {string} */ name) => `Open ${name} instead`,
    goOn: "Go on with the present model",
  },

  labels: {
    heading: (/** @type {number} */ n) => `What do the model’s ${plural(n, "output")} stand for?`,
    why: "The file does not say it, and no published EVA-X has so many. The order is that of training: a wrong order gives "
      + "every score a wrong name.",
    list: "Labels, one a line",
    counted: (/** @type {number} */ have, /** @type {number} */ want) => `${have} of ${plural(want, "label")}`,
    twice: (/** @type {string} */ label) => `“${label}” is there twice.`,
    bad: (/** @type {string} */ label) =>
      `“${label}” cannot be a label: it needs a visible text of at most 80 characters.`,
    scoring: "How they were trained",
    sigmoid: "Each by itself: several findings in one film (sigmoid)",
    softmax: "One of them for each film (softmax)",
    use: "Go on with these labels",
    card: "Or choose a card (.json)",
    unreadable: (/** @type {string} */ why) => `The card cannot be read: ${why}`,
  },

  modelBar: {
    heading: "Model",
    kept: "Kept in this browser for the next visit.",
    notKept: (/** @type {string} */ why) => `Not kept in this browser: ${why}.`,
    saved: "Saved into the folder that was chosen.",
    notSaved: (/** @type {string} */ why) => `Not saved into the folder: ${why}.`,
    save: "Save the model as one file",
    saving: "Writing the file…",
    saveDone: (/** @type {string} */ file) => `${file} saved.`,
    notNow: "A film has been opened, and from then on the page gives out no model. To save it, load the page again.",
    hash: "SHA-256 of manifest.json",
  },

  loading: {
    heading: "Getting ready",
    phases: /** @type {Record<string, string>} */ ({
      manifest: "Reading the model's description",
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
    of: (/** @type {string} */ have, /** @type {string} */ all) => `${have} of ${all}`,
    fromCache: "kept in this browser",
    percent: (/** @type {number} */ n) => `${n} %`,
    fileCanceled: "Canceled. Nothing of the file is kept.",
    left: (/** @type {number} */ s) =>
      (s < 60 ? `about ${s} s left` : `about ${Math.round(s / 60)} min left`),
    canceled: "Canceled. The parts of the model that have come whole are kept.",
  },

  seal: {
    open: "Not sealed yet",
    openLong: "The model has to be fetched first. No film can be opened before the frame is sealed.",
    sealed: "Sealed",
    sealedLong: (/** @type {{ sent: number, refused: number }} */ { sent, refused },
      /** @type {string} */ at) =>
      `${plural(sent, "request")} since ${at}${refused > 0 ? `, ${refused} refused by the browser` : ""}`,
    shared: "Results go to this page",
    sharedLong: "The author of this page gets the findings of every film, not its pixels. The page has a network.",
    unenforced: "Not sealed",
    unenforcedLong: "This browser has not confirmed that every way out is closed. Nothing is sent, but only your "
      + "trust in this page says so. Go offline to be certain.",
    unsealed: "Not sealed",
    unsealedLong: "There is no sealed frame here. Any script of this page could send films and findings away.",
    check: "How to check",
    explain: "Films are read in a frame of its own origin. Its policy forbids every connection, frame and form, it "
      + "has no cookies and no storage, and the page around closed its line into it before the first film. The "
      + "engine runs in a worker under the same policy. To fetch anything the page must be loaded again.",
    howTo: [
      "Open the browser's developer tools, choose Network, and open a film: the list stays empty.",
      "Or turn on airplane mode, or pull the cable: everything goes on working.",
      "Requests are counted as the browser lists them for this frame; its workers cannot make any. The browser itself "
        + "may look for a newer version of the page around; nothing of a film or finding goes along.",
      "Not covered: what you save or copy yourself, browser extensions, and whoever can change this page's files.",
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
    loaded: (/** @type {number} */ n) => `What was loaded before (${plural(n, "file")})`,
    cached: "kept",
    fetched: "fetched",
  },

  films: {
    heading: "Films",
    drop: "Drop films here",
    dropHint: "DICOM, PNG or JPEG, one or many. Or paste with Ctrl+V.",
    choose: "Choose films",
    folder: "Choose a folder",
    clear: "Clear list",
    cancelAll: "Cancel all",
    examples: "Or try an example",
    skipped: (/** @type {number} */ n) => `${plural(n, "file")} of other kinds left out.`,
    nothing: "There was no film in what was given: DICOM, PNG and JPEG files are read.",
    closedFolder: "This browser does not let a sealed frame look into a folder that is dropped. Open it by \u201cChoose a "
      + "folder\u201d, or drop the files that are in it.",
    status: /** @type {Record<string, string>} */ ({
      waiting: "waiting", reading: "reading", done: "done", failed: "failed", canceled: "canceled",
    }),
    above: (/** @type {number} */ n) => `${n} above threshold`,
    noThresholds: "scored",
    cancelOne: (/** @type {string} */ name) => `Cancel ${name}`,
    retryOne: (/** @type {string} */ name) => `Retry ${name}`,
    progress: (/** @type {number} */ done, /** @type {number} */ all) => `${done} of ${all} read`,
    failedCount: (/** @type {number} */ n) => `${n} failed`,
    frame: "Frame, from 1",
    readFrame: "Read this frame",
    pasted: "Pasted picture",
    fromCode: "Picture from code",
    canvasNoise: "This browser changes the pixels that pages read from a canvas. This film came from "
      + "a canvas, so its scores may differ from those of the file. Open the file itself.",
  },

  viewer: {
    heading: "Film",
    empty: "No film yet",
    label: (/** @type {string} */ name, /** @type {string} */ size) => `${name}, ${size}.`,
    keysHint: "Arrow keys pan, plus and minus zoom. Press question mark for all keys.",
    again: "Reading the film again\u2026",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    invert: "Invert",
    reset: "Reset",
    seen: "What the model saw",
    level: "Level",
    window: "Window",
    onlyView: "The view only: it never changes what the model sees.",
    deepNote: (/** @type {number} */ count) =>
      `The view only, in all ${count.toLocaleString("en")} shades that the file can hold: it never changes what the model sees.`,
    nativeWindow: (/** @type {{ center: number, width: number }} */ { center, width }) =>
      `Window in the file\u2019s values: center ${windowValue(center, width)}, width ${windowValue(width, width)}.`,
    seenNote: (/** @type {number} */ side) =>
      `Exactly what the model saw: ${side} \u00d7 ${side} pixels.`,
    stored: (/** @type {import("../../engine/analysis.js").InputInfo} */ f) =>
      `${f.width} \u00d7 ${f.height} pixels, ${f.bitDepth} bits, ${f.format.toUpperCase()}`,
    keyList: [
      ["+ \u2212", "zoom in, zoom out"],
      ["\u2190 \u2191 \u2192 \u2193", "pan"],
      ["[ ]", "level down, level up"],
      [", .", "window narrower, wider"],
      ["I", "invert"],
      ["S", "what the model saw"],
      ["R", "reset the view"],
      ["N P", "next film, previous film"],
      ["?", "this list"],
    ],
    mapKeyList: [
      ["M", "attention map on, off"],
      ["F", "attention map of the next finding"],
      ["C", "contours or colors"],
      ["9 0", "attention map fainter, stronger"],
    ],
    keysScope: "These keys work while the film has the focus. With a mouse: drag to pan, wheel to zoom, "
      + "Shift and drag for window and level.",
  },

  attention: {
    heading: "Attention map",
    finding: "Finding",
    method: "Method",
    methods: { "grad-cam": "Grad-CAM", contribution: "Contribution" },
    means: {
      "grad-cam": "Grad-CAM: the channels of the model\u2019s last block, weighed by how strongly each would "
        + "change this score.",
      contribution: "Contribution: what each patch adds to this score when the model sums over patches in "
        + "its last step; a patch also carries what it took up from others.",
    },
    meaning: "A map shows what moved the score, not where disease is.",
    opacity: "Opacity",
    contours: "Contours",
    shared: "One scale for all findings of this film",
    topOfAll: "largest value of all findings",
    topOfOne: "largest value of this finding",
    legend: (/** @type {string} */ to) => `Colors from 0 to the ${to}`,
    patches: (/** @type {number} */ w, /** @type {number} */ h) => `${w} \u00d7 ${h} patches`,
    computing: "Computing\u2026",
    shown: (/** @type {string} */ finding) => `Attention map of ${finding}`,
    off: "Attention map off",
  },

  results: {
    heading: "Findings",
    empty: "Open a film to see every finding with its score.",
    reading: "Reading the film\u2026",
    waiting: "This film waits for its turn.",
    canceled: "This film was canceled.",
    finding: "Finding",
    score: "Score",
    logit: "Logit",
    threshold: "Threshold",
    verdict: "Against threshold",
    measured: "Measured",
    evidence: "Evidence",
    above: "above",
    below: "below",
    noThreshold: "no threshold",
    sensitivity: "Sensitivity",
    specificity: "Specificity",
    sensShort: "sens.",
    specShort: "spec.",
    films: (/** @type {string} */ n, /** @type {string | null} */ positives) =>
      (positives === null ? `${n} films` : `${n} films, ${positives} positive`),
    auc: "AUC",
    dataset: "Data set",
    interval: (/** @type {string} */ low, /** @type {string} */ high) => `95 % interval ${low} to ${high}`,
    evidences: /** @type {Record<string, string>} */ ({
      validated: "validated", weak: "weak", none: "none", unknown: "not stated",
    }),
    evidenceOf: (/** @type {string} */ finding) => `Evidence for ${finding}: `,
    logits: "Show logits",
    scoreNote: "A score is the model's output, not a probability. Compare it with its own threshold, "
      + "never with another finding's score.",
    scoreNoteAlone: "A score is the model's output, not a probability. Scores of different findings do not compare.",
    timing: (/** @type {string} */ t) => `Read in ${t} on this device.`,
    treated: "Done to the film before the model saw it",
    custom: "custom finding",
    readBy: (/** @type {string} */ model) => `Read by ${model}, SHA-256 of its manifest `,
    noThresholds: "This model has no thresholds: nothing here says whether a score is high or low.",
    orders: /** @type {Record<string, [string, string]>} by column: from the top, and the other way */ ({
      score: ["Highest score first.", "Lowest score first."],
      logit: ["Highest logit first.", "Lowest logit first."],
      label: ["From Z to A.", "From A to Z."],
    }),
    noFindings: "This model is a feature extractor: it has no findings.",
  },

  summary: {
    above: (/** @type {number} */ n, /** @type {number} */ all) =>
      `${n} of ${plural(all, "finding")} above threshold`,
    item: (/** @type {string} */ label, /** @type {string} */ score, /** @type {string} */ threshold) =>
      `${label} ${score} (threshold ${threshold})`,
    weak: "weak evidence",
    below: (/** @type {number} */ n) => `${n} below`,
    none: (/** @type {number} */ n) => `${n} without a threshold`,
    scored: (/** @type {number} */ n) => `${plural(n, "finding")} scored, without thresholds.`,
  },

  similar: {
    heading: "Films most alike",
    note: "Among the films of this visit, by how the model sees them: 1 is the same. Likeness may come from "
      + "pose, age or machine as well as from a finding.",
    similarity: (/** @type {string} */ value) => `similarity ${value}`,
  },

  training: {
    heading: "Train a finding",
    purpose: "Name a finding, and give films that show it and films that do not. A linear "
      + "classifier on the model's embeddings is fitted to them, and scores every film. Nothing leaves this device.",
    name: "Name of the finding",
    sides: { positive: "Shows it", negative: "Does not" },
    addShown: "Add the film shown",
    choose: "Choose films",
    drop: "Or drop films here.",
    count: (/** @type {number} */ n) => plural(n, "film"),
    more: (/** @type {number} */ n) => `and ${n} more`,
    removeOne: (/** @type {string} */ name) => `Remove ${name} from the training films`,
    train: "Train",
    open: "Open a trained finding",
    missing: "A name and at least one film of each class are needed.",
    reading: (/** @type {number} */ n) => `${plural(n, "film")} to read\u2026`,
    running: "Training, and testing on films left out\u2026",
    trained: (/** @type {string} */ name) => `${name} was trained.`,
    opened: (/** @type {string} */ name) => `${name} was opened.`,
    canceled: "Canceled. The films are still there.",
    failed: "Training failed",
    save: "Save",
    saveOne: (/** @type {string} */ name) => `Save ${name}`,
    forget: "Forget",
    forgetOne: (/** @type {string} */ name) => `Forget ${name}`,
    films: "Films",
    both: (/** @type {string} */ yes, /** @type {string} */ no) => `${yes} show it, ${no} do not`,
    prototype: "AUC of the nearest mean",
    measured: "Measured",
    folds: (/** @type {number} */ k, /** @type {number} */ n) =>
      `on films left out, ${k}-fold cross-validation, ${plural(n, "time")}`,
    curve: "Learning curve",
    curveAxis: "training films of each class",
    curvePoint: (/** @type {number} */ n, /** @type {string} */ auc) => `${plural(n, "film")}: AUC ${auc}`,
    curveNote: "AUC on films not trained on: mean of ten draws, lowest to highest. Dashed: the nearest "
      + "mean.",
  },

  exports: {
    heading: "Export",
    json: "JSON",
    csv: "CSV",
    png: "PNG of this film",
    print: "Print",
    names: "Include file names",
    namesHint: "File names can identify a person, so they are left out unless asked for.",
    done: (/** @type {string} */ file) => `${file} saved.`,
    film: (/** @type {number} */ n) => `Film ${n}`,
    asShown: "Film as shown in the viewer.",
    columnRule: "above: score > threshold. No score is a probability.",
  },

  card: {
    heading: "Model card",
    use: "Intended use",
    useText: "Research and teaching: to see what such a model does with a film. Not for decisions about "
      + "a person. It was tested only on the data sets named below.",
    identity: "Identity",
    name: "Name",
    size: "Architecture",
    weights: "Weights",
    input: "Input",
    inputText: (/** @type {number} */ resize, /** @type {number} */ crop) =>
      `short side to ${resize} px, center ${crop} \u00d7 ${crop} px, gray`,
    hash: "SHA-256 of manifest.json",
    engine: "Engine",
    license: "License of the weights",
    attribution: "Attribution",
    notice: "Notice",
    measured: "What was measured, per finding",
    note: "Note",
  },

  problem: {
    heading: "Something went wrong",
    unsupported: "This browser cannot run the engine",
    unsupportedWays: [
      "iPhone or iPad in Lockdown Mode: Settings, Privacy & Security, Lockdown Mode; or allow this site "
        + "under \u201cConfigure Web Browsing\u201d.",
      "Microsoft Edge with enhanced security: open the lock in the address bar and turn it off for this "
        + "site.",
      "Otherwise update the browser: Chrome or Edge 123, Firefox 124, Safari 17.5 or newer.",
      "A browser inside another app: open this page in the system's own browser.",
    ],
    engineLost: "The engine has stopped. Every result so far is kept; export it before loading the page "
      + "again.",
    unexpected: "Load the page again. If it happens again, please report it with the diagnostics.",
    notThisPage: "Unexpected",
  },
};
