/* table.js - the table that a run writes: sections by browser and kind, each replaced by the run that measures it anew.
 * SPDX-License-Identifier: MIT */
import { readFile, writeFile } from "node:fs/promises";

const HEAD = `# make test-seal: what reaches a server, way by way: name lookups (dns), TLS handshakes (tls), requests (http),
# sockets (ws), packets (udp), or what is kept for a later visit (kept). Only ways that carry something somewhere.`;

/** A section's place, whatever the version: "Firefox 153.8.0: attacks" is "Firefox: attacks". @param {string} title */
const placeOf = (title) => title.replace(/ [\d.]+:/, ":");

/** @param {string} file that may be there
 * @returns {Promise<(browser: string, kind: string, lines: string[]) => Promise<void>>} writes a section and the file.
 *   browser: its name and version */
export async function openTable(file) {
  const text = await readFile(file, "utf8").catch(() => "");
  const sections = new Map(text.split(/^## /m).slice(1).map((section) => {
    const [title, ...lines] = section.trimEnd().split("\n");
    return [placeOf(title), `## ${title}\n${lines.join("\n")}`];
  }));
  return async (browser, kind, lines) => {
    const title = `${browser}: ${kind}`;
    sections.set(placeOf(title), `## ${title}\n\n${lines.join("\n")}`);
    await writeFile(file, `${[HEAD, ...sections.values()].join("\n\n")}\n`);
  };
}
