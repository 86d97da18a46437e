/* kernel-choice.js - which implementation of each matrix kernel runs here. All give the same bits (src/evax.h), so the
 * choice is about speed only and may change between any two steps of a pass.
 *
 *     new KernelChoice ── measured, in BUDGET_MS         before the weights arrive
 *     step() runs every step of a pass                   others are tried in single blocks of the first passes
 *     settled ── remembered for each variant             the next engine of this thread asks no clock
 *
 * What is measured at the start runs in code that is not optimized yet, on a machine that may be busy: the passes
 * correct it.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { SLOTS } from "./wasm-engine.js";

/** @typedef {import("./wasm-engine.js").WasmEngine} WasmEngine */
/** @typedef {import("./wasm-engine.js").Slot} Slot */
/** The implementation of each slot, by name; "auto" finds the fastest. @typedef {"auto" | Partial<Record<Slot, string>>} KernelOption */

const BUDGET_MS = 3;
/* Each is measured so often, in turns, and its best counts: the first meets what has to be compiled. */
const ROUNDS = 2;
/* A clock that is coarser cannot tell the implementations apart in that time. */
const COARSE_MS = 0.3;
/* The first pass meets code that is being compiled; each of the next tries every other implementation in one block. */
const FIRST_PASS = 1;
const PASSES = 4;
/* Another implementation must be faster by so much. */
const MARGIN = 0.97;

/** The slots that a model's blocks spend their time in. @param {string} dtype @returns {Slot[]} */
export const slotsOf = (dtype) => (dtype === "q8" ? ["q8", "attention"] : ["f32"]);

/** What passes have settled, by variant and slot, for engines to come. @type {Map<string, string>} */
const settled = new Map();

/** Forgets what passes have settled; for tests. */
export const forgetKernels = () => settled.clear();

/** Whether the option is one. @param {unknown} kernels @returns {kernels is KernelOption} */
export const isKernelOption = (kernels) => kernels === "auto"
  || (typeof kernels === "object" && kernels !== null && Object.entries(kernels).every(([slot, name]) =>
    SLOTS.includes(/** @type {Slot} */ (slot)) && typeof name === "string"));

/** The smallest step of the clock, as far as it can be seen in a third of the budget. @param {() => number} now */
function clockStep(now) {
  const start = now();
  for (let i = 0; i < 100_000; i++) {
    const step = now() - start;
    if (step > 0) return step;
  }
  return Infinity;
}

/** Runs of one implementation in a millisecond, over at least `slice` ms. @param {(times: number) => void} run
 * @param {number} slice @param {() => number} now */
function speed(run, slice, now) {
  const start = now();
  let runs = 0;
  for (let times = 1; ; times *= 2) {
    run(times);
    runs += times;
    const ms = now() - start;
    if (ms >= slice) return runs / ms;
  }
}

/** Measures the implementations of each slot in turns, and takes the fastest. What is slow to compile may use up the
 * time: then nothing is known, and the choice stays as it is. @param {WasmEngine} wasm
 * @param {Slot[]} slots @param {() => number} now */
export function measureKernels(wasm, slots, now) {
  const end = now() + BUDGET_MS;
  if (clockStep(now) > COARSE_MS) return;
  const all = slots.flatMap((slot) => wasm.kernelNames(slot).map((name) => ({ slot, name, best: 0 })));
  const slice = BUDGET_MS / all.length / (ROUNDS + 1);
  for (let round = 0; round < ROUNDS; round++) {
    for (const each of all) {
      if (now() + slice > end) break;
      each.best = Math.max(each.best, speed((times) => wasm.runKernel(each.slot, each.name, times), slice, now));
    }
  }
  for (const slot of slots) {
    const ranked = all.filter((each) => each.slot === slot).sort((a, b) => b.best - a.best);
    if (ranked.every(({ best }) => best > 0)) take(wasm, slot, ranked);
  }
}

/** The first of them that is exact. @param {WasmEngine} wasm @param {Slot} slot @param {{ name: string }[]} ranked */
const take = (wasm, slot, ranked) => ranked.some(({ name }) => wasm.setKernel(slot, name));

