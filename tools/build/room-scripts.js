/* room-scripts.js - the two scripts of the sealed frame, cut at every import() (web/room/import-from-page.js):
 *
 *     room        web/room/room.js and all that it imports. Each import("...") in it reads evaxImport("...")
 *     workspace   the modules that those name, and what they import; what is in the first script already is taken from
 *                 there, so that no module is there twice
 *
 *     first    globalThis.evaxFirst  = { "base/errors.js": { EvaxError }, ... }    what the second needs of it, by name
 *     second   globalThis.evaxSecond = { "page/workspace.js": its exports, ... }   what import() gives
 *
 * SPDX-License-Identifier: MIT */
import { posix, relative, sep } from "node:path";

const FIRST = "room/room.js";
/* How the bundler writes an import() of an external module, and what the frame runs instead. */
const LATER = "later:";
const LATER_IMPORT = /\bimport\("later:([^"]+)"\)/g;
/* How it writes an import of such a module by name, and of one that only has to have run. */
const THERE = "first:";
const THERE_IMPORT = /\bimport(?:\{([^}]*)\}from)?"first:([^"]+)";/g;

/** @typedef {import("esbuild").BuildOptions} Options */
/** @typedef {import("esbuild").Plugin} Plugin */
/** Builds one script in memory; paths are relative to web/. @typedef {(options: Options) => Promise<import("esbuild").BuildResult<{
 *   write: false, metafile: true }>>} Build */

/** The path below web/ of what is imported. @param {import("esbuild").OnResolveArgs} args @param {string} web */
const pathOf = ({ path, resolveDir }, web) => posix.join(relative(web, resolveDir).split(sep).join("/"), path);

/** Leaves some imports as they are, with a word before their path. @param {string} web @param {string} word
 * @param {(path: string, args: import("esbuild").OnResolveArgs) => boolean} isLeft @returns {Plugin} */
const leaving = (web, word, isLeft) => ({
  name: "leaving",
  setup: ({ onResolve }) => onResolve({ filter: /^\./ }, (args) => {
    const path = pathOf(args, web);
    return isLeft(path, args) ? { path: word + path, external: true } : undefined;
  }),
});

/** The second script, which takes from the first what is there; and that, by module. @param {string} text with imports of it
 * @returns {{ text: string, shared: Map<string, string[]> }} */
function takingFromFirst(text) {
  /** @type {Map<string, string[]>} */ const shared = new Map();
  const taking = text.replace(THERE_IMPORT, (_, /** @type {string} */ names, /** @type {string} */ path) => {
    if (!names) return "";
    const pairs = names.split(",").map((name) => name.split(" as "));
    shared.set(path, [...shared.get(path) ?? [], ...pairs.map(([name]) => name)]);
    return `const{${pairs.map((pair) => pair.join(":")).join()}}=evaxFirst["${path}"];`;
  });
  if (taking.includes(`"${THERE}`)) throw new Error("the second script of the sealed frame imports from the first other than by name");
  return { text: `{${taking}}`, shared };
}

/** What the first script leaves for the second. @param {Map<string, string[]>} shared */
function givingToSecond(shared) {
  const entries = [...shared].map(([path, names], i) => ({ path, names: [...new Set(names)], i }));
  const imports = entries.map(({ path, names, i }) => `import { ${names.map((name, n) => `${name} as m${i}_${n}`).join(", ")} } from "./${path}";`);
  const members = entries.map(({ path, names, i }) => `"${path}": { ${names.map((name, n) => `${name}: m${i}_${n}`).join(", ")} }`);
  return `import "./${FIRST}";\n${imports.join("\n")}\nglobalThis.evaxFirst = { ${members.join(", ")} };`;
}

/** What import() gives. @param {Iterable<string>} paths */
function givingToImport(paths) {
  const list = [...paths].sort();
  const imports = list.map((path, i) => `import * as m${i} from "./${path}";`);
  return `${imports.join("\n")}\nglobalThis.evaxSecond = { ${list.map((path, i) => `"${path}": m${i}`).join(", ")} };`;
}

/** The modules of which a script has any code. @param {import("esbuild").Metafile} metafile */
const modulesIn = ({ outputs }) => new Set(Object.values(outputs).flatMap(({ inputs }) =>
  Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)));

/** @param {{ outputFiles: import("esbuild").OutputFile[] }} result */
const textOf = ({ outputFiles: [{ text }] }) => text;

/** @param {Build} build @param {string} web @returns {Promise<{ room: Buffer, workspace: Buffer }>} */
export async function makeRoomScripts(build, web) {
  /** @type {Set<string>} */ const later = new Set();
  const leaveLater = leaving(web, LATER, (path, { kind }) => kind === "dynamic-import" && Boolean(later.add(path)));
  const scriptOf = async (/** @type {string} */ contents, /** @type {Plugin} */ plugin) =>
    build({ format: "esm", plugins: [plugin], stdin: { contents, resolveDir: web } });
  const alone = await scriptOf(`import "./${FIRST}";`, leaveLater);
  const there = modulesIn(alone.metafile);
  const second = takingFromFirst(textOf(await scriptOf(givingToImport(later), leaving(web, THERE, (path) => there.has(path)))));
  const first = textOf(await scriptOf(givingToSecond(second.shared), leaveLater));
  return { room: Buffer.from(first.replace(LATER_IMPORT, "evaxImport(\"$1\")")), workspace: Buffer.from(second.text) };
}
