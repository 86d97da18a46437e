/* facts.js - what is said of a DICOM film, in results, page and exports: words of the standard only.
 *
 * An element of code (CS) can hold anything that somebody typed. So a value is passed on if it is in
 * the lists below, and is otherwise "other".
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./file/data-set.js").DataSet} DataSet */
/** @typedef {import("./frame/layout.js").Layout} Layout */
/** @typedef {import("./file/syntaxes.js").Syntax} Syntax */

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
 * @property {boolean} inverted whether black and white were exchanged: MONOCHROME1, or a shape of
 *   presentation that says so
 * @property {boolean} signed
 * @property {number} bitsAllocated
 * @property {number} frames
 * @property {number} frame the one that was read, from 1
 * @property {[number, number] | null} rescale slope and intercept
 * @property {import("./display/window.js").Window | null} window how samples became 0..255; null for color
 * @property {[number, number] | null} spacing height and width of a pixel in mm
 * @property {"patient" | "detector" | "unknown" | ""} spacingAt where that was measured: a film is larger than the patient
 * @property {number | null} magnification how much larger, estimated by the machine (1 to 10)
 * @property {number} pixelRatio height of a pixel over its width; 1 also where the file does not say
 * @property {[string, string] | null} orientation where rows and columns run in the patient, in letters of L, R, A, P, H, F
 * @property {[number, number][]} windows center and width of each that the file proposes, in units after rescaling
 * @property {string[]} windowNames what it calls each of them; "" where it does not say, or not in a usual word
 */

/** Why a result may not mean what it seems to.
 * @typedef {"MODALITY" | "VIEW_LATERAL" | "VIEW_UNKNOWN" | "BODY_PART" | "FOR_PROCESSING"
 *   | "MIRRORED" | "UPSIDE_DOWN" | "ROTATED" | "ASPECT_RATIO" | "BURNED_IN_ANNOTATION" | "LOSSY"
 *   | "DEPTH" | "RESCALE" | "VOI" | "SHAPE" | "DEFAULT_WINDOW" | "COLOR"} ReasonCode */
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
const RADIOGRAPHS = ["CR", "DX", "DR", "RG"];
/* What machines call their windows; the element can hold any text. */
const WINDOW_NAMES = /^(NORMAL|STANDARD|DEFAULT|HARD|HARDER|SOFT|SOFTER|LUNGS?|BONES?|RIBS?|MEDIASTINUM|SOFT TISSUE|CHEST|THORAX|SPINE|CATHETER|LINES|(WINDOW|WL|VOI|PRESET|USER) ?\d{0,2})$/;
const INTENTS = ["FOR PRESENTATION", "FOR PROCESSING"];
const SIDES = ["R", "L", "B", "U"];

/* Codes of views (PS3.16, CID 4010), in SNOMED CT and in the older SRT. */
const LATERAL_CODES = ["399067008", "399173006", "399198007", "49370004", "399260004", "399352003",
  "399012007", "399300004", "R-102CD", "R-10236", "R-10232", "G-A104", "R-10224", "R-10228", "G-5220",
  "G-5221"];
const FRONTAL_CODES = ["399348003", "272479007", "399033003", "R-10206", "R-10214", "R-40888", "R-10202"];

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
    ...spacingOf(set),
    magnification: magnificationOf(set),
    pixelRatio: pixelRatio(set) ?? 1,
    orientation: orientationOf(set),
    ...windowsOf(set),
  };
}

/** @param {DataSet} set @param {"spacing" | "imagerSpacing" | "aspectRatio"} name @returns {[number, number] | null} */
function pairOf(set, name) {
  const [height, width] = [set.decimal(name, 0).value ?? 0, set.decimal(name, 1).value ?? 0];
  return height > 0 && width > 0 ? [height, width] : null;
}

const CALIBRATED = ["GEOMETRY", "FIDUCIAL"];

/** Pixel Spacing is that of the patient if it was calibrated, or differs from the detector's own; alone, on a radiograph, it
 * can be either (PS3.3, 10.7.1.3).
 * @param {DataSet} set @returns {Pick<DicomFacts, "spacing" | "spacingAt">} */
