/* commands.js - what the command line takes: every option and every command, once. Parsing, help, completion and
 * the manual page are made from these tables.
 * SPDX-License-Identifier: MIT */

/** An option. value: what stands for its value in help, none for a switch; choices: the values there are;
 * completes: what a shell offers for its value; several: it may be given more than once.
 * @typedef {{ about: string, value?: string, short?: string, choices?: readonly string[],
 *   completes?: "file" | "folder", several?: boolean }} Option */

/** A command. words: what follows its name; takes: its options, in the order in which help lists them; own: what
 * an option means here, where it means something else elsewhere.
 * @typedef {{ words: string, about: string, takes: readonly string[], own?: Record<string, Partial<Option>>,
 *   details?: string, completes?: "file" | "folder", examples: readonly string[] }} Command */

/** @type {Record<string, Option>} */
export const OPTIONS = {
  model: {
    value: "DIR", completes: "folder",
    about: "a folder with manifest.json, or its http(s) address; without it, the demo model of the package",
  },
  variant: {
    value: "V", choices: ["auto", "simd128", "relaxed"],
    about: "auto (default), simd128 (the same bits everywhere) or relaxed (faster)",
  },
  threads: { value: "N", about: "how many threads compute; without it, as many as help" },
  jobs: {
    value: "N",
    about: "how many films to read at a time, each by an engine with memory of its own; without it, as many as help",
  },
  "files-from": {
    value: "LIST", completes: "file",
    about: "also the files and folders that are named in this file, one a line or parted by NUL; - for standard input",
  },
  shard: { value: "K/N", about: "only part K of N of all films, so that N machines read a set" },
  save: {
    value: "FILE", completes: "file",
    about: "into a file instead: FILE.ndjson, .csv or .parquet, which grows film by film",
  },
  resume: { about: "go on with the run that is in the file of --save" },
  head: { value: "HEAD.json", completes: "file", several: true, about: "also the finding of this head" },
  explain: {
    value: "LABEL", several: true,
    about: "also an attention map of this finding: what moved its score, not where disease is",
  },
  method: { value: "M", choices: ["grad-cam", "contribution"], about: "of the map: grad-cam (default) or contribution" },
  frame: { value: "N", about: "which frame of a DICOM file that has several, from 1" },
  in: { value: "SET", completes: "file", about: "a set of embeddings, as embed wrote it" },
  count: { value: "N", about: "how many films to list; 5 if left out" },
  positive: { value: "DIR", completes: "folder", about: "the films that show the finding" },
  negative: { value: "DIR", completes: "folder", about: "the films that do not" },
  name: { value: "NAME", about: "of the finding" },
  out: { value: "FILE", completes: "file", about: "where to write" },
  dtype: { value: "D", choices: ["q8", "f16", "f32"], about: "of the model's matrices: q8 (default), f16 or f32" },
  size: { value: "PIXELS", about: "another input size; without it, the checkpoint's own" },
  card: {
    value: "FACTS.json", completes: "file",
    about: "name, labels, scoring, licence, attribution, notice, findings (model/FORMAT.md)",
  },
  labels: { value: "A,B,...", about: "of the outputs, in their order; goes with --scoring" },
  scoring: { value: "S", choices: ["sigmoid", "softmax"], about: "how the outputs become scores: sigmoid or softmax" },
  map: { value: "COLUMN=LABEL", several: true, about: "a column or word of the table is this label of the model" },
  "file-column": { value: "COLUMN", about: "the column of file names or paths" },
  "patient-column": { value: "COLUMN", about: "the column that says whose film it is" },
  "split-column": { value: "COLUMN", about: "the column that parts the films, for example into val and test" },
  group: { value: "COLUMN", several: true, about: "figures by the values of this column; without it, view, sex, age, machine and site" },
  only: { value: "LIST", completes: "file", about: "only the films that this file names, one a line, as in test_list.txt" },
  split: { value: "NAME", about: "measure on the films of this split" },
  "choose-on": { value: "NAME", about: "choose thresholds on the films of this split; without it, by cross-validation" },
  "baselines-on": { value: "NAME", about: "let thumbnail and brightness learn from this split; without it, by cross-validation" },
  where: { value: "COLUMN=VALUE", several: true, about: "only films that have this value" },
  rule: {
    value: "[LABEL:]RULE", several: true,
    about: "how to choose a threshold: youden, sensitivity=S or specificity=S to hold, or threshold=T",
  },
  prevalence: { value: "[LABEL:]P", several: true, about: "also PPV and NPV where this share shows the finding" },
  recalibrate: { value: "M", choices: ["platt", "isotonic"], about: "make shares of scores: platt or isotonic" },
  against: { value: "DIR", completes: "folder", about: "compare with this model on the same films" },
  ema: { about: "take the moving average that some trainers save beside the weights" },
  force: { about: "replace a model, or a file of another kind, that is there" },
  json: { about: "one JSON object a line; data on standard output, all else on standard error" },
  csv: { about: "one line of CSV a finding" },
  quiet: { short: "q", about: "no notes and no progress; errors and warnings stay" },
  help: { short: "h", about: "this text" },
  version: { short: "V", about: "the version of the package" },
};

/** Options of every command. */
export const COMMON = ["quiet", "help"];

const MODEL = ["model", "variant", "threads"];
const FILMS = [...MODEL, "jobs"];
const SITE_CARD = /** @type {const} */ ({
  value: "CARD.json", completes: "file", about: "a site card, which evaluate wrote: its thresholds and facts stand for the model's",
});
const MANY = [...FILMS, "files-from", "shard"];

