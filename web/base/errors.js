/* errors.js - the closed set of error codes, each with a message and a hint, and the class EvaxError.
 *
 * An EvaxError has a `code`, a `message` (what happened, in one line), a `hint` (what to do about it, in
 * one line), a `detail` (the particulars within the message) and, if another error caused it, that
 * `cause`. Aborting is not in the set: it rejects with the signal's own reason (AbortError).
 * SPDX-License-Identifier: MIT */

/** code -> [what happened, what to do about it] */
export const CODES = /** @type {const} */ ({
  // Arguments and calls.
  OPTION_INVALID: ["an option is not what it must be", "See load() for options and their types."],
  INPUT_TYPE: [
    "this kind of input is not read",
    "Give PNG, JPEG or DICOM bytes, a Blob, a Response, a stream, { data, width, height }, a canvas or an image.",
  ],
  INPUT_LENGTH: [
    "the input has the wrong length",
    "Pixels: width * height values, 4 each for RGBA. infer(): 3 * R * R values.",
  ],
  INPUT_VALUE: [
    "the input has values that are not finite numbers",
    "Remove NaN and infinities before infer().",
  ],
  INPUT_UNREADABLE: [
    "the input cannot be read",
    "Check its name and permissions; a canvas must not hold pictures of other sites.",
  ],
  RESULT_UNKNOWN: [
    "this is not a result of this engine",
    "Give explain() what analyze() or infer() of the same engine returned; a copy of it is known for 32 films, or with pictures.",
  ],
  LABEL_UNKNOWN: ["the model has no such label", "Give one of engine.info.labels."],
  DISPOSED: ["the engine has been disposed", "Load a new engine; dispose() is final."],

  // Fetching the model.
  MODEL_NOT_FOUND: [
    "there is no model here",
    "Give the folder that holds manifest.json; `evax convert` makes one from a checkpoint.",
  ],
  MANIFEST_INVALID: ["manifest.json is not valid", "Convert the model again, or copy it again."],
  MANIFEST_VERSION: [
    "the model is of a newer format",
    "Update eva-x-web, or convert the model with the converter of this version.",
  ],
  MANIFEST_HASH: [
    "manifest.json is damaged or was changed: its checksum is not that of its text",
    "Copy the model folder again; to change what it says, convert the model again with --card.",
  ],
  MODEL_INTEGRITY: [
    "this is not the model that was asked for: manifest.json has another SHA-256",
    "Check where the model comes from; after a change on purpose give the new `integrity`.",
  ],
  CHUNK_MISSING: ["a chunk of the model is missing", "Copy the whole model folder again."],
  CHUNK_LENGTH: ["a chunk of the model has the wrong length", "Copy the whole model folder again."],
  CHUNK_HASH: [
    "a chunk of the model is damaged: its SHA-256 is not the manifest's",
    "Copy the whole model folder again; chunks of different models must not be mixed.",
  ],
  NETWORK: ["the server could not be reached", "Check the connection and the address; try again."],
  CRYPTO_UNAVAILABLE: [
    "SHA-256 is not available here, so the model cannot be verified",
    "Serve the page from https or localhost.",
  ],
  MODEL_MISMATCH: [
    "manifest.json and the weights describe different models",
    "Keep a manifest with the chunks that were written with it.",
  ],

  // Converting a checkpoint.
  CHECKPOINT_FORMAT: [
    "this file is not a checkpoint",
    "Give a PyTorch checkpoint (.pth, .pt, .bin) or a .safetensors file.",
  ],
  CHECKPOINT_DAMAGED: [
    "the checkpoint is damaged or incomplete",
    "Download or copy it again, and compare its size with the original's.",
  ],
  CHECKPOINT_UNSUPPORTED: [
    "this kind of checkpoint is not read",
    "Load it in torch, and save its state dict: torch.save(model.state_dict(), FILE).",
  ],
  CHECKPOINT_UNSAFE: [
    "the checkpoint asks for more than building tensors, which is refused",
    "If you trust it, load it in torch, and save only its state dict.",
  ],
  CHECKPOINT_PARTS: [
    "parts of the checkpoint are missing",
    "Give all of its files together, with the index.json beside them.",
  ],
  CHECKPOINT_CHANGED: [
    "the file was changed while it was read",
    "Wait until it is completely written or downloaded, then choose it again.",
  ],
  CHECKPOINT_MODEL: [
    "this is not an EVA-X model",
    "Give one of the EVA-X checkpoints; model/ARCHITECTURE.md lists those that are published.",
  ],
  CHECKPOINT_TENSORS: [
    "the checkpoint's tensors are not those of an EVA-X model",
    "Save the complete state dict of one model, and nothing else.",
  ],
  CHECKPOINT_VALUE: [
    "a weight in the checkpoint cannot be used",
    "Take an earlier checkpoint of the training, or convert to f32 where a number is too large.",
  ],
  LABELS_NEEDED: [
    "what the model's outputs stand for is not known",
    "Say it with labels and scoring (--labels, --scoring), or with a card (--card).",
  ],
  CARD_INVALID: ["the card is not valid", "Mend that member; model/FORMAT.md lists what a card may say."],
  OUTPUT_EXISTS: [
    "something else is where the output should go",
    "Choose another name, replace it with --force, or remove it yourself.",
  ],
  OUTPUT_FAILED: [
    "the output cannot be written",
    "Free some space, or choose a folder that you may write to.",
  ],

  // Custom findings and sets of embeddings.
  HEAD_INVALID: [
    "this is not a head, or it has been changed",
    "Export the head again, or train it again; a head cannot be edited by hand.",
  ],
  HEAD_VERSION: ["the head is of a newer format", "Update eva-x-web."],
  HEAD_MODEL: [
    "the head belongs to another model",
    "Load the model that it was trained with, or train it again with this one.",
  ],
  HEAD_FILMS: [
    "a finding cannot be trained on these films",
    "Give films that show it and others that do not, none of them in both classes.",
  ],
  SET_INVALID: [
    "this is not a set of embeddings",
    "Give what `evax embed` wrote: lines of JSON, or its NumPy file.",
  ],
  EMBEDDING_MODEL: [
    "embeddings of different models do not go together",
    "Read all films with one model.",
  ],

  // Measuring a model on labeled films.
  LABELS_INVALID: [
    "the table of labels cannot be used",
    "Give a CSV file with a column of file names and a column for each finding: 1, 0, or blank for unknown.",
  ],
  SITE_CARD_INVALID: ["this is not a site card", "Choose the site-card.json that `evax evaluate` or the page's validation wrote."],
  SITE_CARD_EDITED: [
    "the site card was changed after it was made",
    "Use the file as it was saved, or make it again: its figures are those of a measurement, and cannot be edited by hand.",
  ],
  SITE_CARD_VERSION: ["the site card is of a newer format", "Update eva-x-web."],
  SITE_CARD_MODEL: [
    "the site card belongs to another model",
    "Load the model that it was made with, or evaluate this one on the same films.",
  ],

  // The WebAssembly module.
  WASM_UNSUPPORTED: [
    "this browser or runtime cannot run the engine",
    "WebAssembly with SIMD is needed: update the browser, or turn off Lockdown Mode or enhanced "
      + "security for this site.",
  ],
  WASM_LOAD: [
    "the engine's WebAssembly module cannot be loaded",
    "Serve web/wasm/*.wasm of this same version unchanged, or pass the `wasm` option.",
  ],
  WASM_TRAP: [
    "the engine stopped unexpectedly",
    "Load a new engine; if it happens again with the same film, please report it.",
  ],

  // Workers in browsers.
  WORKER_LOAD: [
    "a script of the page cannot be loaded",
    "Reload the page. On your own server: copy the files again (`evax vendor DIR`), say where they are with the "
      + "option assets, or pass worker: false.",
  ],
  WORKER_DIED: [
    "the engine's worker stopped in the middle of its work",
    "It restarts by itself; close other pages if memory is short, and try the film again.",
  ],
  SEALED: [
    "the frame is sealed and cannot fetch any more",
    "Reload the page to load another model.",
  ],
  FRAME: [
    "this page does not let the sealed frame start; its Content-Security-Policy lacks",
    "Add that to the policy of the page; or let it work without the frame, unsealed: unsealed=\"allow\".",
  ],
  SCRIPT_HASH: [
    "a script of the page is not the one that belongs to it",
    "Copy all files of the same version again; caches and proxies must not change them.",
  ],
  SELF_TEST: [
    "the engine gives wrong numbers in this browser, so it shows no scores",
    "Update the browser, or try variant \"simd128\"; please report it with the diagnostics.",
  ],

  // The engine and its weights: evx_status in src/evax.h.
  MEMORY: ["out of memory", "Close other engines and films, or use a smaller model."],
  STATE: ["the engine was called out of order", "Please report this as a bug."],
  ARGUMENT: ["an argument is out of its range", "Check the sizes that you gave."],
  VARIANT: ["these kernels are not in this build", "Use variant \"auto\"."],
  THREADS: [
    "a thread of the engine stopped in the middle of its work",
    "Try the film again: the engine goes on with one thread.",
  ],
  NUMERIC: [
    "the network produced a number that is not finite",
    "Check the model with `evax verify`; if it is sound, please report the film.",
  ],
  WEIGHTS_FORMAT: ["this is not a weight stream", "Convert the model again."],
  WEIGHTS_VERSION: ["the weights are of another format version", "Convert the model again."],
  WEIGHTS_CONFIG: ["the architecture is out of the allowed ranges", "See model/FORMAT.md."],
  WEIGHTS_TENSOR: [
    "a tensor is missing, unexpected, misshapen or misplaced",
    "Convert the model again.",
  ],
  WEIGHTS_VALUE: ["a weight is not a finite number", "Check the checkpoint and convert it again."],
  WEIGHTS_TRUNCATED: ["the weights end early", "Convert the model again."],
  WEIGHTS_TRAILING: ["there are bytes after the end of the weights", "Convert the model again."],
  // Films: PNG, JPEG and DICOM files.
  IMAGE_EMPTY: ["the image has no bytes or no pixels", "Export the film again."],
  IMAGE_FORMAT: [
    "this is neither a PNG, a JPEG nor a DICOM file",
    "Export the film as PNG, JPEG or DICOM.",
  ],
  IMAGE_UNSUPPORTED: [
    "this kind of PNG or JPEG is not read",
    "Export the film as 8-bit gray PNG or as baseline JPEG.",
  ],
  IMAGE_TRUNCATED: ["the image file ends early", "Copy or export the film again."],
  IMAGE_CORRUPT: ["the image file is damaged", "Copy or export the film again."],
  DICOM_SYNTAX: [
    "this DICOM transfer syntax is not read",
    "Save the film in another one, for example Explicit VR Little Endian.",
  ],
  DICOM_UNSUPPORTED: [
    "this kind of DICOM image is not read",
    "Save the film as gray of at most 16 bits, or export it as PNG.",
  ],
  DICOM_CORRUPT: ["the DICOM file is damaged", "Copy or export the film again."],
  DICOM_NO_IMAGE: ["the DICOM file holds no film", "Give the files that hold the images."],
  DICOM_FRAME: [
    "one frame of the DICOM file must be chosen",
    "Choose one: option frame, or --frame N, from 1.",
  ],
  DICOM_LIMIT: [
    "decoding the DICOM file takes too much time or memory",
    "Save the film uncompressed, or smaller.",
  ],
  IMAGE_SIZE: ["the image is too large", "At most 16,384 pixels a side and 64 million in all."],
  IMAGE_HEAP: ["the image would take too much memory to decode", "Export the film smaller."],
});

