#!/usr/bin/env node
/* dependencies.js - lists all third-party parts that the package contains or is built with, with licenses.
 *
 *     node tools/build/dependencies.js     writes dist/DEPENDENCIES.txt and dist/sbom.cdx.json (CycloneDX 1.6)
 *
 * npm packages come from the lock files, which have version, license and hash of each; the programs that the package is
 * tried in (tests/consumers) make nothing of it and are not listed. What Debian's
 * packages contribute to the WebAssembly modules is listed here. A license that is not allowed for its
 * use is an error. The same lock files give the same bytes.
 * SPDX-License-Identifier: MIT */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { VERSION } from "../../web/base/version.js";

/** How a part is used. @typedef {"shipped" | "tool"} Use shipped: it is in the package, or installed
 *   with it; tool: it builds or tests */
/** @typedef {object} Part
 * @property {string} name
 * @property {string} version
 * @property {string} license an SPDX expression
 * @property {Use} use
 * @property {string} from where it is declared: a lock file, or "Debian"
 * @property {string} purl
 * @property {string} [sha512] of npm's archive, in hex
 * @property {string} [note]
 */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const LOCKS = [
  "package-lock.json", "tools/bench/package-lock.json", "tools/node/package-lock.json",
];

/* Licenses that may be shipped in an MIT package with attribution only; and those that are also
 * acceptable for building and testing, where nothing is distributed. */
const PERMISSIVE = [
  "MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "CC0-1.0",
  "Unlicense", "LicenseRef-public-domain", "Apache-2.0 WITH LLVM-exception",
];
/** @type {Record<Use, string[]>} */
const ALLOWED = { shipped: PERMISSIVE, tool: [...PERMISSIVE, "MPL-2.0", "CC-BY-4.0"] };

/* Development packages whose code tools/build/bundle.js puts into shipped files: NOTICES.md in
 * web/convert and web/dicom; and those of the command line tool, in tools/cli. */
export const BUNDLED = ["@noble/hashes", "fflate", "@cornerstonejs/codec-charls", "@cornerstonejs/codec-openjpeg"];
export const BUNDLED_IN_TOOL = ["hyparquet-writer", "hyparquet"];

/** Compiled into the modules, or into a bundled package's. @type {Part[]} */
export const COMPILED_IN = [
  {
    name: "stb_image", version: "2.27", license: "LicenseRef-public-domain OR MIT", use: "shipped",
    from: "Debian", purl: "pkg:deb/debian/libstb-dev", note: "decodes PNG and JPEG",
  },
  {
    name: "musl", version: "1.2.2", license: "MIT", use: "shipped",
    from: "Debian", purl: "pkg:deb/debian/emscripten", note: "C library of emscripten 3.1.6",
  },
  {
    name: "compiler-rt", version: "13.0.0", license: "Apache-2.0 WITH LLVM-exception",
    use: "shipped", from: "Debian", purl: "pkg:deb/debian/emscripten",
    note: "arithmetic helpers of emscripten 3.1.6",
  },
  {
    name: "emmalloc", version: "3.1.6", license: "MIT", use: "shipped",
    from: "Debian", purl: "pkg:deb/debian/emscripten", note: "allocator of emscripten 3.1.6",
  },
  {
    name: "OpenJPEG", version: "2.5.4", license: "BSD-2-Clause", use: "shipped",
    from: "npm, within another package", purl: "pkg:github/uclouvain/openjpeg", note: "in codec-openjpeg",
  },
  {
    name: "CharLS", version: "2.4.4", license: "BSD-3-Clause", use: "shipped",
    from: "npm, within another package", purl: "pkg:github/team-charls/charls", note: "in codec-charls",
  },
];

/** Whether at least one alternative of an expression consists of allowed licenses.
 * @param {string} expression @param {string[]} allowed */
export const isAllowed = (expression, allowed) =>
  expression.replace(/[()]/g, "").split(" OR ").some((choice) =>
    choice.split(" AND ").every((license) => allowed.includes(license)));

