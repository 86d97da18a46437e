/* engine-worker.js - an engine in a worker of a browser; the other side is remote-engine.js.
 *
 * It runs from its bundle of one file: by its address, or in a session as a blob: worker, which in the room
 * inherits a policy under which it cannot connect to anything.
 * SPDX-License-Identifier: MIT */
import { attemptFetch } from "../seal/escape-probe.js";
import { hashElsewhere } from "../base/sha256.js";
import { serveEngine } from "./served-engine.js";
import { keptWeights } from "../model/kept-weights.js";
import * as source from "../model/source.js";
import { threadsThrough } from "../engine/threads.js";

/** The page starts all other workers: see threads.js. @param {import("./channel.js").Channel} page */
const platformOf = (page) => ({
  ...source,
  keepWeights: keptWeights,
  ...threadsThrough(page),
  dicom: {
    open: () => import("../dicom/film.js"),
    runJob: (/** @type {unknown} */ job, /** @type {AbortSignal | undefined} */ signal) =>
      page.call("runJob", job, { signal }),
  },
});

const page = serveEngine(/** @type {any} */ (globalThis), platformOf,
  { probe: ({ url, policy }) => attemptFetch(url, policy) });
hashElsewhere((bytes) => page.call("sha256", bytes));