/** @typedef {keyof typeof CODES} ErrorCode */

/** Every code. @type {readonly ErrorCode[]} */
export const ERROR_CODES = Object.freeze(/** @type {ErrorCode[]} */ (Object.keys(CODES)));

/** An error with a `code` to branch on, a `message` (what happened) and a `hint` (what to do) to show, and where another
 * error caused it that `cause`. */
export class EvaxError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} [detail] the particulars: which file, which tensor, which number
   * @param {{ cause?: unknown }} [options]
   */
  constructor(code, detail, options) {
    const [what, cure] = CODES[code];
    super(detail ? `${what}: ${detail}` : what, options);
    /** Always "EvaxError". @type {string} */
    this.name = "EvaxError";
    /** One of the closed set. @type {ErrorCode} */
    this.code = code;
    /** The particulars within the message; "" without. @type {string} */
    this.detail = detail ?? "";
    /** What to do about it, in one line. @type {string} */
    this.hint = cure;
  }
}

/**
 * The code of a status of the engine, given by name. Unknown names become STATE.
 * @param {string} word for example "WEIGHTS_TENSOR"
 * @returns {ErrorCode}
 */
export const codeOf = (word) =>
  Object.hasOwn(CODES, word) ? /** @type {ErrorCode} */ (word) : "STATE";