function spacingOf(set) {
  const [patient, detector] = [pairOf(set, "spacing"), pairOf(set, "imagerSpacing")];
  if (!patient) return { spacing: detector, spacingAt: detector ? "detector" : "" };
  if (CALIBRATED.includes(set.word("spacingType"))) return { spacing: patient, spacingAt: "patient" };
  if (!detector) return { spacing: patient, spacingAt: RADIOGRAPHS.includes(set.word("modality")) ? "unknown" : "patient" };
  const same = detector.every((side, i) => Math.abs(side - patient[i]) < 1e-6);
  return { spacing: patient, spacingAt: same ? "detector" : "patient" };
}

/* What lies between tube and detector is never smaller on the film; more than this is a slip of the pen. */
const MOST_MAGNIFICATION = 10;

/** @param {DataSet} set */
function magnificationOf(set) {
  const { value } = set.decimal("magnification");
  return value !== null && value >= 1 && value <= MOST_MAGNIFICATION ? value : null;
}

/** @param {DataSet} set @returns {[string, string] | null} */
function orientationOf(set) {
  const [rows = "", columns = ""] = set.words("orientation");
  return [rows, columns].every((word) => /^[LRAPHF]{1,3}$/.test(word)) ? [rows, columns] : null;
}

/* More than a person would choose from. */
const MOST_WINDOWS = 16;

/** @param {DataSet} set @returns {Pick<DicomFacts, "windows" | "windowNames">} */
function windowsOf(set) {
  /** @type {[number, number][]} */ const windows = [];
  /** @type {string[]} */ const windowNames = [];
  const names = set.words("windowName");
  for (let i = 0; i < MOST_WINDOWS; i += 1) {
    const [center, width] = [set.decimal("windowCenter", i).value, set.decimal("windowWidth", i).value];
    if (center === null || width === null) break;
    if (width < 1) continue;
    windows.push([center, width]);
    windowNames.push(WINDOW_NAMES.test(names[i] ?? "") ? names[i] : "");
  }
  return { windows, windowNames };
}

/** @param {string} view "" if the file does not say @param {string} code of the view; "" if there is none
 * @param {string[]} orientation of rows and columns @returns {Reason[]} */
function viewReasons(view, code, [rows = ""]) {
  const lateral = (/** @type {string} */ how) => /** @type {Reason[]} */ ([
    { code: "VIEW_LATERAL", message: `The view is lateral (${how}); the model knows frontal films.` }]);
  if (LATERAL.includes(view)) return lateral(view);
  if (LATERAL_CODES.includes(code)) return lateral("by its view code");
  if (FRONTAL.includes(view) || FRONTAL_CODES.includes(code)) return [];
  // Rows of a lateral film run from the front of the body to its back, or the other way.
  if (view === "" && code === "") return /^[AP]/.test(rows) ? lateral("by its orientation") : [];
  return [{ code: "VIEW_UNKNOWN", message: `The view is ${view || "of another kind"}: neither AP nor PA.` }];
}

/** What follows from where rows and columns run in the patient (L, R, H, F, A, P; the first letter of
 * each is its main direction). A frontal film upright has L\F. @param {string[]} orientation
 * @returns {Reason[]} */
function orientationReasons([rows = "", columns = ""]) {
  const which = rows.slice(0, 1) + columns.slice(0, 1);
  if (/^[HF][LRAP]$/.test(which)) {
    return [{ code: "ROTATED", message: "The film lies on its side: its rows run along the body." }];
  }
  if (which === "RH") return [{ code: "ROTATED", message: "The film is rotated by 180 degrees." }];
  if (which === "RF") {
    return [{ code: "MIRRORED", message: "The film is mirrored: its rows run to the patient's right." }];
  }
  if (/^[LAP]H$/.test(which)) {
    return [{ code: "UPSIDE_DOWN", message: "The film is upside down: its columns run to the head." }];
  }
  return [];
}

/* Pixels that differ less than this in height and width are square: nobody sees it. */
const SQUARE = 0.01;

