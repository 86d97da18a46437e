/* unpickler.js - a pickle machine that builds tensors and plain containers, and nothing else.
 *
 * It knows the opcodes of protocols 2 to 5. Names of functions and classes are never looked up; the
 * functions in CALLS are the only ones that can be called, and they are this file's own. Objects of any
 * other class become Strangers, which hold nothing; a call of any other function is refused, by name,
 * because that is how a pickle runs code.
 *
 * A pickle can name one object many times, so each step takes a bounded time whatever it is given, and
 * leaves a bounded number of objects; no step descends into what it is given.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { LATIN1, PickleReader, damagedPickle, globalName } from "./pickle-reader.js";
import { Global, Stranger, Tuple } from "./pickle-values.js";

/** What the host makes of torch's storages and tensors.
 * @typedef {object} Builder
 * @property {(className: string, key: string, count: number, view: unknown) => unknown} storage for
 *   torch's persistent ids; view is the sixth of an older file's, else undefined
 * @property {(storage: unknown, offset: unknown, shape: unknown, strides: unknown,
 *   dtype?: string) => unknown} tensor
 */

/** A longer pickle is refused unread; a large training checkpoint's has a few hundred kB. */
export const MAX_PICKLE = 16 << 20;
const MAX_STEPS = 500_000; // torch writes about 40 a tensor
const MAX_ARGUMENTS = 16; // of a call
const MAX_KEY = 200; // characters of a storage's key

/** @typedef {(machine: Machine, ...args: unknown[]) => unknown} Call */

/** @param {string} name @returns {Call} */
const stranger = (name) => () => new Stranger(name);

/** Python 2 gives the dictionary's pairs, later versions fill it afterwards. @type {Call} */
function orderedDict(machine, pairs) {
  if (!Array.isArray(pairs)) return new Map();
  machine.spend(pairs.length);
  return new Map(pairs.map((pair) => {
    const items = pair instanceof Tuple ? pair.items : pair;
    if (!Array.isArray(items) || items.length !== 2) damagedPickle("has a dictionary of no pairs");
    return [plainKey(items[0]), items[1]];
  }));
}

/** The arguments after the strides are gradients and hooks; in version 3 then comes the dtype.
 * @type {Call} */
const rebuildTensor = ({ builder }, storage, offset, shape, strides, _grad, _hooks, dtype) =>
  builder.tensor(storage, offset, shape, strides, dtype instanceof Global ? dtype.name : "");

/** A tensor of a class of its own, with the call that rebuilds it. @type {Call} */
function rebuildFromType(machine, rebuild, _type, args) {
  if (rebuild instanceof Global && rebuild.name === FROM_TYPE) damagedPickle("nests tensors in tensors");
  return machine.apply(rebuild, args);
}

/** Values that trainers leave beside the weights: nothing is called, all become strangers. */
const STRANGERS = [
  "numpy.core.multiarray scalar", "numpy.core.multiarray _reconstruct", "numpy dtype", "numpy ndarray",
  "numpy._core.multiarray scalar", "numpy._core.multiarray _reconstruct", "_codecs encode",
  "__builtin__ set", "__builtin__ frozenset", "__builtin__ complex", "__builtin__ slice",
  "builtins set", "builtins frozenset", "builtins complex", "builtins slice", "builtins range",
  "builtins bytearray", "__builtin__ bytearray", "copy_reg _reconstructor", "copyreg _reconstructor",
  "collections defaultdict", "collections deque", "collections Counter", "types SimpleNamespace",
  "pathlib PosixPath", "pathlib WindowsPath", "pathlib PurePosixPath", "pathlib PureWindowsPath",
  "pathlib._local PosixPath", "pathlib._local WindowsPath", "torch device", "torch Size",
  "datetime datetime", "datetime date", "datetime timedelta", "datetime timezone", "uuid UUID",
  "torch._utils _rebuild_device_tensor_from_numpy", "torch.random Generator", "torch Generator",
];

const FROM_TYPE = "torch._tensor _rebuild_from_type_v2";

/** @type {Map<string, Call>} */
const CALLS = new Map(Object.entries({
  "torch._utils _rebuild_tensor": rebuildTensor,
  "torch._utils _rebuild_tensor_v2": rebuildTensor,
  "torch._utils _rebuild_tensor_v3": rebuildTensor,
  "torch._utils _rebuild_parameter": (_machine, data) => data,
  "torch._utils _rebuild_parameter_with_state": (_machine, data) => data,
  [FROM_TYPE]: rebuildFromType,
  "collections OrderedDict": orderedDict,
  ...Object.fromEntries(STRANGERS.map((name) => [name, stranger(name)])),
}));

