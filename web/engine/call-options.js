/* call-options.js - the options of an engine's calls, by name. Apart from engine.js, so that a page whose engine
 * runs in a worker need not load that.
 * SPDX-License-Identifier: MIT */

export const CALL_OPTIONS = ["signal"];
export const FILM_OPTIONS = [...CALL_OPTIONS, "frame"];
export const ANALYZE_OPTIONS = [...FILM_OPTIONS, "pictures"];
export const ANALYZE_ALL_OPTIONS = [...ANALYZE_OPTIONS, "concurrency"];