/** Height and width of a pixel differ: the ratio; null if they do not, or the file does not say.
 * @param {DataSet} set */
function pixelRatio(set) {
  for (const name of /** @type {const} */ (["aspectRatio", "spacing", "imagerSpacing"])) {
    const [height, width] = pairOf(set, name) ?? [0, 0];
    if (height > 0 && width > 0) return Math.abs(height / width - 1) > SQUARE ? height / width : null;
  }
  return null;
}

/** @param {DataSet} set @returns {Reason[]} */
function pixelReasons(set) {
  const ratio = pixelRatio(set);
  if (ratio === null) return [];
  return [{ code: "ASPECT_RATIO", message: "The film's pixels are not square (height to width "
    + `${Number(ratio.toPrecision(3))} to 1); the model saw it distorted.` }];
}

/** @type {Partial<Record<"lut" | "window" | "bits" | "range", string>>} */
const DEFAULTS = {
  bits: "all that its bits can hold was mapped onto black to white.",
  range: "its smallest value became black and its largest white.",
};

/** What could not be taken as the file has it: sentences; "" where nothing is to be said. depth: of the
 * compressed frame's bits and sign; shape: of black and white.
 * @typedef {{ depth: string, modality: string, voi: string, shape: string }} Doubts */

/** @param {DicomFacts} facts @param {Doubts} doubts @returns {Reason[]} */
function valueReasons({ window }, { depth, modality, voi, shape }) {
  /** @type {Reason[]} */ const reasons = [];
  if (depth) reasons.push({ code: "DEPTH", message: depth });
  if (modality) reasons.push({ code: "RESCALE", message: modality });
  if (voi) reasons.push({ code: "VOI", message: voi });
  if (shape) reasons.push({ code: "SHAPE", message: shape });
  const said = window && DEFAULTS[window.from];
  const why = voi ? "No window of the file can be used" : "The file has no window";
  if (said) reasons.push({ code: "DEFAULT_WINDOW", message: `${why}: ${said}` });
  if (!window) reasons.push({ code: "COLOR", message: "The film is stored in color." });
  return reasons;
}

/** @param {DataSet} set @param {DicomFacts} facts @returns {Reason[]} */
function kindReasons(set, { modality, bodyPart, intent, view }) {
  /** @type {Reason[]} */ const reasons = [];
  if (!RADIOGRAPHS.includes(modality)) {
    reasons.push({ code: "MODALITY",
      message: `The modality is ${modality || "not stated"}, not a radiograph's (CR, DX).` });
  }
  const orientation = set.words("orientation");
  const code = set.item("viewCode")?.word("codeValue") ?? "";
  reasons.push(...viewReasons(view, code, orientation), ...orientationReasons(orientation));
  if (bodyPart !== "" && !CHEST.includes(bodyPart)) {
    reasons.push({ code: "BODY_PART", message: `The body part is ${bodyPart}, not the chest.` });
  }
  if (intent === "FOR PROCESSING") {
    reasons.push({ code: "FOR_PROCESSING",
      message: "The film is raw (FOR PROCESSING), not made to be looked at." });
  }
  return reasons;
}

/**
 * What a reader of the result should know, from the file alone.
 * @param {DataSet} set
 * @param {DicomFacts} facts
 * @param {{ lossy: boolean, doubts: Doubts }} more lossy: by its coding
 * @returns {Reason[]}
 */
export function reasonsOf(set, facts, { lossy, doubts }) {
  const reasons = kindReasons(set, facts);
  reasons.push(...pixelReasons(set));
  if (set.word("burnedIn") === "YES") {
    reasons.push({ code: "BURNED_IN_ANNOTATION",
      message: "Text is burned into the picture; it may name a person." });
  }
  if (lossy) reasons.push({ code: "LOSSY", message: "The file is stored with lossy compression." });
  else if (set.word("lossy") === "01") {
    reasons.push({ code: "LOSSY", message: "The film was once compressed with losses." });
  }
  return [...reasons, ...valueReasons(facts, doubts)];
}
