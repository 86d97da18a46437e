/* manual.js - the manual page evax(1), from the tables of the command line: manual.js FILE
 * SPDX-License-Identifier: MIT */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { COMMANDS, COMMON, EXIT_TEXT, NOTICE, OPTIONS, optionOf } from "../cli/commands.js";
import { spelled } from "../cli/help.js";
import { VERSION } from "../../web/base/version.js";

/** Text as roff shows it as it is. @param {string} text */
const escaped = (text) => text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^(?=[.'])/gm, "\\&");

/** @param {string} name @param {import("../cli/commands.js").Option} option */
const optionText = (name, option) => `.TP\n.B ${escaped(spelled(name, option))}\n${escaped(option.about)}.\n`;

/** @param {string} name */
function commandText(name) {
  const { words, about, takes, details, examples } = COMMANDS[name];
  return [
    `.SS evax ${escaped(`${name} ${words}`.trimEnd())}\n${escaped(about)}.\n`,
    ...(details ? [`.PP\n${escaped(details)}\n`] : []),
    ...takes.map((option) => optionText(option, optionOf(name, option))),
    ...examples.map((example) => `.PP\nExample:\n.B ${escaped(`evax ${example}`)}\n`),
  ].join("");
}

/** The page, for man. */
export const manual = () => [
  `.\\" made by tools/build/manual.js from tools/cli/commands.js\n`,
  `.TH EVAX 1 "" "eva\\-x\\-web ${VERSION}" "User Commands"\n`,
  ".SH NAME\nevax \\- EVA\\-X chest X\\-ray models, run on this machine\n",
  ".SH SYNOPSIS\n.B evax\n.I COMMAND\n\\&...\n",
  `.SH DESCRIPTION\n${escaped(NOTICE)} Films are read and analyzed on this machine; nothing is sent.\n`,
  ".SH COMMANDS\n", ...Object.keys(COMMANDS).map(commandText),
  ".SH OPTIONS OF EVERY COMMAND\n", ...COMMON.map((option) => optionText(option, OPTIONS[option])),
  `.SH EXIT STATUS\n${escaped(EXIT_TEXT)}\n`,
].join("");

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , file] = process.argv;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, manual());
}
