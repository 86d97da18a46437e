/* phrases.js - the sentences of the engine that people read in the page, found in its sources: what was done to a film,
 * why one cannot be read, what is wrong with a table of labels or a finding. A gap is "{}".
 * SPDX-License-Identifier: MIT */
import { readFile, readdir } from "node:fs/promises";
import ts from "typescript";

const ROOT = new URL("../../", import.meta.url);
/* Of the sentences elsewhere a visitor sees nothing but by a mistake of the page's author, or of a model that is broken. */
const SCRIPTS = ["web/engine/analysis.js", "web/heads/head.js", "web/evaluate/labels/labels.js", "web/evaluate/labels/columns.js", "web/evaluate/labels/csv-reader.js",
  "web/evaluate/site-card.js", "web/convert/checkpoint/file-kind.js", "web/convert/families.js", "web/model/kept-models.js"];
const ENGINE = ["sniff", "check_size", "check_png", "check_jpeg", "decode", "decode_png", "decode_jpeg"];

/** @param {string} path */
const read = (path) => readFile(new URL(path, ROOT), "utf8");

/** Those that no rule finds: words that stand in gaps of others, what is said of pixels from code, and of a host that lacks a
 * file or answers with another. */
export const ALSO = ["rows", "columns", "with", "without", "linear", "sigmoid", "Values: {} became black and {} white.",
  "{} is an HTML page, not a script", "{} is an HTML page, not a module", "{}: HTTP status {}", "{} has {}, not {} bytes",
  "{}: the connection broke", "{} must be JSON; this begins like an HTML page"];
/* Values, and parts of what is in the list already. */
const NOT_SAID = new Set(["60 and older", "other split", "torch zip", "torch legacy", "evax-kept-model {}"]);

/** Words, as opposed to names and signs. @param {string} said */
const isSaid = (said) => /[a-z]{2}[,:]? (\{\}|[a-z])|\{\}[,:;]? [a-z]{2}|^[A-Z][a-z]+ \{\}|^an? [A-Za-z]/.test(said) && !/^[\^<]/.test(said)
  && !NOT_SAID.has(said);

/** What begins with a space stands behind something. @param {string} said */
const whole = (said) => (said.startsWith(" ") ? `{}${said}` : said);

/** A literal, a template or a sum of them, with gaps; null for anything else. @param {ts.Node} node @returns {string | null} */
function patternOf(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join("");
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return null;
  const [left, right] = [patternOf(node.left), patternOf(node.right)];
  return left === null || right === null ? null : left + right;
}

/** @param {string} path @returns {Promise<string[]>} */
async function ofScript(path) {
  /** @type {string[]} */ const found = [];
  const look = (/** @type {ts.Node} */ node) => {
    const pattern = patternOf(node);
    if (pattern !== null && isSaid(pattern)) found.push(pattern);
    if (pattern === null || ts.isTemplateExpression(node)) ts.forEachChild(node, look);
    else if (ts.isBinaryExpression(node)) ts.forEachChild(node, gapsOnly);
  };
  const gapsOnly = (/** @type {ts.Node} */ node) => {
    if (ts.isTemplateSpan(node)) look(node.expression);
    else ts.forEachChild(node, gapsOnly);
  };
  look(ts.createSourceFile(path, await read(path), ts.ScriptTarget.Latest, true));
  return found;
}

/** @param {string} name of a file of src/image/ @returns {Promise<string[]>} */
async function ofEngine(name) {
  const code = (await read(`src/image/${name}.c`)).replace(/\/\*[\s\S]*?\*\/|^#.*$/gm, "").replace(/"\s*\n\s*"/g, "");
  return [...code.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, said]) => said.replace(/%(zu|[sd])/g, "{}"))
    .filter((said) => isSaid(said) && !said.includes("\\"));
}

/** All of them, each once. @returns {Promise<string[]>} */
export async function phrasesOfSources() {
  const dicom = (await readdir(new URL("web/dicom/", ROOT), { recursive: true })).filter((name) => /^(?!.*memory-limit)[^.]+\.js$/.test(name));
  const all = await Promise.all([...[...dicom.map((name) => `web/dicom/${name}`), ...SCRIPTS].map(ofScript), ...ENGINE.map(ofEngine)]);
  return [...new Set(all.flat().map(whole))];
}