/** In the order in which help lists them. @type {Record<string, Command>} */
export const COMMANDS = {
  analyze: {
    words: "FILES...", completes: "file",
    about: "the findings of each film (DICOM, PNG or JPEG); of a folder, of all films below it",
    takes: [...MANY, "card", "head", "explain", "method", "out", "frame", "json", "csv", "save", "resume", "force"],
    own: { card: SITE_CARD, out: { value: "DIR", completes: "folder", about: "the folder for attention maps, as pictures" } },
    details: "With --json the first line says what the model is and what was measured of each finding, and every "
      + "other line is a film. \"-\" stands for a film on standard input.",
    examples: ["analyze film.dcm", "analyze --csv films/ > findings.csv", "analyze films/ --save findings.parquet --resume",
      "analyze film.png --explain Effusion --out maps"],
  },
  evaluate: {
    words: "FILES...", completes: "file",
    about: "how good the model is on labeled films: AUC, thresholds, calibration, by group, beside trivial classifiers",
    takes: [...FILMS, "files-from", "labels", "map", "file-column", "patient-column", "split-column", "group", "only", "split",
      "choose-on", "baselines-on", "where", "rule", "prevalence", "recalibrate", "card", "against", "name", "out", "force", "json", "csv"],
    own: {
      labels: { value: "LABELS.csv", completes: "file", about: "what each film shows: a column of file names, one a finding (1, 0, blank); "
        + "ChestX-ray14's and CheXpert's tables as they are" },
      card: SITE_CARD, name: { value: "NAME", about: "of the films, for the report and the card; without it, the table's" },
      out: { value: "DIR", completes: "folder", about: "a folder for the report (HTML, JSON, CSV), the site card, and what was read; a run that stopped goes on there" },
      force: { about: "replace what another model has read in --out" },
    },
    details: "Shares that fewer than ten films support are left blank. What each figure is: web/evaluate/README.md.",
    examples: ["evaluate films/ --labels labels.csv --out report",
      "evaluate images/ --labels Data_Entry_2017.csv --only test_list.txt --rule sensitivity=0.9 --prevalence 0.05"],
  },
  embed: {
    words: "FILES...", completes: "file",
    about: "the embedding of each film, one JSON object a line, or in a NumPy file",
    takes: [...MANY, "out", "save", "resume", "force"],
    own: {
      save: { about: "into a file instead: FILE.ndjson, .parquet or .npy (as --out), which grows film by film" },
      out: {
        value: "SET.npy",
        about: "a NumPy file of one row a film, with SET.npy.json beside it, which names the films",
      },
    },
    examples: ["embed films/ --save films.npy --resume"],
  },
  nearest: {
    words: "FILM [FILES...]", completes: "file",
    about: "the films of a set that look most like a film, by cosine",
    takes: [...FILMS, "in", "count", "json"],
    examples: ["nearest film.png others/", "nearest film.png --in films.npy --count 10"],
  },
  "head fit": {
    words: "", about: "trains a finding of your own on a few films (model/HEAD.md)",
    takes: [...FILMS, "positive", "negative", "name", "out", "force", "json"],
    own: { out: { value: "HEAD.json", about: "the head, a small file tied to this model" } },
    examples: ["head fit --positive with/ --negative without/ --name Pacemaker --out pacemaker.json"],
  },
  "head apply": {
    words: "HEAD.json FILES...", completes: "file", about: "the finding of a head on each film",
    takes: [...FILMS, "json"],
    examples: ["head apply pacemaker.json films/"],
  },
  convert: {
    words: "FILES...", completes: "file",
    about: "a checkpoint, PyTorch's or safetensors, in one file or several, into a model",
    takes: ["out", "dtype", "size", "card", "labels", "scoring", "ema", "threads", "force", "json"],
    own: { out: { value: "DIR", completes: "folder", about: "the model folder; with a name that ends in .zip, one file" } },
    examples: ["convert eva_x_small_patch16_merged520k_mim_cxr14_ft.pth --out models/cxr14-s"],
  },
  info: {
    words: "[FILES...]", completes: "file",
    about: "what the model is, and what was measured of each finding; of a checkpoint (FILES), what it is",
    takes: [...MODEL, "card", "ema", "json"],
    own: { card: SITE_CARD },
    examples: ["info", "info checkpoint.pth"],
  },
  verify: {
    words: "DIR", completes: "folder", about: "checks every chunk, tensor and value of a model folder",
    takes: [], examples: ["verify models/cxr14-s"],
  },
  vendor: {
    words: "DIR", completes: "folder", about: "copies what a web page needs, and models, into a folder of your own",
    takes: ["model", "force"], own: { model: { several: true } },
    examples: ["vendor public/evax --model models/cxr14-s", "vendor public/evax --model models/cxr14-s --model models/cxr14-ti"],
  },
  completion: {
    words: "bash|zsh|fish", about: "prints what makes a shell complete commands, options and files",
    takes: [], examples: ["completion bash > ~/.local/share/bash-completion/completions/evax"],
  },
  help: { words: "[COMMAND]", about: "what a command takes", takes: [], examples: ["help analyze"] },
};

/** What an option is in a command. @param {string} command @param {string} option @returns {Option} */
export const optionOf = (command, option) => ({ ...OPTIONS[option], ...COMMANDS[command].own?.[option] });

/** What ends the tool with which status. */
export const EXIT_TEXT = "Exit status: 0 all done, 1 some inputs failed, 2 usage, 3 model unusable, 4 output not written; "
  + "130 interrupted, 141 the reader of the output went away.";

export const NOTICE = "A research tool, not a medical device.";
