/* model.js - what llvm-mca predicts for the inner loops of the matrix kernels, as V8 compiles them: products a cycle, for
 * processors that are not at hand. A static model: it knows ports and latencies, not caches.
 *
 *     node model.js BUILD OUT.txt
 *
 * SPDX-License-Identifier: MIT */
import { execFile, execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PRINT, functionsOf } from "./v8-code.js";

const [BUILD, OUT] = process.argv.slice(2);
const EVERY_KERNEL = fileURLToPath(new URL("every-kernel.js", import.meta.url));
const FLAGS = ["--no-liftoff", "--no-wasm-tier-up", ...PRINT];
const ITERATIONS = 200;

/* Where the code is made, and for which processors it is then modeled. */
const TARGETS = [
  { name: "arm64", program: `${BUILD}/arm64/node-arm64`, flags: [], triple: "aarch64", attributes: "+dotprod", cpus: ["apple-m1", "neoverse-n1", "cortex-a76"] },
  { name: "x64 AVX-VNNI", program: process.execPath, flags: [], triple: "x86_64", attributes: "", cpus: ["alderlake", "znver4"] },
  { name: "x64", program: process.execPath, flags: ["--no-enable-avx-vnni"], triple: "x86_64", attributes: "", cpus: ["skylake", "znver3"] },
];
const KERNELS = /gemm_q8|gemm_i16|panel_i16|gemm_f32|panel_f32/;
/* On x64 an extended multiply is many instructions, which are not counted here; these kernels are for Arm. */
const ARM_ONLY = { relaxed: /^lanes_gemm_i16/, simd128: /^lanes_gemm_(i16|q8)/ };

/* Products of an instruction. Where bytes are multiplied, a multiplication of 16 bits only widens. */
const PRODUCTS = /** @type {[RegExp, number][]} */ ([
  [/^(sdot|vpdpbusd|vpmaddubsw)/, 16], [/^sm(ull|lal)2?.*\.8h/, 8], [/^vpmaddwd/, 8],
  [/^sm(ull|lal)2?.*\.4s/, 4], [/^(fmla|vfn?madd\d+ps|fmul|vmulps)/, 4]]);

/** @param {string[]} code one instruction a line */
function productsOf(code) {
  const found = PRODUCTS.map(([pattern, each]) => each * code.filter((line) => pattern.test(line)).length);
  return found[0] || found[1] || found[2] || found[3] || found[4];
}

/** Offset that a jump goes back to; null if it is none. @param {{ offset: number, code: string }} line */
function target({ offset, code }) {
  const relative = /^(?:b|b\.\w+|cbn?z|tbn?z) .*#-0x([0-9a-f]+)/.exec(code);
  if (relative) return offset - parseInt(relative[1], 16);
  const absolute = /^j\w+ .*<\+0x([0-9a-f]+)>/.exec(code);
  return absolute && parseInt(absolute[1], 16) <= offset ? parseInt(absolute[1], 16) : null;
}

/** The innermost loop with the most products. @param {ReturnType<typeof functionsOf>[number]["lines"]} lines */
function innerLoop(lines) {
  const loops = lines.map((line, end) => ({ end, start: lines.findIndex(({ offset }) => offset === target(line)) }))
    .filter(({ start }) => start >= 0);
  const inner = loops.filter((a) => !loops.some((b) => b !== a && b.start >= a.start && b.end <= a.end));
  const codes = inner.map(({ start, end }) => lines.slice(start, end + 1));
  return codes.sort((a, b) => productsOf(b.map(({ code }) => code)) - productsOf(a.map(({ code }) => code)))[0] ?? [];
}

/** Bytes as assembler. @param {{ bytes: string }[]} loop @param {{ triple: string, attributes: string }} target_ */
function assemblerOf(loop, { triple, attributes }) {
  const little = triple === "aarch64";
  const input = loop.map(({ bytes }) => {
    const pairs = bytes.match(/../g) ?? [];
    return (little ? pairs.toReversed() : pairs).map((pair) => `0x${pair}`).join(" ");
  }).join("\n");
  const text = execFileSync("llvm-mc-19", ["--disassemble", `--triple=${triple}`, `--mattr=${attributes}`], { input, encoding: "utf8" });
  return text.split("\n").filter((line) => line.startsWith("\t") && !/^\t\.|^\t(j|b\.|cbn?z|b\t)/.test(line)).join("\n");
}

/** Cycles of an iteration. @param {string} assembler @param {string} cpu @param {{ triple: string, attributes: string }} target_ */
function cyclesOf(assembler, cpu, { triple, attributes }) {
  const args = [`--mtriple=${triple}`, `--mcpu=${cpu}`, `--mattr=${attributes}`, `--iterations=${ITERATIONS}`, "--instruction-info=false", "--resource-pressure=false"];
  const text = execFileSync("llvm-mca-19", args, { input: assembler, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
  return Number(/Total Cycles:\s+(\d+)/.exec(text)?.[1]) / ITERATIONS;
}

const cell = (value, width) => String(value).padEnd(width);
const lines = [];
for (const target_ of TARGETS) {
  for (const variant of /** @type {const} */ (["relaxed", "simd128"])) {
    const args = [...FLAGS, ...target_.flags, EVERY_KERNEL, variant];
    const { stdout } = await promisify(execFile)(target_.program, args, { maxBuffer: 1 << 28 });
    for (const { name, lines: code } of functionsOf(stdout).filter((fn) => KERNELS.test(fn.name))) {
      if (target_.triple === "x86_64" && ARM_ONLY[variant].test(name)) continue;
      const loop = innerLoop(code);
      const products = productsOf(loop.map((line) => line.code));
      if (!products) continue;
      const assembler = assemblerOf(loop, target_);
      const predicted = target_.cpus.map((cpu) => `${cpu} ${(products / cyclesOf(assembler, cpu, target_)).toFixed(1)}`);
      lines.push([cell(target_.name, 13), cell(variant, 8), cell(name.split(" ")[0], 18), cell(loop.length, 12),
        cell(products, 8), predicted.join(", ")].join(" "));
      console.log(lines.at(-1));
    }
  }
}
await writeFile(OUT, [
  "# make bench-arm64: inner loops as V8 compiles them (Node 24), and products a cycle that llvm-mca 19 predicts. A model, not",
  "# a measurement: no caches. For a processor that it does not know, the nearest that it knows.", "",
  [cell("code for", 13), cell("module", 8), cell("function", 18), cell("instructions", 12), cell("products", 8), "a cycle"].join(" "),
  ...lines, ""].join("\n"));
