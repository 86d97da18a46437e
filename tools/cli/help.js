/* help.js - help of the command line, for all commands and for each.
 * SPDX-License-Identifier: MIT */
import { COMMANDS, COMMON, EXIT_TEXT, NOTICE, OPTIONS, optionOf } from "./commands.js";
import { paragraph } from "./base/report.js";
import { bold } from "./base/terminal.js";

const COMMAND_COLUMN = 13;
const OPTION_COLUMN = 24;

/** @param {string} name */
const lineOf = (name) => `evax ${name} ${COMMANDS[name].words}`.trimEnd();

/** An option as it is written. @param {string} name @param {import("./commands.js").Option} option */
export const spelled = (name, { short, value }) =>
  `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`;

/** @param {string} name @param {import("./commands.js").Option} option */
function optionText(name, option) {
  const words = option.several ? `${option.about}; may be given several times` : option.about;
  const first = `  ${spelled(name, option)}`;
  if (first.length < OPTION_COLUMN - 1) return paragraph(words, first.padEnd(OPTION_COLUMN));
  return `${first}\n${paragraph(words, " ".repeat(OPTION_COLUMN))}`;
}

/** What all commands do. */
export function overview() {
  const commands = Object.entries(COMMANDS).map(([name, { about }]) =>
    paragraph(about, `  ${name}`.padEnd(COMMAND_COLUMN + 2)));
  return [
    paragraph("EVA-X chest X-ray models, run on this machine: findings, embeddings, attention maps, findings of your own."),
    `${bold("Usage:")} evax COMMAND ...\n       evax help COMMAND\n       evax --version`,
    `${bold("Commands:")}\n${commands.join("\n")}`,
    paragraph(EXIT_TEXT),
    NOTICE,
  ].join("\n\n") + "\n";
}

/** What one command takes. @param {string} name */
export function helpOf(name) {
  const { about, takes, details, examples } = COMMANDS[name];
  const options = [
    ...takes.map((option) => optionText(option, optionOf(name, option))),
    ...COMMON.map((option) => optionText(option, OPTIONS[option])),
  ];
  return [
    `${bold("Usage:")} ${lineOf(name)}${takes.length ? " [OPTIONS]" : ""}`,
    paragraph(`${about[0].toUpperCase()}${about.slice(1)}.`),
    ...(details ? [paragraph(details)] : []),
    `${bold("Options:")}\n${options.join("\n")}`,
    `${bold("Examples:")}\n${examples.map((example) => `  evax ${example}`).join("\n")}`,
    paragraph(EXIT_TEXT),
    NOTICE,
  ].join("\n\n") + "\n";
}
