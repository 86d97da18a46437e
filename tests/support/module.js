/* module.js - an engine's module with less memory.
 * SPDX-License-Identifier: MIT */
import { withMemoryLimit as limited } from "../../web/dicom/frame/memory-limit.js";

/** The module with memory that cannot grow beyond `pages` of 64 KiB (nor begin with more). */
export const withMemoryLimit = (bytes, pages) => limited(bytes, pages * 65_536);
