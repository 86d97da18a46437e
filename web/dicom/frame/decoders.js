/* decoders.js - a compressed frame to samples, by our own decoders of JPEG, and by other people's of
 * JPEG-LS and JPEG 2000: what those give is checked, and whatever they print is taken as a failure.
 *
 * Runs only in a throw-away worker (frame-worker.js): what a decoder breaks or leaks goes with it.
 * SPDX-License-Identifier: MIT */
import charls from "@cornerstonejs/codec-charls/decodewasmjs";
import charlsModule from "@cornerstonejs/codec-charls/decodewasm";
import openjpeg from "@cornerstonejs/codec-openjpeg/decodewasmjs";
import openjpegModule from "@cornerstonejs/codec-openjpeg/decodewasm";
import { EvaxError } from "../../base/errors.js";
import { decodeJpegLossless } from "./jpeg-lossless.js";
import { decodeJpeg12 } from "./jpeg12.js";
import { withMemoryLimit } from "./memory-limit.js";

/** @typedef {"jpeg-12" | "jpeg-lossless" | "jpeg-ls" | "jpeg-2000"} Decoder */
/** A frame to decode. memory: bytes that a decoder may take.
 * @typedef {{ decoder: Decoder, bytes: Uint8Array, pixels: number, samples: number, bits: number,
 *   memory: number }} Job */
/** note: what is not as it must be, and changes nothing; "" if nothing is.
 * @typedef {{ samples: Uint8Array | Uint16Array, note: string }} Decoded */

/** @param {string} name @param {string} [what] @returns {never} */
function failed(name, what = "it cannot decode the frame") {
  throw new EvaxError("DICOM_CORRUPT", `${name}: ${what}`);
}

/* What OpenJPEG says of every frame, the empty line of every tile, and two faults that change no sample:
 * tile-parts that are counted from 1 (it counts on by itself), and a box behind the codestream that ends
 * early. Whatever else a decoder says is a complaint. */
const CHATTER = new RegExp("^(\\[INFO\\] .*|\\s*|\\[WARNING\\] Non conformant codestream TPsot==TNsot\\.\\s*"
  + "|\\[WARNING\\] Problem with skipping JPEG2000 box, stream error\\s*)$");

/** Both decoders of Emscripten have one interface. What they print or throw holds no more than that
 * they failed. @param {string} name @param {() => Promise<any>} open @param {(api: any) => any} make
 * @param {Job} job @param {() => boolean} printed */
async function runEmscripten(name, open, make, { bytes, pixels, samples, bits }, printed) {
  let out;
  let info;
  try {
    const decoder = make(await open());
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    info = decoder.getFrameInfo();
    out = decoder.getDecodedBuffer().slice();
  } catch {
    failed(name);
  }
  if (printed()) failed(name);
  const wide = bits > 8 ? 2 : 1;
  if (info.width * info.height !== pixels || info.componentCount !== samples
    || out.length !== pixels * samples * wide) failed(name, "it gives another number of pixels");
  return wide === 2 ? new Uint16Array(out.buffer) : out;
}

/** @param {string} name @param {any} factory @param {Uint8Array} module @param {string} type
 * @param {Job} job */
function emscripten(name, factory, module, type, job) {
  let printed = false;
  const print = (/** @type {string} */ line) => { printed ||= !CHATTER.test(line); };
  const wasmBinary = withMemoryLimit(module, job.memory);
  const open = () => factory({ wasmBinary, print, printErr: print });
  return runEmscripten(name, open, (api) => new api[type](), job, () => printed);
}

/** A stream without zeros before its end marker, which CharLS refuses and others read; null if there
 * are none. @param {Uint8Array} bytes @returns {Uint8Array | null} */
function withoutPadding(bytes) {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  if (bytes[end - 2] !== 0xff || bytes[end - 1] !== 0xd9 || bytes[end - 3] !== 0) return null;
  let last = end - 3;
  while (last > 0 && bytes[last - 1] === 0) last -= 1;
  const whole = bytes.slice(0, last + 2);
  whole.set([0xff, 0xd9], last);
  return whole;
}

/** @param {Job} job @returns {Promise<Decoded>} */
async function decodeJpegLs(job) {
  const run = (/** @type {Job} */ each) =>
    emscripten("JPEG-LS", charls, charlsModule, "JpegLSDecoder", each);
  try {
    return { samples: await run(job), note: "" };
  } catch (error) {
    const bytes = withoutPadding(job.bytes);
    if (!bytes) throw error;
    const note = "Zeros before the end of the compressed frame were left out.";
    return { samples: await run({ ...job, bytes }), note };
  }
}

/**
 * @param {Job} job
 * @returns {Promise<Decoded>} pixel by pixel, or as the codestream's claim says, one component after
 *   the other. Rejects with DICOM_CORRUPT
 */
export async function decodeFrame(job) {
  switch (job.decoder) {
    case "jpeg-12": return decodeJpeg12(job.bytes);
    case "jpeg-lossless": return decodeJpegLossless(job.bytes);
    case "jpeg-ls": return decodeJpegLs(job);
    default: return {
      samples: await emscripten("JPEG 2000", openjpeg, openjpegModule, "J2KDecoder", job), note: "",
    };
  }
}
