#!/usr/bin/env node
/* declarations.js - the types that ship, made fit for every compiler of a user: tsc's output in dist/types, changed so that
 *
 *     it needs no DOM library     what browsers, Node and others name alike (Blob, URL, AbortSignal, ...) is looked up where
 *                                 it is declared, and is never where it is not: analyze(42) stays an error there
 *     TypeScript 5.0 reads it     Uint8Array<ArrayBuffer> is of 5.7
 *     the element is known        to document.querySelector; and to React's JSX, by import type {} from "eva-x-web/react"
 *
 * SPDX-License-Identifier: MIT */
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const TYPES = fileURLToPath(new URL("../../dist/types", import.meta.url));
const PLATFORM = join(TYPES, "web/platform.d.ts");
/* What Node uses; the other entries are for pages, which have the DOM. */
const ENTRIES = ["web/evax.d.ts", "model/demo/address.d.ts"].map((path) => join(TYPES, path));
const NAMES = ["AbortSignal", "AsyncDisposable", "Blob", "File", "FileList", "HTMLCanvasElement", "HTMLImageElement",
  "HTMLVideoElement", "ImageBitmap", "ImageData", "MessageEvent", "OffscreenCanvas", "ReadableStream", "Response", "URL",
  "VideoFrame", "Worker", "Transferable"];
const WASM = ["Module", "Memory", "Instance"];

const platform = () => `/* What the host declares, by its own library of types; never where it declares nothing of the name. */
type Declared<Name extends string> = typeof globalThis extends { [name in Name]: { prototype: infer T } } ? T : never;
type DeclaredWasm<Name extends string> = typeof globalThis extends { WebAssembly: { [name in Name]: { prototype: infer T } } } ? T : never;
${NAMES.map((name) => `export type ${name} = Declared<"${name}">;`).join("\n")}
${WASM.map((name) => `export type WebAssembly_${name} = DeclaredWasm<"${name}">;`).join("\n")}
`;

const ELEMENT = `
declare global {
  interface HTMLElementTagNameMap { "evax-xray": EvaxXray }
}
`;

/** The text of eva-x-web/react. */
export const REACT = `import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { EvaxXray } from "./element.js";

/** Attributes of <evax-xray>: see API.md. */
export interface EvaxXrayAttributes extends DetailedHTMLProps<HTMLAttributes<EvaxXray>, EvaxXray> {
  model?: string;
  integrity?: string;
  results?: "page";
  unsealed?: "allow";
  assets?: string;
}
declare module "react" {
  namespace JSX {
    interface IntrinsicElements { "evax-xray": EvaxXrayAttributes }
  }
}
`;

const COMMENT = /\/\*[\s\S]*?\*\//g;

/** A file without what newer compilers alone read, and with imports of what it takes from the host. @param {string} path
 * @param {string} text */
function adapted(path, text) {
  let own = text.replace(/\b((?:Uint|Int|Float)\d+(?:Clamped)?Array)<[A-Za-z ]+>/g, "$1")
    .replace(/\bReadableStream<\w+>/g, "ReadableStream");
  for (const name of WASM) own = own.replaceAll(`WebAssembly.${name}`, `WebAssembly_${name}`);
  const code = own.replace(COMMENT, "").replace(/"[^"]*"/g, "\"\"");
  const used = [...NAMES, ...WASM.map((name) => `WebAssembly_${name}`)]
    .filter((name) => new RegExp(`(?<![.\\w])${name}(?![\\w:?])`).test(code) && !new RegExp(`(type|class|interface) ${name}\\b`).test(code));
  const from = relative(dirname(path), PLATFORM).replace(/\.d\.ts$/, ".js").replace(/^(?!\.)/, "./");
  return used.length ? `import type { ${used.join(", ")} } from "${from}";\n${own}` : own;
}

/** Every file that an entry's types reach. @param {string} path @param {Map<string, string>} seen */
async function reach(path, seen) {
  if (seen.has(path)) return;
  const text = await readFile(path, "utf8");
  seen.set(path, text);
  for (const [, name] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
    await reach(join(dirname(path), name.replace(/\.js$/, ".d.ts")), seen);
  }
}

async function adaptAll() {
  /** @type {Map<string, string>} */ const files = new Map();
  for (const entry of ENTRIES) await reach(entry, files);
  await writeFile(PLATFORM, platform());
  for (const [path, text] of files) await writeFile(path, adapted(path, text));
  const element = join(TYPES, "web/element.d.ts");
  await writeFile(element, await readFile(element, "utf8") + ELEMENT);
  await writeFile(join(TYPES, "web/react.d.ts"), REACT);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await adaptAll();