/** A nested tuple as a key would have to be compared without limit. @param {unknown} key */
const plainKey = (key) => (typeof key === "object" && key !== null ? new Stranger("a key") : key);

class Machine {
  /** @type {unknown[]} */ stack = [];
  /** @type {number[]} */ marks = [];
  /** @type {Map<number, unknown>} */ memo = new Map();
  #left = MAX_STEPS;

  /** @param {PickleReader} reader @param {Builder} builder */
  constructor(reader, builder) {
    this.reader = reader;
    this.builder = builder;
  }

  /** Bounds the work: a step, or so many. @param {number} steps */
  spend(steps) {
    this.#left -= steps;
    if (this.#left >= 0) return;
    throw new EvaxError("CHECKPOINT_UNSUPPORTED", `its pickle has more than ${MAX_STEPS} steps`);
  }

  /** @param {unknown} value */
  push(value) {
    this.stack.push(value);
  }

  top() {
    return this.stack.length ? this.stack[this.stack.length - 1] : damagedPickle("takes from an empty stack");
  }

  pop() {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  /** @param {number} count */
  take(count) {
    if (count > this.stack.length) damagedPickle("takes from an empty stack");
    return this.stack.splice(this.stack.length - count, count);
  }

  sinceMark() {
    const start = this.marks.pop() ?? damagedPickle("has no mark where it needs one");
    return this.stack.splice(start);
  }

  /** @param {unknown[]} flat key, value, key, value ... */
  setItems(flat) {
    const target = this.top();
    if (flat.length % 2) damagedPickle("has a key without a value");
    if (!(target instanceof Map)) return;
    for (let i = 0; i < flat.length; i += 2) target.set(plainKey(flat[i]), flat[i + 1]);
  }

  /** @param {unknown[]} items */
  append(items) {
    const target = this.top();
    if (Array.isArray(target)) for (const item of items) target.push(item);
  }

  /** @param {number} index */
  put(index) {
    this.memo.set(index, this.top());
  }

  /** @param {number} index */
  get(index) {
    if (!this.memo.has(index)) damagedPickle("names an object that it never made");
    this.push(this.memo.get(index));
  }

  persistent() {
    const id = this.pop();
    const [kind, cls, key, , count, view] = id instanceof Tuple ? id.items : [];
    if (kind === "module") {
      throw new EvaxError("CHECKPOINT_UNSUPPORTED", "it holds a whole module of Python, not only tensors");
    }
    if (kind !== "storage" || !(cls instanceof Global) || !Number.isSafeInteger(count)
      || Number(count) < 0) damagedPickle("has an unknown kind of storage");
    if (typeof key !== "string" || key.length > MAX_KEY) damagedPickle("has a storage without a name");
    this.push(this.builder.storage(cls.name, key, Number(count), view));
  }

  /** @param {unknown} callee @param {unknown} args */
  apply(callee, args) {
    const name = callee instanceof Global ? callee.name : "an object";
    const call = CALLS.get(name);
    if (!call) throw new EvaxError("CHECKPOINT_UNSAFE", `its pickle calls "${name}"`);
    if (!(args instanceof Tuple) || args.items.length > MAX_ARGUMENTS) {
      damagedPickle(`gives "${name}" strange arguments`);
    }
    return call(this, ...args.items);
  }

  call() {
    const [callee, args] = this.take(2);
    this.push(this.apply(callee, args));
  }

  /** An object of a class, which is not made. @param {number} operands */
  instance(operands) {
    const [cls] = this.take(operands);
    const name = cls instanceof Global ? cls.name : "a class";
    this.push(name === "collections OrderedDict" ? new Map() : new Stranger(name));
  }

  global() {
    const module = this.reader.line();
    this.push(new Global(globalName(module, this.reader.line())));
  }

  stackGlobal() {
    const [module, name] = this.take(2);
    this.push(new Global(globalName(module, name)));
  }

  /** Bytes play no part in a model. @param {number} length */
  bytes(length) {
    this.reader.skip(length);
    this.push(new Stranger("bytes"));
  }
}

/** opcode -> what it does, for protocols 2 to 5. @type {Map<number, (machine: Machine) => unknown>} */
const STEPS = new Map(/** @type {[string | number, (machine: Machine) => unknown][]} */ ([
  [0x80, (m) => m.reader.u8()], // PROTO
  [0x95, (m) => m.reader.u64()], // FRAME: how much to read ahead
  ["(", (m) => m.marks.push(m.stack.length)],
  ["0", (m) => m.pop()],
  ["1", (m) => m.sinceMark()],
  ["2", (m) => m.push(m.top())],
  ["N", (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  ["J", (m) => m.push(m.reader.i32())],
  ["K", (m) => m.push(m.reader.u8())],
  ["M", (m) => m.push(m.reader.u16())],
  [0x8a, (m) => m.push(m.reader.integer(m.reader.u8()))],
  [0x8b, (m) => m.push(m.reader.integer(m.reader.u32()))],
  ["G", (m) => m.push(m.reader.f64())],
  ["X", (m) => m.push(m.reader.text(m.reader.u32()))],
  [0x8c, (m) => m.push(m.reader.text(m.reader.u8()))],
  [0x8d, (m) => m.push(m.reader.text(m.reader.u64()))],
  ["U", (m) => m.push(m.reader.text(m.reader.u8(), LATIN1))],
  ["T", (m) => m.push(m.reader.text(m.reader.u32(), LATIN1))],
  ["C", (m) => m.bytes(m.reader.u8())],
  ["B", (m) => m.bytes(m.reader.u32())],
  [0x8e, (m) => m.bytes(m.reader.u64())],
  [0x96, (m) => m.bytes(m.reader.u64())],
  [")", (m) => m.push(new Tuple([]))],
  ["t", (m) => m.push(new Tuple(m.sinceMark()))],
  [0x85, (m) => m.push(new Tuple(m.take(1)))],
  [0x86, (m) => m.push(new Tuple(m.take(2)))],
  [0x87, (m) => m.push(new Tuple(m.take(3)))],
  ["]", (m) => m.push([])],
  ["l", (m) => m.push(m.sinceMark())],
  ["a", (m) => m.append(m.take(1))],
  ["e", (m) => m.append(m.sinceMark())],
  ["}", (m) => m.push(new Map())],
  ["d", (m) => {
    const flat = m.sinceMark();
    m.push(new Map());
    m.setItems(flat);
  }],
  ["s", (m) => m.setItems(m.take(2))],
  ["u", (m) => m.setItems(m.sinceMark())],
  [0x8f, (m) => m.push(new Stranger("a set"))],
  [0x90, (m) => m.sinceMark()], // into a set
  [0x91, (m) => {
    m.sinceMark();
    m.push(new Stranger("a set"));
  }],
  ["q", (m) => m.put(m.reader.u8())],
  ["r", (m) => m.put(m.reader.u32())],
  [0x94, (m) => m.put(m.memo.size)],
  ["h", (m) => m.get(m.reader.u8())],
  ["j", (m) => m.get(m.reader.u32())],
  ["c", (m) => m.global()],
  [0x93, (m) => m.stackGlobal()],
  ["Q", (m) => m.persistent()],
  ["R", (m) => m.call()],
  [0x81, (m) => m.instance(2)],
  [0x92, (m) => m.instance(3)],
  ["b", (m) => m.take(1)], // the state of an object; no object here has any
]).map(([code, step]) => [typeof code === "string" ? code.charCodeAt(0) : code, step]));

const STOP = ".".charCodeAt(0);

/**
 * The object that a pickle describes. Throws CHECKPOINT_DAMAGED, for a call CHECKPOINT_UNSAFE, for
 * opcodes that torch.save does not write CHECKPOINT_UNSUPPORTED, and what `builder` throws.
 * @param {Uint8Array} bytes
 * @param {Builder} builder
 * @param {number} [at] where the pickle begins
 * @returns {{ value: unknown, end: number }} end: where the byte after it is
 */
export function unpickle(bytes, builder, at = 0) {
  const reader = new PickleReader(bytes, at);
  const machine = new Machine(reader, builder);
  for (let code = reader.u8(); code !== STOP; code = reader.u8()) {
    const step = STEPS.get(code);
    if (!step) {
      throw new EvaxError("CHECKPOINT_UNSUPPORTED",
        `its pickle uses opcode 0x${code.toString(16).padStart(2, "0")}, which torch.save never does`);
    }
    machine.spend(1);
    step(machine);
  }
  return { value: machine.pop(), end: reader.at };
}
