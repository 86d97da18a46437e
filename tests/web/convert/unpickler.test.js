/* The pickle machine builds tensors and plain containers, runs nothing, and ends soon. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { EvaxError } from "../../../web/evax-node.js";
import { Global, Stranger, Tuple } from "../../../web/convert/checkpoint/pickle-values.js";
import { unpickle } from "../../../web/convert/checkpoint/unpickler.js";
import { Raw, call, dice, opcodes, pickle } from "./written.js";
import { processorMs } from "../../support/processor-time.js";

const BUILDER = {
  storage: (...args) => ({ storage: args }),
  tensor: (...args) => ({ tensor: args }),
};
/** @returns {any} */
const load = (bytes) => unpickle(new Uint8Array(bytes), BUILDER).value;
const raw = (text) => Buffer.from(`\x80\x02${text}.`, "latin1");

const refused = (bytes, code, message) => assert.throws(() => load(bytes), (/** @type {any} */ error) => {
  assert.ok(error instanceof EvaxError, error.stack);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
});

test("plain values come back as they were", () => {
  const value = load(raw("}(X\x01\0\0\0a](K\x01J\xfe\xff\xff\xffM\x70\x11\x8a\x09\0\0\0\0\0\0\0\0\x40"
    + "G\x3f\xe0\0\0\0\0\0\0N\x88\x89eX\x01\0\0\0b(U\x01x)X\x02\0\0\0\xc3\xbc\x85tu"));
  assert.deepEqual(value.get("a"), [1, -2, 4464, 2n ** 70n, 0.5, null, true, false]);
  assert.deepEqual(value.get("b"), new Tuple(["x", new Tuple([]), new Tuple(["ü"])]));
});

test("a call is refused by name, and nothing of it is made", () => {
  for (const [module, name] of [["os", "system"], ["posix", "system"], ["__builtin__", "eval"], ["builtins", "exec"],
    ["shutil", "rmtree"], ["torch", "load"], ["__proto__", "x"], ["", "constructor"]]) {
    refused(pickle({ model: {}, x: call(module, name) }), "CHECKPOINT_UNSAFE", new RegExp(`calls "${module} ${name}"`));
  }
  refused(Buffer.from("\x80\x04\x8c\x02os\x8c\x06system\x93)R.", "latin1"), "CHECKPOINT_UNSAFE", /os system/);
  refused(raw("})R"), "CHECKPOINT_UNSAFE", /calls "an object"/);
  refused(raw("ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nN)NtR"), "CHECKPOINT_UNSAFE", /os system/);
});

test("opcodes that torch.save never writes are refused", () => {
  for (const code of ["ios\nsystem\n", "(cos\nsystem\no", "I1\n", "S'x'\n", "P1\n", "\x82\x01", "\x97", "\x98"]) {
    refused(raw(`(${code}`), "CHECKPOINT_UNSUPPORTED", /opcode 0x/);
  }
});

test("objects of other classes become strangers that hold nothing", () => {
  const value = load(pickle({ args: new Raw("cargparse\nNamespace\n)\x81}X\x02\0\0\0lrK\x01sb"), kept: 1 }));
  assert.deepEqual(value.get("args"), new Stranger("argparse Namespace"));
  assert.equal(value.get("kept"), 1);
  for (const name of ["numpy.core.multiarray\nscalar", "pathlib\nPosixPath", "datetime\ndatetime", "builtins\nset"]) {
    assert.ok(load(raw(`c${name}\n)R`)) instanceof Stranger, name);
  }
  assert.ok(load(raw("C\x02ab")) instanceof Stranger);
  assert.deepEqual(load(raw("ctorch\nfloat32\n")), new Global("torch float32"));
});

test("ordered dictionaries are dictionaries, filled before or after", () => {
  const pairs = `](](${opcodes("a").toString("latin1")}K\x01ee`;
  for (const body of [`ccollections\nOrderedDict\n)R${opcodes("a").toString("latin1")}K\x01s`,
    `ccollections\nOrderedDict\n${pairs}\x85R`]) {
    assert.deepEqual(load(raw(body)), new Map([["a", 1]]));
  }
});

test("a self-referential dictionary is one", () => {
  const value = load(raw("}q\x01X\x01\0\0\0ah\x01s"));
  assert.equal(value.get("a"), value);
});