/** @param {string} integrity as npm writes it @returns {string} in hex */
const toHex = (integrity) => Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");

/** The packages of a lock file. @param {string} file @returns {Part[]} */
function lockedPackages(file) {
  const { packages } = JSON.parse(readFileSync(join(ROOT, file), "utf8"));
  const installed = Object.entries(packages).filter(([path, { link }]) =>
    path.includes("node_modules/") && !link);
  return installed.map(([path, { version, license, dev, devOptional, integrity }]) => {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const own = file === "package-lock.json";
    const inPackage = own && ((!dev && !devOptional) || [...BUNDLED, ...BUNDLED_IN_TOOL].includes(name));
    return {
      name, version, license: license ?? "", from: file, sha512: toHex(integrity),
      use: inPackage ? "shipped" : "tool",
      purl: `pkg:npm/${name.replace(/^@/, "%40")}@${version}`,
    };
  });
}

/** Everything, shipped parts first. Throws where a license is not allowed. @returns {Part[]} */
export function parts() {
  const all = [...COMPILED_IN, ...LOCKS.flatMap(lockedPackages)];
  const bad = all.filter(({ license, use }) => !isAllowed(license, ALLOWED[use]));
  if (bad.length) {
    const lines = bad.map(({ name, license, use }) => `${name} (${use}): ${license || "none named"}`);
    throw new Error(`licenses that are not on the list of their use:\n  ${lines.join("\n  ")}`);
  }
  const order = (/** @type {Part} */ part) =>
    [part.use, part.from, part.name, part.version].join("\0");
  return all.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** @param {Part[]} all @returns {string} */
export function dependenciesText(all) {
  const lines = [...grouped(all)].flatMap(([title, members]) => ["", title, ...members.map(lineOf)]);
  return ["What the package holds of others, and what builds and tests it (make licenses).",
    ...lines, ""].join("\n");
}

/** @param {Part} part */
const groupOf = ({ use, from }) => `${use === "shipped" ? "Shipped" : "Tools"}, from ${from}`;

/** Node 20 has no Map.groupBy. @param {Part[]} all @returns {Map<string, Part[]>} */
function grouped(all) {
  const groups = new Map();
  for (const part of all) groups.set(groupOf(part), [...groups.get(groupOf(part)) ?? [], part]);
  return groups;
}

/** @param {Part} part */
const lineOf = ({ name, version, license, note }) =>
  `  ${`${name} ${version}`.padEnd(44)} ${license}${note ? `; ${note}` : ""}`;

/** @param {Part} part */
function component({ name, version, license, use, purl, sha512 }) {
  const single = /^[A-Za-z0-9.-]+$/.test(license);
  return {
    type: "library",
    "bom-ref": purl.includes("@") ? purl : `${purl}#${name}`,
    name,
    version,
    scope: use === "shipped" ? "required" : "excluded",
    ...(sha512 && { hashes: [{ alg: "SHA-512", content: sha512 }] }),
    licenses: single && !license.startsWith("LicenseRef") ? [{ license: { id: license } }]
      : [{ expression: license }],
    purl,
  };
}

/** The bill of materials of the package and of what builds it. @param {Part[]} all @returns
 * {string} */
export function sbomText(all) {
  const { name, license } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const own = all.filter(({ use, from }) => use === "shipped" || from === "package-lock.json");
  const components = [...new Map(own.map((part) => [part.purl + part.name, part])).values()];
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "library", "bom-ref": `pkg:npm/${name}@${VERSION}`, name, version: VERSION,
        licenses: [{ license: { id: license } }], purl: `pkg:npm/${name}@${VERSION}`,
      },
    },
    components: components.map(component),
  };
  return `${JSON.stringify(bom, null, 1)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = parts();
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  writeFileSync(join(ROOT, "dist", "DEPENDENCIES.txt"), dependenciesText(all));
  writeFileSync(join(ROOT, "dist", "sbom.cdx.json"), sbomText(all));
  process.stdout.write(`dist/DEPENDENCIES.txt, dist/sbom.cdx.json: ${all.length} parts, all licenses allowed\n`);
}
