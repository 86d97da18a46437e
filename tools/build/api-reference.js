#!/usr/bin/env node
/* api-reference.js - web/API.md, the reference of the package's API, from what api-types.js reads out of the sources:
 * api-reference.js FILE
 *
 *     each entry    its functions, values and classes, with parameters, defaults, results; the element with attributes,
 *                   events, methods, parts and custom properties
 *     errors        the closed table of codes
 *     types         everything that the entries export or name
 *
 * SPDX-License-Identifier: MIT */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { CODES } from "../../web/base/errors.js";
import { readApi } from "./api-types.js";
import { REACT } from "./declarations.js";

/** @typedef {import("./api-types.js").Callable} Callable */
/** @typedef {import("./api-types.js").Member} Member */
/** @typedef {import("./api-types.js").Shape} Shape */
/** @typedef {import("./api-types.js").TypeText} TypeText */
/** Where a type's section is: its heading's anchor. @typedef {Map<import("typescript").Symbol, { name: string, anchor: string }>} Places */

const OPENING = `<!-- Written by \`make api\` (tools/build/api-reference.js) from the types and comments of the sources. Change those. -->
# API reference

All that can be imported from the package \`eva-x-web\`: made from the types that ship with it, and compared with the
code by the tests. [README.md](README.md) says how the parts go together, [INTEGRATION.md](INTEGRATION.md) what bundlers,
servers and policies need; [examples](../examples) run in the tests.

* \`name?\` can be left out. \`[C]\` is the shape of an array: C embedding values, K labels, R pixels a side of the input.
* The main entry's calls and the engine's refuse an option that they do not have: \`OPTION_INVALID\`, with the name that was
  probably meant.
* A call that can be aborted takes an AbortSignal, \`signal\`, and then rejects with the signal's reason. Every other failure is
  an [EvaxError](#evaxerror) with a code of the [table](#errors).
`;

/** As the heading's anchor on the pages that show Markdown. @param {string} heading */
export const anchorOf = (heading) => heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-");

/** Text with a capital and a full stop, one line. @param {string} text */
const sentence = (text) => (text ? `${text[0].toUpperCase()}${text.slice(1)}${/[.:;!?]$/.test(text) ? "" : "."}` : "");

/** Words outside of code: no angle bracket or star is markup, and documents of the repository are links.
 * @param {string} text */
const words = (text) => text.split(/(`[^`]*`)/).map((part) => (part.startsWith("`") ? part
  : part.replaceAll("<", "&lt;").replaceAll("*", "\\*")
    .replace(/\b(?:web|model)\/[\w/]+\.md\b/g, (path) => `[${path}](${path.startsWith("web/") ? path.slice(4) : `../${path}`})`))).join("");

/** @param {string} text */
const inCell = (text) => text.replaceAll("|", "\\|");

/** A table; columns without content are left out. @param {string[]} names @param {string[][]} rows */
function table(names, rows) {
  if (!rows.length) return "";
  const used = names.map((_, i) => i).filter((i) => rows.some((row) => row[i]));
  const line = (/** @type {string[]} */ cells) => `| ${used.map((i) => inCell(cells[i])).join(" | ")} |\n`;
  return `${line(names)}|${used.map(() => "---").join("|")}|\n${rows.map(line).join("")}\n`;
}

class Writer {
  #places;

  /** @param {Places} places */
  constructor(places) {
    this.#places = places;
  }

  /** Links to the sections of types. @param {TypeText["refs"]} refs */
  #links(refs) {
    return refs.flatMap((symbol) => this.#places.get(symbol) ?? []).map(({ name, anchor }) => `[${name}](#${anchor})`);
  }

  /** @param {TypeText} type */
  #type({ text, refs }) {
    const links = this.#links(refs);
    if (!text) return "";
    if (links.length === 1) return links[0].replace(/^\[.*\]/, () => `[\`${text}\`]`);
    return links.length ? `\`${text}\`: ${links.join(", ")}` : `\`${text}\``;
  }

  /** @param {Member[]} members @param {string} heading of the first column */
  members(members, heading) {
    return table([heading, "type", "default", ""], members.map(({ name, type, optional, fallback, about }) => [
      `\`${name}${optional ? "?" : ""}\``, this.#type(type), fallback && `\`${fallback}\``, words(about),
    ]));
  }

  /** @param {Callable} call @param {string} level of the heading @param {string} [before] the object's name and a point */
  callable({ name, about, params, returns, result }, level, before = "") {
    const taken = params.map((param) => `${param.name}${param.optional ? "?" : ""}`).join(", ");
    const given = this.#type(returns);
    return [
      `${level} ${before}${name}(${taken})\n\n`, about && `${words(sentence(about))}\n\n`,
      this.members(params, "parameter"),
      given && given !== "`void`" && `Returns ${given}${result && `: ${words(result.replace(/\.$/, ""))}`}.\n\n`,
    ].filter(Boolean).join("");
  }

  /** @param {Shape} shape @param {string} level @param {string} [from] what it is imported from */
  shape({ name, about, members, methods, definition, start, tags }, level, from = "") {
    const method = (/** @type {Callable} */ call) => this.callable(call, `${level}#`, `${name}.`);
    return [
      `${level} ${name}\n\n`, [from && `Type of \`${from}\`.`, words(sentence(about))].filter(Boolean).join(" ").replace(/.$/s, "$&\n\n"),
      definition && `\`\`\`ts\n${definition.text}\n\`\`\`\n\n`,
      definition && this.#links(definition.refs).join(", ").replace(/.+/s, "See $&.\n\n"),
      start && this.callable({ ...start, name }, `${level}#`, "new "),
      TAGS.map(({ tag, heading }) => this.#tagged(tags.filter((each) => each.tag === tag), heading)).join(""),
      this.members(members, "member"), ...methods.map(method),
    ].filter(Boolean).join("");
  }

  /** @param {Shape["tags"]} tags @param {string} heading */
  #tagged(tags, heading) {
    return table([heading, "type", ""], tags.map(({ name, type, about }) => [
      `\`${name}\``, type && `\`${type}\``, words(about)]));
  }
}