/** One slot on trial: its implementations, and the shortest time of a block with each. */
class Trial {
  /** @param {WasmEngine} wasm @param {Slot} slot */
  constructor(wasm, slot) {
    this.wasm = wasm;
    this.slot = slot;
    this.usual = wasm.kernel(slot);
    this.others = wasm.kernelNames(slot).filter((name) => name !== this.usual && wasm.setKernel(slot, name));
    wasm.setKernel(slot, this.usual);
    /** @type {Map<string, number>} */ this.shortest = new Map();
  }

  /** Takes the implementation for a block, and gives its name: every third block tries another. @param {number} block */
  take(block) {
    const name = (block % 3 === 1 && this.others[(block - 1) / 3]) || this.usual;
    if (name !== this.wasm.kernel(this.slot)) this.wasm.setKernel(this.slot, name);
    return name;
  }

  /** @param {string} name @param {number} ms */
  note(name, ms) {
    this.shortest.set(name, Math.min(ms, this.shortest.get(name) ?? Infinity));
  }

  /** Takes the fastest, and remembers it. */
  settle() {
    const ms = (/** @type {string} */ name) => this.shortest.get(name) ?? Infinity;
    const best = this.others.reduce((a, b) => (ms(b) < ms(a) * MARGIN ? b : a), this.usual);
    this.wasm.setKernel(this.slot, best);
    settled.set(`${this.wasm.variant} ${this.slot}`, best);
  }
}

/** Of one engine. */
export class KernelChoice {
  #wasm;
  #slots;
  /** @type {Slot[]} still to be tried, one after the other */ #open = [];
  /** @type {Trial | null} under way */ #trial = null;
  #pass = -1;
  #blocks = 0;
  #now;
  /** What runs when none is tried, by slot. @type {Readonly<Partial<Record<Slot, string>>>} */ names;

  /** Throws OPTION_INVALID for a name that does not exist, WASM_UNSUPPORTED for one that is not exact here.
   * @param {WasmEngine} wasm @param {string} dtype of the model @param {KernelOption} [asked]
   * @param {() => number} [now] ms, for tests */
  constructor(wasm, dtype, asked = "auto", now = () => performance.now()) {
    this.#wasm = wasm;
    this.#slots = slotsOf(dtype);
    this.#now = now;
    if (asked === "auto") this.#begin();
    else for (const [slot, name] of Object.entries(asked)) this.#fix(/** @type {Slot} */ (slot), name);
    this.names = this.#namesNow();
  }

  #namesNow() {
    return Object.freeze(Object.fromEntries(this.#slots.map((slot) => [slot, this.#wasm.kernel(slot)])));
  }

  /** @param {Slot} slot @param {string} name */
  #fix(slot, name) {
    if (this.#wasm.setKernel(slot, name)) return;
    throw new EvaxError("WASM_UNSUPPORTED", `the ${slot} kernel "${name}" gives wrong numbers here; use kernels "auto"`);
  }

  #begin() {
    const known = (/** @type {Slot} */ slot) => settled.get(`${this.#wasm.variant} ${slot}`);
    const open = this.#slots.filter((slot) => !(known(slot) && this.#wasm.setKernel(slot, /** @type {string} */ (known(slot)))));
    if (open.length) measureKernels(this.#wasm, open, this.#now);
    this.#open = open;
  }

  /** A pass begins. @param {number} depth blocks of it */
  begin(depth) {
    this.#pass++;
    this.#blocks = depth;
  }

  /** Runs a step of the pass: 0 the embedding, 1..depth the blocks. @template T @param {number} step
   * @param {() => T} work @returns {T} */
  step(step, work) {
    if (!this.#open.length || this.#pass < FIRST_PASS || step < 1 || step > this.#blocks) return work();
    const trial = this.#trial ??= new Trial(this.#wasm, this.#open[0]);
    const name = trial.take(step - 1);
    const start = this.#now();
    const result = work();
    trial.note(name, this.#now() - start);
    if (step === this.#blocks) this.#endPass(trial);
    return result;
  }

  /** @param {Trial} trial */
  #endPass(trial) {
    if (this.#pass < FIRST_PASS + PASSES - 1) return;
    trial.settle();
    this.names = this.#namesNow();
    this.#open.shift();
    this.#trial = null;
    this.#pass = FIRST_PASS - 1;
  }
}
