/* frame-worker.js - a worker that decodes one frame; whoever made it ends it.
 *
 *     in   a Job                         (decoders.js)
 *     out  { ready: true } when it runs, then { samples, note } or { code, detail }
 *
 * It is shipped as one file with its decoders, frame-worker.bundle.js: a blob: worker has no address
 * to import anything from.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { decodeFrame } from "./frame/decoders.js";

addEventListener("message", async ({ data }) => {
  try {
    const { samples, note } = await decodeFrame(data);
    postMessage({ samples, note }, /** @type {any} */ ([samples.buffer]));
  } catch (error) {
    const { code, detail } = error instanceof EvaxError ? error
      : { code: "DICOM_CORRUPT", detail: "the frame's decoder failed" };
    postMessage({ code, detail });
  }
});
postMessage({ ready: true });
