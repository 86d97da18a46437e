/* completion.js - the scripts by which bash, zsh and fish complete the command line.
 * SPDX-License-Identifier: MIT */
import { COMMANDS, COMMON, OPTIONS, optionOf } from "./commands.js";

/** The first words of commands: "head fit" and "head apply" begin alike. */
const FIRST_WORDS = [...new Set(Object.keys(COMMANDS).map((name) => name.split(" ")[0]))];
const SECOND_WORDS = Object.keys(COMMANDS).filter((name) => name.includes(" "));

/** @param {string} name */
const optionsOf = (name) => [...COMMANDS[name].takes, ...COMMON];

/** @param {string} first */
const optionsBehind = (first) => [...new Set(Object.keys(COMMANDS)
  .filter((name) => name.split(" ")[0] === first).flatMap(optionsOf))];

/** @param {string} first */
const wordsBehind = (first) => [
  ...SECOND_WORDS.filter((name) => name.startsWith(`${first} `)).map((name) => name.split(" ")[1]),
  ...(first === "completion" ? ["bash", "zsh", "fish"] : []),
  ...(first === "help" ? FIRST_WORDS : []),
];

const SHELL_KINDS = { folder: "-d", file: "-f" };

/** @param {string} first */
function bashCase(first) {
  const flags = optionsBehind(first).map((option) => `--${option}`).join(" ");
  return `    ${first}) words="${[...wordsBehind(first), flags].join(" ")}" ;;`;
}

function bash() {
  const values = Object.entries(OPTIONS).filter(([, { choices, completes }]) => choices ?? completes)
    .map(([name, { choices, completes = "file" }]) => `    --${name}) COMPREPLY=($(compgen `
      + `${choices ? `-W "${choices.join(" ")}"` : SHELL_KINDS[completes]} -- "$word")); return ;;`);
  return `# evax: completion for bash, printed by "evax completion bash"
_evax() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words
  case $before in
${values.join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...FIRST_WORDS, "--help", "--version"].join(" ")}" -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${FIRST_WORDS.map(bashCase).join("\n")}
    *) return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"))
}
complete -o filenames -F _evax evax eva-x-web
`;
}

/** @param {string} text for a shell, between single quotes */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** @param {string} text in zsh's _arguments, where brackets and colons mean something */
const zshText = (text) => text.replace(/[[\]:\\]/g, "\\$&");

/** @param {string} command @param {string} name */
function zshOption(command, name) {
  const { about, value, choices, completes, several } = optionOf(command, name);
  const action = choices ? `(${choices.join(" ")})` : { folder: "_files -/", file: "_files", none: " " }[completes ?? "none"];
  const behind = value ? `:${zshText(value)}:${action}` : "";
  return quoted(`${several ? "*" : ""}--${name}[${zshText(about)}]${behind}`);
}

/** @param {string} first */
function zshCase(first) {
  const names = Object.keys(COMMANDS).filter((name) => name.split(" ")[0] === first);
  const specs = optionsBehind(first).map((option) =>
    zshOption(names.find((name) => optionsOf(name).includes(option)) ?? first, option));
  const words = wordsBehind(first);
  const rest = words.length ? `'1: :(${words.join(" ")})' '*:file:_files'` : "'*:file:_files'";
  return `    ${first}) _arguments ${specs.join(" ")} ${rest} ;;`;
}

function zsh() {
  const list = FIRST_WORDS.map((word) => quoted(`${word}:${(COMMANDS[word] ?? COMMANDS[`${word} fit`]).about}`));
  return `#compdef evax eva-x-web
# evax: completion for zsh, printed by "evax completion zsh"
_evax() {
  local -a commands=(${list.join(" ")})
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${FIRST_WORDS.map(zshCase).join("\n")}
  esac
}
if [ "$funcstack[1]" = _evax ]; then _evax "$@"; else compdef _evax evax eva-x-web; fi
`;
}

/** @param {string} first */
function fishLines(first) {
  const behind = `complete -c evax -n '__fish_seen_subcommand_from ${first}'`;
  const names = Object.keys(COMMANDS).filter((name) => name.split(" ")[0] === first);
  const options = optionsBehind(first).map((option) => {
    const command = names.find((name) => optionsOf(name).includes(option)) ?? first;
    const { about, value, choices, completes } = optionOf(command, option);
    const argument = choices ? ` -x -a ${quoted(choices.join(" "))}` : completes ? " -r" : value ? " -x" : "";
    return `${behind} -l ${option}${argument} -d ${quoted(about)}`;
  });
  const words = wordsBehind(first);
  return [...options, ...(words.length ? [`${behind} -a ${quoted(words.join(" "))}`] : [])];
}

function fish() {
  const first = FIRST_WORDS.map((word) => `complete -c evax -n __fish_use_subcommand -f -a ${word} `
    + `-d ${quoted((COMMANDS[word] ?? COMMANDS[`${word} fit`]).about)}`);
  return `# evax: completion for fish, printed by "evax completion fish"
${[...first, ...FIRST_WORDS.flatMap(fishLines)].join("\n")}
complete -c eva-x-web -w evax
`;
}

/** The scripts, by shell. */
export const COMPLETIONS = { bash, zsh, fish };