const TAGS = [{ tag: "attr", heading: "attribute" }, { tag: "fires", heading: "event" }, { tag: "csspart", heading: "part" },
  { tag: "cssprop", heading: "custom property" }];

/** The groups of codes: a comment in errors.js opens each. @returns {{ heading: string, codes: (keyof typeof CODES)[] }[]} */
function errorGroups() {
  const text = readFileSync(new URL("../../web/base/errors.js", import.meta.url), "utf8");
  const [, list] = /export const CODES = .*?\n([\s\S]*?)\n\}\);/.exec(text) ?? [];
  return list.split(/^ {2}\/\/ /m).slice(1).map((group) => ({
    heading: group.slice(0, group.indexOf("\n")).replace(/\.$/, ""),
    codes: /** @type {(keyof typeof CODES)[]} */ ([...group.matchAll(/^ {2}([A-Z0-9_]+):/gm)].map(([, code]) => code)),
  }));
}

const errors = () => [
  "## Errors\n\nThe closed set of codes of an [EvaxError](#evaxerror). `message` says what happened, with the particulars "
    + "(`detail`) behind it; `hint` says what to do. An abort is none of them: it rejects with the signal's reason.\n\n",
  ...errorGroups().map(({ heading, codes }) => `### ${heading}\n\n${table(["code", "what happened", "what to do"],
    codes.map((code) => [`\`${code}\``, words(CODES[code][0]), words(CODES[code][1])]))}`),
].join("");

/** The props of the element in React, whose types are no source but text. */
function react() {
  const file = ts.createSourceFile("react.d.ts", REACT, ts.ScriptTarget.Latest, true);
  const props = file.statements.filter(ts.isInterfaceDeclaration).flatMap(({ members }) => [...members])
    .filter(ts.isPropertySignature);
  return "## eva-x-web/react\n\nTypes only: `import type {} from \"eva-x-web/react\"` makes the element known to JSX, with the "
    + "attributes of every element, those of [EvaxXray](#evaxxray) and a `ref` to it.\n\n"
    + table(["attribute", "type"], props.map((prop) => [`\`${prop.name.getText()}?\``, `\`${prop.type?.getText()}\``]));
}

/** What stands at an entry's head. @type {Record<string, string>} */
const ABOUT = {
  "eva-x-web": "The package in browsers, workers, Node, Bun and Deno. In Node models may also lie in a folder or a file.",
  "eva-x-web/demo": "The demo model that comes with the package.",
  "eva-x-web/session": "A model from its address to results, as the page has it: progress by phase, restarts, the seal.",
  "eva-x-web/element": "Importing it defines `<evax-xray>`.",
};

/** @param {Writer} writer @param {ReturnType<typeof readApi>["entries"][number]} entry @param {Shape[]} objects */
const entryText = (writer, { path, functions, values, classes }, objects) => [
  `## ${path}\n\n${ABOUT[path]}\n\n`,
  ...functions.map((call) => writer.callable(call, "###")),
  ...[...objects, ...classes].map((shape) => writer.shape(shape, "###")),
  writer.members(values, "value"),
].join("");

/** Two types of one name could not be told apart. @param {Shape[]} shapes @returns {Places} */
function placesOf(shapes) {
  const twice = shapes.filter(({ name }, i) => shapes.findIndex((shape) => shape.name === name) !== i).map(({ name }) => name);
  if (twice.length) throw new Error(`types of the API with the same name: ${twice.join(", ")}. Give one another name`);
  return new Map(shapes.map(({ symbol, name }) => [symbol, { name, anchor: anchorOf(name) }]));
}

/** The reference. @param {ReturnType<typeof readApi>} [api] @returns {string} */
export function apiReference({ entries, types, exported } = readApi()) {
  const [main, ...others] = entries;
  const objects = types.filter(({ symbol, methods }) => methods.length && exported.get(symbol) === main.path);
  const rest = types.filter((shape) => !objects.includes(shape));
  const shapes = [...objects, ...entries.flatMap(({ classes }) => classes), ...rest];
  const writer = new Writer(placesOf(shapes));
  const contents = [...entries.map(({ path }) => path), "eva-x-web/react", "Errors", "Types"];
  return [
    OPENING, "\nContents: ", contents.map((heading) => `[${heading}](#${anchorOf(heading)})`).join(", "), ".\n\n",
    entryText(writer, main, objects), ...others.map((entry) => entryText(writer, entry, [])), react(), errors(),
    "## Types\n\nThose with an entry can be imported from it; the others are parts of them.\n\n",
    ...rest.map((shape) => writer.shape(shape, "###", exported.get(shape.symbol))),
  ].join("").trimEnd() + "\n";
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(process.argv[2], apiReference());
