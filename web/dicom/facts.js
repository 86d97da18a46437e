/* facts.js - what is said of a DICOM film, in results, page and exports: words of the standard only.
 *
 * An element of code (CS) can hold anything that somebody typed. So a value is passed on if it is in
 * the lists below, and is otherwise "other".
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./data-set.js").DataSet} DataSet */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./syntaxes.js").Syntax} Syntax */

/** Facts of the file; "" where it does not say, "other" where what it says is not among the
 * standard's words.
 * @typedef {object} DicomFacts
 * @property {string} transferSyntax its UID
 * @property {string} modality
 * @property {string} view
 * @property {string} laterality
 * @property {string} bodyPart
 * @property {string} intent
 * @property {string} photometric
 * @property {boolean} signed
 * @property {number} bitsAllocated
 * @property {number} frames
 * @property {number} frame the one that was read, from 1
 * @property {[number, number] | null} rescale slope and intercept
 * @property {import("./window.js").Window | null} window how samples became 0..255; null for colour
 */

/** Why a result may not mean what it seems to.
 * @typedef {"MODALITY" | "VIEW_LATERAL" | "VIEW_UNKNOWN" | "BODY_PART" | "FOR_PROCESSING"
 *   | "BURNED_IN_ANNOTATION" | "LOSSY" | "DEFAULT_WINDOW" | "COLOUR"} ReasonCode */
/** @typedef {{ code: ReasonCode, message: string }} Reason */

const MODALITIES = ["CR", "DX", "OT", "SC", "CT", "MR", "US", "MG", "IO", "PX", "RF", "XA", "NM", "PT",
  "XC", "ES", "SM", "OP", "GM", "HC", "SR", "PR", "KO", "SEG", "RG", "DR", "RTIMAGE", "BMD", "ECG"];
const FRONTAL = ["AP", "PA"];
const LATERAL = ["LL", "RL", "LATERAL", "LAT", "LLD", "RLD", "ML", "LM"];
const OBLIQUE = ["LLO", "RLO", "RAO", "LAO", "RPO", "LPO"];
const CHEST = ["CHEST", "THORAX", "LUNG", "LUNGS"];
const BODY_PARTS = [...CHEST, "ABDOMEN", "ANKLE", "ARM", "BREAST", "CSPINE", "CLAVICLE", "COCCYX",
  "CTSPINE", "ELBOW", "EXTREMITY", "FEMUR", "FINGER", "FOOT", "FOREARM", "HAND", "HEAD", "HEART", "HIP",
  "HUMERUS", "JAW", "KNEE", "LEG", "LSPINE", "LSSPINE", "NECK", "PELVIS", "RIB", "RIBS", "SACRUM",
  "SCAPULA", "SHOULDER", "SKULL", "SPINE", "SSPINE", "STERNUM", "TOE", "TSPINE", "TLSPINE",
  "WHOLEBODY", "WRIST"];
const INTENTS = ["FOR PRESENTATION", "FOR PROCESSING"];
const SIDES = ["R", "L", "B", "U"];

/** @param {string} word @param {string[]} known */
const among = (word, known) => (word === "" || known.includes(word) ? word : "other");

/**
 * @param {DataSet} set
 * @param {Layout} layout
 * @param {Syntax} syntax
 */
export function wordsOf(set, layout, syntax) {
  return {
    transferSyntax: syntax.uid,
    modality: among(set.word("modality"), MODALITIES),
    view: among(set.word("view"), [...FRONTAL, ...LATERAL, ...OBLIQUE]),
    laterality: among(set.word("imageLaterality") || set.word("laterality"), SIDES),
    bodyPart: among(set.word("bodyPart"), BODY_PARTS),
    intent: among(set.word("intent"), INTENTS),
    photometric: layout.photometric,
    signed: layout.signed,
    bitsAllocated: layout.allocated,
    frames: layout.frames,
  };
}

/** @param {DicomFacts} facts @returns {Reason[]} */
function viewReasons({ view }) {
  if (LATERAL.includes(view)) {
    return [{ code: "VIEW_LATERAL", message: `The view is lateral (${view}); the model knows frontal films.` }];
  }
  if (view === "" || FRONTAL.includes(view)) return [];
  return [{ code: "VIEW_UNKNOWN", message: `The view is ${view}: neither AP nor PA.` }];
}

/** @type {Partial<Record<"lut" | "window" | "bits" | "range", string>>} */
const DEFAULTS = {
  bits: "The file has no window: all that its bits can hold was mapped onto black to white.",
  range: "The file has no window: its smallest value became black and its largest white.",
};

/**
 * What a reader of the result should know, from the file alone.
 * @param {DicomFacts} facts
 * @param {{ burnedIn: string, lossless: boolean }} more
 * @returns {Reason[]}
 */
export function reasonsOf(facts, { burnedIn, lossless }) {
  const { modality, bodyPart, intent, window } = facts;
  /** @type {Reason[]} */ const reasons = [];
  if (!["CR", "DX", "DR", "RG"].includes(modality)) {
    reasons.push({ code: "MODALITY",
      message: `The modality is ${modality || "not stated"}, not a radiograph's (CR, DX).` });
  }
  reasons.push(...viewReasons(facts));
  if (bodyPart !== "" && !CHEST.includes(bodyPart)) {
    reasons.push({ code: "BODY_PART", message: `The body part is ${bodyPart}, not the chest.` });
  }
  if (intent === "FOR PROCESSING") {
    reasons.push({ code: "FOR_PROCESSING",
      message: "The film is raw (FOR PROCESSING), not made to be looked at." });
  }
  if (burnedIn === "YES") {
    reasons.push({ code: "BURNED_IN_ANNOTATION",
      message: "Text is burned into the picture; it may name a person." });
  }
  if (!lossless) reasons.push({ code: "LOSSY", message: "The file is stored with lossy compression." });
  const said = window && DEFAULTS[window.from];
  if (said) reasons.push({ code: "DEFAULT_WINDOW", message: said });
  if (!window) reasons.push({ code: "COLOUR", message: "The film is stored in colour." });
  return reasons;
}
