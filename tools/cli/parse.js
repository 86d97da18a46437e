/* parse.js - the words of the command line into a command, its words and its options.
 * SPDX-License-Identifier: MIT */
import { parseArgs } from "node:util";
import { UsageError } from "./base/command.js";
import { COMMANDS, COMMON, OPTIONS, optionOf } from "./commands.js";
import { printable } from "./base/report.js";
import { didYouMean } from "../../web/base/suggest.js";

/** @typedef {{ name: string, words: string[], values: Record<string, any> }} Parsed name: of a command, "" for none */

/** Whether some command takes an option more than once. @param {string} option */
const isRepeatable = (option) => Object.keys(COMMANDS).some((name) => optionOf(name, option).several === true);

const PARSED = Object.fromEntries(Object.entries(OPTIONS).map(([name, { value, short }]) =>
  [name, { type: /** @type {"string" | "boolean"} */ (value ? "string" : "boolean"), ...(short && { short }),
    multiple: isRepeatable(name) }]));

/** @param {unknown} cause */
function refusal(cause) {
  const [line] = /** @type {Error} */ (cause).message.split("\n");
  const [, unknown] = line.match(/^Unknown option '--?([^']*)'/) ?? [];
  if (unknown === undefined) return new UsageError(printable(line));
  return new UsageError(`there is no option --${printable(unknown)}${didYouMean(unknown, Object.keys(OPTIONS), "--")}`);
}

/** Commands of two words that begin with a word. @param {string} first */
const pairsOf = (first) => Object.keys(COMMANDS).filter((name) => name.startsWith(`${first} `));

/** The commands that somebody wants help with: of a word that begins several, all. @param {string[]} words */
export function commandsAsked(words) {
  const pairs = words.length === 1 ? pairsOf(words[0]) : [];
  return pairs.length ? pairs : [commandIn(words)[0]];
}

/** The command that words begin with: one word of them, or two. @param {string[]} words
 * @returns {[name: string, rest: string[]]} */
export function commandIn([first = "", second = "", ...rest]) {
  const two = `${first} ${second}`;
  if (Object.hasOwn(COMMANDS, two)) return [two, rest];
  const behind = second || rest.length ? [second, ...rest] : [];
  if (Object.hasOwn(COMMANDS, first)) return [first, behind];
  const pairs = pairsOf(first).map((name) => name.split(" ")[1]);
  if (first && pairs.length) throw new UsageError(`${first} takes ${pairs.join(" or ")}${didYouMean(second, pairs)}`);
  if (!first) throw new UsageError("a command is missing");
  const names = Object.keys(COMMANDS).map((name) => name.split(" ")[0]);
  throw new UsageError(`there is no command "${printable(first)}"${didYouMean(first, names)}`);
}

/** @param {string} name of a command @param {Record<string, any>} values */
function checkOptions(name, values) {
  const takes = [...COMMANDS[name].takes, ...COMMON];
  for (const [option, value] of Object.entries(values)) {
    if (!takes.includes(option)) {
      throw new UsageError(`${name} does not take --${option}${didYouMean(option, takes, "--")}`);
    }
    const { choices, several } = optionOf(name, option);
    if (Array.isArray(value) && !several) {
      if (value.length > 1) throw new UsageError(`${name} takes one --${option}`);
      [values[option]] = value;
    }
    if (choices && !choices.includes(value)) {
      const list = `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
      throw new UsageError(`--${option} must be ${list}${didYouMean(value, choices)}`);
    }
  }
}

/** Throws a UsageError that names what is wrong. @param {string[]} args @returns {Parsed} */
export function parse(args) {
  let parsed;
  try {
    parsed = parseArgs({ args, allowPositionals: true, options: PARSED });
  } catch (cause) {
    throw refusal(cause);
  }
  const { values, positionals } = parsed;
  if (values.version || (!positionals.length && values.help)) return { name: "", words: [], values };
  if (values.help && positionals.length) return { name: "help", words: positionals.slice(0, 2), values };
  const [name, words] = commandIn(positionals);
  checkOptions(name, values);
  return { name, words, values };
}