test("tensors and storages are asked for with what the pickle says", () => {
  const id = `(${opcodes("storage").toString("latin1")}ctorch\nFloatStorage\n${opcodes("7").toString("latin1")}N`;
  assert.deepEqual(load(raw(`${id}K\x05tQ`)), { storage: ["torch FloatStorage", "7", 5, undefined] });
  refused(raw(`${id}J\xff\xff\xff\xfftQ`), "CHECKPOINT_DAMAGED", /unknown kind of storage/);
  refused(raw("K\x01Q"), "CHECKPOINT_DAMAGED", /unknown kind of storage/);
  refused(raw(`(${opcodes("module").toString("latin1")}NNNtQ`), "CHECKPOINT_UNSUPPORTED", /whole module/);
});

test("stacks, marks and memos that are not there are damage", () => {
  for (const body of ["", "0", "\x85", "t", "u", "s", "a", "e", "h\x05", "j\x05\0\0\0", "q\x01", "R", "N\x93", "b", "2",
    "}(Nu", "\x91", "\x90", "d"]) refused(raw(body), "CHECKPOINT_DAMAGED", /its pickle/);
});

test("every truncation is damage", () => {
  const whole = pickle({ a: [1, "text", call("datetime", "date")], b: { c: 2n ** 60n } });
  for (let length = 0; length < whole.length; length++) {
    refused(whole.subarray(0, length), "CHECKPOINT_DAMAGED", /ends in the middle|without end/);
  }
});

test("lengths, names and numbers without end are refused at once", () => {
  for (const body of ["X\xff\xff\xff\xff", "\x8d\xff\xff\xff\xff\xff\xff\xff\xff", "\x8e\xff\xff\xff\xff\xff\xff\xff\x7f",
    "B\xff\xff\xff\xff", "\x8b\xff\xff\xff\x7f", `c${"m".repeat(1000)}\nf\n`, "X\x01\0\0\0\xff"]) {
    refused(raw(body), "CHECKPOINT_DAMAGED", /its pickle/);
  }
});

test("a huge memo index costs nothing", () => {
  assert.deepEqual(load(raw("}r\xff\xff\xff\xff")), new Map());
});

test("time and memory stay in proportion to the pickle", () => {
  const pieces = ["}", "]", "(", ")\x85", "K\x01q\x01h\x01\x86q\x01", "}q\x01h\x01s", "U\0", "ctorch\nSize\n)R", "]q\x01(h\x01h\x01e",
    "2", "N\x94", "(d", "]q\x01ccollections\nOrderedDict\nh\x01\x85R"];
  for (const piece of pieces) {
    const bytes = raw(`N${piece.repeat(Math.floor(1e5 / piece.length))}`);
    const start = processorMs();
    try {
      load(bytes);
    } catch (error) {
      assert.ok(error instanceof EvaxError, `${piece}: ${error.stack}`);
    }
    assert.ok(processorMs() - start < 2000, piece);
  }
  refused(raw("N".repeat(3e6)), "CHECKPOINT_UNSUPPORTED", /more than 500000 steps/);
});

test("a long list given to many calls is refused, not copied again and again", () => {
  const one = "ccollections\nOrderedDict\nh\x01\x85R0";
  const list = `](${`](U\x01aNe`.repeat(50_000)}eq\x010`;
  refused(raw(`${list}${one.repeat(1000)}N`), "CHECKPOINT_UNSUPPORTED", /steps/);
});

test("tensors within tensors without end do not nest calls", () => {
  const type = "ctorch._tensor\n_rebuild_from_type_v2\n";
  refused(raw(`${type}(${type}NN)tR`), "CHECKPOINT_DAMAGED", /nests/);
});

test("nested keys cost nothing", () => {
  load(raw(`}N${"q\x01h\x01\x86".repeat(60)}Ns`));
  load(raw(`}N${"\x85".repeat(4e5)}Ns`));
});

test("damage is an error or harmless", () => {
  const whole = pickle({ a: [1, "text", call("datetime", "date")], b: { c: call("collections", "OrderedDict") } });
  for (let seed = 0; seed < 3000; seed++) {
    const roll = dice(seed);
    const broken = Buffer.from(whole);
    for (let i = roll(4); i >= 0; i--) broken[roll(broken.length)] = roll(256);
    try {
      load(broken);
    } catch (error) {
      assert.ok(error instanceof EvaxError, `seed ${seed}: ${error.stack}`);
    }
  }
});
