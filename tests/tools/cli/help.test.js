/* What is made from the tables of commands.js: help, completion, the manual page; and the words that suggest. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { COMMANDS, COMMON, OPTIONS } from "../../../tools/cli/commands.js";
import { COMPLETIONS } from "../../../tools/cli/completion.js";
import { helpOf, overview } from "../../../tools/cli/help.js";
import { manual } from "../../../tools/build/manual.js";
import { commandIn, commandsAsked, parse } from "../../../tools/cli/parse.js";
import { suggestion } from "../../../web/base/suggest.js";
import { runTool } from "../../support/command-line.js";

const NAMES = Object.keys(COMMANDS);

test("every option belongs to a command, and every command's options exist", () => {
  const taken = new Set(NAMES.flatMap((name) => COMMANDS[name].takes));
  assert.deepEqual(Object.keys(OPTIONS).filter((option) => !taken.has(option)), [...COMMON, "version"]);
  assert.deepEqual([...taken].filter((option) => !OPTIONS[option]), []);
});

test("help of every command names all that it takes, in 80 columns, and every example can be parsed", () => {
  for (const name of NAMES) {
    const text = helpOf(name);
    for (const option of [...COMMANDS[name].takes, ...COMMON]) assert.match(text, new RegExp(`--${option}\\b`));
    assert.ok(text.split("\n").every((line) => line.length <= 80 || line.startsWith("  evax ")), name);
    for (const example of COMMANDS[name].examples) {
      assert.equal(parse(example.split(" > ")[0].split(" ")).name, name, example);
    }
  }
  for (const name of NAMES) assert.match(overview(), new RegExp(`^  ${name} +\\w`, "m"));
});

test("the program knows every command of the table", () => {
  for (const name of NAMES) {
    const { status, stdout } = runTool([...name.split(" "), "--help"]);
    assert.equal(status, 0);
    assert.equal(stdout, helpOf(name));
  }
});

test("a command is one word or two, and what follows is its own", () => {
  assert.deepEqual(commandIn(["head", "fit", "x"]), ["head fit", ["x"]]);
  assert.deepEqual(commandIn(["analyze", "fit", "x"]), ["analyze", ["fit", "x"]]);
  assert.deepEqual(commandIn(["info"]), ["info", []]);
});

test("help with a word that begins several commands is help with each", () => {
  assert.deepEqual(commandsAsked(["head"]), ["head fit", "head apply"]);
  assert.deepEqual(commandsAsked(["head", "fit"]), ["head fit"]);
  assert.throws(() => commandsAsked(["head", "fti"]), /head takes fit or apply; did you mean fit\?/);
});

/** What bash offers for a line of words. */
function completed(...words) {
  const script = `${COMPLETIONS.bash()}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _evax; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script, "bash", ...words], { encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout.trim().split("\n");
}

test("bash completes commands, their options, and the values of an option", () => {
  assert.deepEqual(completed("evax", "ve"), ["verify", "vendor"]);
  assert.deepEqual(completed("evax", "head", "a"), ["apply"]);
  assert.deepEqual(completed("evax", "analyze", "--js"), ["--json"]);
  assert.deepEqual(completed("evax", "analyze", "--variant", "s"), ["simd128"]);
  assert.deepEqual(completed("evax", "verify", "--j"), [""]);
});

test("the scripts of zsh and fish name every command and option", () => {
  for (const shell of ["zsh", "fish"]) {
    const script = COMPLETIONS[shell]();
    for (const name of NAMES) assert.ok(script.includes(name.split(" ").at(-1)), `${shell}: ${name}`);
    const option = shell === "zsh" ? (name) => `--${name}[` : (name) => ` -l ${name} `;
    for (const name of Object.keys(OPTIONS)) {
      if (name !== "version") assert.ok(script.includes(option(name)), `${shell}: ${name}`);
    }
  }
});

test("the manual page names every command and option, and roff has nothing to complain of", () => {
  const page = manual();
  for (const name of NAMES) assert.ok(page.includes(`evax ${name}`), name);
  const { status, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-z"], { input: page, encoding: "utf8" });
  assert.deepEqual([status, stderr], [0, ""]);
});

test("a word that is nearly a known one suggests it, and another does not", () => {
  for (const [word, meant] of [["anaylze", "analyze"], ["convret", "convert"], ["VERIFY", "verify"], ["inf", "info"],
    ["diagnose", ""], ["x", ""], ["a".repeat(1000), ""]]) assert.equal(suggestion(word, NAMES), meant, word);
});
