/* kernel-choice.js - which implementation of each matrix kernel runs here. All give the same bits (src/evax.h), so the
 * choice is about speed only and may change between any two steps of a pass.
 *
 *     new KernelChoice ── measured, in BUDGET_MS         before the weights arrive
 *     step() runs every step of a pass                   others are tried in single blocks of the first passes
 *     settled-kernels.js                                 the next engine asks no clock, in this thread or in another
 *
 * What is measured at the start runs in code that is not optimized yet, on a machine that may be busy, by a clock that
 * may be coarse: it changes the choice only where it can tell, and the passes correct it.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { settleKernel, settledKernel } from "./settled-kernels.js";
import { SLOTS } from "./wasm-engine.js";

/** @typedef {import("./wasm-engine.js").WasmEngine} WasmEngine */
/** @typedef {import("./wasm-engine.js").Slot} Slot */
/** The implementation of each slot, by name; "auto" finds the fastest. @typedef {"auto" | Partial<Record<Slot, string>>} KernelOption */

const BUDGET_MS = 3;
/* What is left of it for the last run and for probing what is taken. */
const RESERVE_MS = 0.5;
/* Each is measured so often, in turns, and its best counts: other programs only take speed away. */
const ROUNDS = 2;
/* The first pass meets code that is being compiled; in each of the next every other implementation has a block. */
const FIRST_PASS = 1;
const PASSES = 4;
/* Blocks of a pass in which something is tried; the engine's models have 12 blocks. */
const TURNS = 4;
/* Another implementation must be faster than the blocks around its own by so much, in most of the passes: compared with its
 * neighbors, a machine that becomes slower half-way is slower for both. Where two threads wait for each other, a block takes
 * a tenth more or less each time: until four of five passes agree, there are more of them. */
const MARGIN = 0.97;
const AGREED = 0.8;
const LAST_PASSES = 16;

/** The slots that a model's blocks spend their time in. @param {string} dtype @returns {Slot[]} */
export const slotsOf = (dtype) => (dtype === "q8" ? ["q8", "attention"] : ["f32"]);

/** Whether the option is one. @param {unknown} kernels @returns {kernels is KernelOption} */
export const isKernelOption = (kernels) => kernels === "auto"
  || (typeof kernels === "object" && kernels !== null && Object.entries(kernels).every(([slot, name]) =>
    SLOTS.includes(/** @type {Slot} */ (slot)) && typeof name === "string"));

/* Calls of a clock that take a millisecond or less. */
const LOOKS = 5_000;

/** The smallest step of the clock; Infinity if it shows none for so long. @param {() => number} now */
function clockStep(now) {
  const start = now();
  for (let i = 0; i < LOOKS; i++) {
    const step = now() - start;
    if (step > 0) return step;
  }
  return Infinity;
}

/** An implementation that is measured: between which runs in a millisecond its speed lies, as the clock can tell. */
class Measured {
  /** @param {WasmEngine} wasm @param {Slot} slot @param {string} name */
  constructor(wasm, slot, name) {
    this.wasm = wasm;
    this.slot = slot;
    this.name = name;
    this.least = this.most = 0;
  }

  /** Milliseconds of the first run, in which it is compiled. @param {() => number} now */
  compile(now) {
    const start = now();
    this.wasm.runKernel(this.slot, this.name, 1);
    return now() - start;
  }

  /** Runs it for about `slice` ms, and not past the end as far as can be foreseen.
   * @param {number} slice @param {number} end @param {number} step of the clock @param {() => number} now */
  measure(slice, end, step, now) {
    const start = now();
    let runs = 0, ms = 0;
    for (let times = 1; ms < slice && start + ms + times * (ms / (runs || 1)) < end; times *= 2) {
      this.wasm.runKernel(this.slot, this.name, times);
      runs += times;
      ms = now() - start;
    }
    this.least = Math.max(this.least, runs / (ms + step));
    this.most = Math.max(this.most, ms > step ? runs / (ms - step) : Infinity);
  }
}

/** The same for all, in turns; false if the time is too short for it. @param {Measured[]} all @param {number} end
 * @param {() => number} now */
function measureAll(all, end, now) {
  const step = clockStep(now);
  let dearest = 0;
  for (const each of all) {
    if (now() + dearest > end) return false;
    dearest = Math.max(dearest, each.compile(now));
  }
  const slice = (end - now()) / all.length / ROUNDS;
  if (step > slice) return false;
  for (let round = 0; round < ROUNDS; round++) {
    for (const each of all) each.measure(slice, end, step, now);
  }
  return true;
}

/** Measures the implementations of each slot, and takes one that is certainly faster than what runs. Where the clock or the
 * time does not tell, the choice stays as it is. @param {WasmEngine} wasm @param {Slot[]} slots @param {() => number} now */
