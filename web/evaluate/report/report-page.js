/* report-page.js - a report as one HTML file that needs nothing else: no script, no picture, no address.
 * SPDX-License-Identifier: MIT */
import { htmlOf, m } from "./markup.js";
import { ReportContent } from "./report-content.js";
import { STYLE } from "./report-style.js";
import { ENGLISH_WORDING } from "./report-words.js";

/** @typedef {import("./report.js").Report} Report */

/** The report as a page in any language. @param {Report} report @param {import("./report-words.js").Wording} wording @returns {string} HTML */
export function reportPageIn(report, wording) {
  const content = new ReportContent(wording);
  return `<!doctype html>
<html lang="${wording.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
${htmlOf(m("title", {}, content.title(report)))}<style>${STYLE}</style></head>
${htmlOf(m("body", {}, content.all(report)))}</html>
`;
}

/** The report as a page, in English. @param {Report} report @returns {string} HTML */
export const reportPage = (report) => reportPageIn(report, ENGLISH_WORDING);
