/* notes.js - a DICOM film as the facts of an input: what was done to it before the model saw it.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./facts.js").DicomFacts} DicomFacts */
/** @typedef {import("./frame/layout.js").Layout} Layout */
/** @typedef {import("./display/window.js").Window} Window */
/** @typedef {import("../engine/analysis.js").InputInfo} InputInfo */

/** The values that became 0 and 255, of a straight line. @param {Window | null} window
 * @returns {[number, number] | null} */
function endsOf(window) {
  if (!window || window.center === null || window.width === null || window.shape === "sigmoid") return null;
  const { center, width, shape } = window;
  const [middle, half] = shape === "linear" ? [center - 0.5, (width - 1) / 2] : [center, width / 2];
  return [middle - half, middle + half];
}

/** @param {Window} window @param {string} doubt why the file's own window was not taken; "" without one */
function windowNote(window, doubt) {
  const ends = endsOf(window);
  if (window.from === "lut") return "The file's VOI lookup table was applied.";
  if (window.from === "window") {
    return `The file's window was applied: center ${window.center}, width ${window.width}, ${window.shape}.`;
  }
  const [low, high] = ends ?? [0, 0];
  const which = window.from === "bits" ? "all that its bits can hold" : "its smallest and largest value";
  const why = doubt ? "No window of the file can be used" : "The file has no window";
  return `${why}; ${which}: ${low} became black and ${high} white.`;
}

/** What was done besides the window. voiDoubt: why the file's own was not taken as it stands; more: what
 * was said on the way. @typedef {{ padded: boolean, palette: boolean, voiDoubt: string, more: string[] }}
 *   Done */

/** @param {DicomFacts} facts @param {Done} done @returns {string[]} */
function notesOf(facts, { padded, palette, voiDoubt, more }) {
  const { frames, frame, rescale, window, inverted, photometric } = facts;
  const byPhotometric = photometric === "MONOCHROME1" ? "MONOCHROME1" : "Presentation shape INVERSE";
  return [
    ...more,
    frames > 1 && `Frame ${frame} of ${frames}.`,
    rescale && `Samples were rescaled: times ${rescale[0]}, plus ${rescale[1]}.`,
    window && windowNote(window, voiDoubt),
    inverted && `${byPhotometric}: black and white were exchanged after the window.`,
    padded && "Padding was made black.",
    palette && "Palette colors were looked up.",
  ].filter((note) => typeof note === "string");
}

/**
 * @param {Layout} layout
 * @param {DicomFacts} facts
 * @param {Done} done
 * @returns {InputInfo}
 */
export function inputInfoOf(layout, facts, done) {
  /** @type {[boolean, import("../engine/analysis.js").Conversion][]} */
  const conversions = [
    [facts.window !== null, "windowed"], [facts.inverted, "inverted"], [done.palette, "palette"],
  ];
  return {
    format: "dicom",
    width: layout.columns,
    height: layout.rows,
    bitDepth: layout.stored,
    channels: layout.samples,
    conversions: conversions.flatMap(([was, word]) => (was ? [word] : [])),
    window: endsOf(facts.window),
    exifOrientation: null,
    notes: notesOf(facts, done),
    dicom: facts,
  };
}