export function measureKernels(wasm, slots, now) {
  const end = now() + BUDGET_MS - RESERVE_MS;
  const all = slots.flatMap((slot) => wasm.kernelNames(slot).map((name) => new Measured(wasm, slot, name)));
  if (!measureAll(all, end, now)) return;
  for (const slot of slots) {
    const own = all.filter((each) => each.slot === slot), usual = wasm.kernel(slot);
    const bar = Math.max(...own.filter(({ name }) => name === usual).map(({ most }) => most));
    const faster = own.filter(({ least }) => least > bar).sort((a, b) => b.least - a.least);
    faster.some(({ name }) => wasm.setKernel(slot, name));
  }
}

/** Implementations on trial in the blocks of some passes: every third block runs with another one. */
class Trial {
  /** @type {{ slot: Slot, usual: string, name: string, ratios: number[] }[]} ratios: of its blocks' times to the mean of
   *   the blocks beside each */
  #others;
  /** Times of this pass's blocks. @type {number[]} */ #ms = [];
  #now;
  #clockStep;

  /** Passes that ran to their end. */
  passes = 0;

  /** @param {WasmEngine} wasm @param {Slot[]} slots @param {() => number} now */
  constructor(wasm, slots, now) {
    this.wasm = wasm;
    this.slots = slots;
    this.#now = now;
    this.#clockStep = clockStep(now);
    this.#others = slots.flatMap((slot) => this.#othersOf(slot));
  }

  /** Those that are exact here. @param {Slot} slot */
  #othersOf(slot) {
    const { wasm } = this, usual = wasm.kernel(slot);
    const names = wasm.kernelNames(slot).filter((name) => name !== usual && wasm.setKernel(slot, name));
    wasm.setKernel(slot, usual);
    return names.map((name) => ({ slot, usual, name, ratios: /** @type {number[]} */ ([]) }));
  }

  /** What is tried in a block: in the next pass another one, as layers of 8 bits make some blocks slower than those beside
   * them. @param {number} block from 0 */
  #in(block) {
    return block % 3 === 1 ? this.#others[((block - 1) / 3 + this.passes) % TURNS] : undefined;
  }

  /** Runs a block of the pass. @template T @param {number} block @param {() => T} work @returns {T} */
  run(block, work) {
    const tried = this.#in(block);
    if (tried) this.wasm.setKernel(tried.slot, tried.name);
    try {
      const start = this.#now();
      const result = work();
      this.#ms[block] = this.#now() - start;
      return result;
    } finally {
      if (tried) this.wasm.setKernel(tried.slot, tried.usual);
    }
  }

  /** The pass has run all blocks. */
  endPass() {
    for (let block = 1; block + 1 < this.#ms.length; block += 3) this.#in(block)?.ratios.push(this.#ratio(block));
    this.passes++;
  }

  /** A block's time to the mean of those beside it: the largest that it can be by this clock. @param {number} block */
  #ratio(block) {
    const beside = (this.#ms[block - 1] + this.#ms[block + 1]) / 2 - this.#clockStep;
    return beside > 0 ? (this.#ms[block] + this.#clockStep) / beside : Infinity;
  }

  /** Whether there were passes enough to tell for each that it is faster, or that it is not. */
  get decided() {
    if (this.passes < PASSES) return false;
    return this.passes >= LAST_PASSES || this.#others.every(({ ratios }) => {
      const faster = ratios.filter((ratio) => ratio < MARGIN).length / ratios.length;
      return !(faster > 1 - AGREED && faster < AGREED);
    });
  }

  /** Takes what was faster in most passes, and remembers it. */
  settle() {
    const { wasm } = this;
    for (const slot of this.slots) {
      const scores = this.#others.filter((other) => other.slot === slot)
        .map(({ name, ratios }) => ({ name, score: ratios.sort((a, b) => a - b)[ratios.length >> 1] ?? Infinity }));
      const best = scores.reduce((a, b) => (b.score < a.score ? b : a), { name: wasm.kernel(slot), score: MARGIN });
      wasm.setKernel(slot, best.name);
      settleKernel(wasm.variant, slot, best.name);
    }
  }
}

/** Of one engine. */
export class KernelChoice {
  #wasm;
  #slots;
  /** @type {Slot[]} still to be tried */ #open = [];
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
    const wasm = this.#wasm;
    const open = this.#slots.filter((slot) => {
      const known = settledKernel(wasm.variant, slot);
      return !(known && wasm.setKernel(slot, known));
    });
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
    const trial = this.#trial ??= new Trial(this.#wasm, this.#open, this.#now);
    const result = trial.run(step - 1, work);
    if (step === this.#blocks) this.#endPass(trial);
    return result;
  }

  /** @param {Trial} trial */
  #endPass(trial) {
    trial.endPass();
    if (!trial.decided) return;
    trial.settle();
    this.names = this.#namesNow();
    this.#open = [];
  }
}
