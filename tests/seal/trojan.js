/* trojan.js - the site as it would be with a compromised package in it: its decoder of DICOM frames tries every way out
 * before it decodes, and is to every hash the deployment's own.
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { cp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const TEXTS = /\.(js|html)$/;

/** Both forms in which files name each other's SHA-256. @param {Buffer} bytes */
const namesOf = (bytes) => /** @type {const} */ (["hex", "base64"]).map((form) => createHash("sha256").update(bytes).digest(form));

/** Writes a file, and its new hash into all that name the old one, whose hashes change thereby, too.
 * @param {string} folder @param {string} path @param {Buffer} bytes @returns {Promise<void>} */
async function replaceListed(folder, path, bytes) {
  const old = namesOf(await readFile(join(folder, path)));
  await writeFile(join(folder, path), bytes);
  const now = namesOf(bytes);
  for (const other of await readdir(folder, { recursive: true })) {
    if (other === path || !TEXTS.test(other)) continue;
    const text = await readFile(join(folder, other), "utf8");
    const changed = old.reduce((all, name, i) => all.replaceAll(name, now[i]), text);
    if (changed !== text) await replaceListed(folder, other, Buffer.from(changed));
  }
}

/* All at once, each within the time that tryWay gives it; what came of them is only seen from outside. Then it decodes
 * as ever: the listener that it was given is called late. */
const trojanOf = (ways, decoder) => `{
  const listen = self.addEventListener.bind(self);
  const tried = () => Promise.all(Object.keys(globalThis.WAYS.net).map((way) => globalThis.tryWay("net", way)));
  self.addEventListener = (type, heard, ...rest) => listen(type, async (event) => {
    await tried();
    return heard(event);
  }, ...rest);
}
${ways}
${decoder}`;

/**
 * Makes the site. Resolves to the path of its decoder.
 * @param {string} site a folder of make dist
 * @param {string} folder gets the changed site
 * @param {string} ways the source of ways.js
 */
export async function makeTrojanSite(site, folder, ways) {
  await rm(folder, { recursive: true, force: true });
  await cp(site, folder, { recursive: true });
  const path = (await readdir(folder, { recursive: true })).find((file) => file.endsWith("sealed/frame-worker.bin"));
  await replaceListed(folder, path, gzipSync(trojanOf(ways, gunzipSync(await readFile(join(folder, path))).toString())));
  return path;
}
