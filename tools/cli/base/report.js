/* report.js - the text output of the command line tool, as wide as the terminal allows, elsewhere 80 columns.
 * SPDX-License-Identifier: MIT */
import { visible } from "../../../web/base/visible.js";
import { warningsOf } from "../../../web/heads/head.js";
import { bold, columns as terminalColumns } from "./terminal.js";

/** @typedef {import("../../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../../web/evax.js").Facts} Facts */
/** @typedef {import("../../../web/evax.js").Finding} Finding */
/** @typedef {import("../../../web/evax.js").Head} Head */
/** @typedef {import("../../../web/evax.js").Info} Info */

/** @typedef {import("../../../web/convert/inspect.js").Inspection} Inspection */
/** @typedef {Pick<import("../../../web/convert/convert.js").Conversion, "manifest" | "hash">
 *   & { notes: readonly string[], warnings: readonly string[],
 *       report: readonly import("../../../web/convert/convert.js").ReportLine[] }} Converted */

/** @param {number} count */
const grouped = (count) => count.toLocaleString("en");

/** @param {number} bytes */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** Untrusted text, made safe for a terminal: characters that control it or cannot be seen become "?", and bytes of
 * a file's name that are no text, which file-names.js escapes, \\xf6. @param {string} text */
export const printable = (text) => visible(text.replace(/[\udc80-\udcff]/gu,
  (byte) => `\\x${(byte.charCodeAt(0) - 0xdc00).toString(16)}`));

/** Text broken into lines of the terminal's width that begin with `first`, then with as many spaces.
 * @param {string} text @param {string} [first] */
export function paragraph(text, first = "") {
  const lines = [first];
  const width = terminalColumns();
  let room = width - first.length;
  for (const word of text.split(/\s+/)) {
    if (word.length > room) {
      lines.push(" ".repeat(first.length));
      room = width - first.length;
    }
    lines[lines.length - 1] += `${word} `;
    room -= word.length + 1;
  }
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** A column: its heading, its cells, and whether they are right-aligned.
 * @template T
 * @typedef {{ head: string, cell: (row: T) => string, right?: boolean }} Column */

/** Aligned columns under their headings; the lines of some rows are bold. @template T @param {readonly T[]} rows
 * @param {Column<T>[]} columns @param {(row: T) => boolean} [isBold] */
export function table(rows, columns, isBold = () => false) {
  const aligned = columns.map(({ head, cell, right }) => {
    const cells = [head, ...rows.map(cell)];
    const width = Math.max(...cells.map(({ length }) => length));
    return cells.map((text) => (right ? text.padStart(width) : text.padEnd(width)));
  });
  const lines = aligned[0].map((_, i) => aligned.map((cells) => cells[i]).join("  ").trimEnd());
  return lines.map((line, i) => (i > 0 && isBold(rows[i - 1]) ? bold(line) : line)).join("\n");
}

/** A score or threshold with three decimals; only 0 and 1 themselves are shown as 0 and 1.
 * @param {number | null} value */
function score(value) {
  if (value === null) return "-";
  if (value > 0 && value < 0.0005) return "<.001";
  if (value < 1 && value >= 0.9995) return ">.999";
  return value.toFixed(3);
}

/** @param {Facts} facts */
function auc({ auc: value, aucCi95 }) {
  if (value === null) return "not measured";
  const interval = aucCi95 ? ` (${aucCi95[0].toFixed(2)}-${aucCi95[1].toFixed(2)})` : "";
  return value.toFixed(2) + interval;
}

/** @param {number | null} value */
const percent = (value) => (value === null ? "-" : `${Math.round(100 * value)} %`);

/** @param {Finding} finding */
const side = ({ above }) => (above === null ? "-" : above ? "above" : "below");

/** The data sets of the facts, each with a letter. @param {readonly Facts[]} facts
 * @returns {Map<string, string>} data set -> letter */
function lettered(facts) {
  const datasets = new Set(facts.flatMap(({ dataset }) => dataset ?? []));
  return new Map([...datasets].map((dataset, i) => [dataset, String.fromCharCode(97 + i)]));
}

/** The columns of the measured facts, and the lines that explain them.
 * @param {readonly Facts[]} facts @returns {{ columns: Column<Facts>[], legend: string[] }} */
function evidence(facts) {
  const letters = lettered(facts);
  const films = (/** @type {Facts} */ { n, dataset }) =>
    [n ?? "", dataset === null ? " " : letters.get(dataset)].join(" ");
  return {
    columns: [
      { head: "Evidence", cell: (f) => f.evidence ?? "-" },
      { head: "AUC (95 % range)", cell: auc },
      { head: "Films", cell: films, right: true },
    ],
    legend: [...letters].map(([dataset, letter]) => paragraph(dataset, `  ${letter}  `)),
  };
}

/** @param {readonly Facts[]} facts */
const measured = (facts) => facts.some((f) => f.threshold ?? f.auc ?? f.evidence);

/** The table of findings. @param {Finding[]} findings */
export function findingsText(findings) {
  if (findings.length === 0) return paragraph("No findings: this model is a "
    + "feature extractor. Use embed, nearest and head with it.");
  const { columns, legend } = evidence(findings);
  /** @type {Column<Finding>[]} */
  const result = [
    { head: "Finding", cell: ({ label }) => label },
    { head: "Score", cell: (f) => score(f.score), right: true },
  ];
  if (!measured(findings)) {
    return `${table(findings, result)}\n\nNo thresholds or test figures come with this model.`;
  }
  result.push(
    { head: "Threshold", cell: ({ threshold }) => score(threshold), right: true },
    { head: "", cell: side },
    ...columns,
  );
  const grid = table(findings, result, ({ above }) => above === true);
  return [grid, ...(legend.length ? ["", ...legend] : [])].join("\n");
}

const FORMATS = { png: "PNG", jpeg: "JPEG", dicom: "DICOM", raw: "pixels" };
const CHANNELS = ["", "gray", "gray and alpha", "color", "color and alpha"];

/** @param {Analysis} analysis @param {Readonly<Info>} info */
function heading({ input, timing }, { model, dtype, variant }) {
  const { format, width, height, bitDepth, channels, conversions, notes } = input;
  const kind = conversions.includes("palette") ? "palette" : CHANNELS[channels];
  const ms = [timing.decodeMs, timing.preprocessMs, timing.inferMs].map((t) => t.toFixed(0));
  return [
    `${FORMATS[format]}, ${width} x ${height} pixels, ${bitDepth} bits, ${kind}`,
    ...notes,
    `${model}, ${dtype}, ${variant}`,
    `decoded in ${ms[0]} ms, prepared in ${ms[1]} ms, analyzed in ${ms[2]} ms`,
  ].map((text) => paragraph(text)).join("\n");
}

/**
 * One film's results.
 * @param {string} file
 * @param {Analysis} analysis
 * @param {Readonly<Info>} info
 */
export function filmReport(file, analysis, info) {
  const name = printable(file);
  const parts = [
    `${bold(name)}\n${"=".repeat(Math.min(name.length, terminalColumns()))}\n${heading(analysis, info)}`,
    ...analysis.reasons.map(({ code, message }) => paragraph(`${message} [${code}]`, "! ")),
    findingsText(analysis.findings),
    paragraph(analysis.notice),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What was measured of every finding. @param {readonly Facts[]} facts */
function factsText(facts) {
  const { columns, legend } = evidence(facts);
  const grid = table(facts, [
    { head: "Finding", cell: ({ label }) => label },
    { head: "Threshold", cell: ({ threshold }) => score(threshold), right: true },
    { head: "Sens.", cell: (f) => percent(f.sensitivity), right: true },
    { head: "Spec.", cell: (f) => percent(f.specificity), right: true },
    ...columns,
  ]);
  const width = Math.max(...facts.map(({ label }) => label.length)) + 2;
  const notes = facts.flatMap((f) => (f.note ? [paragraph(f.note, f.label.padEnd(width))] : []));
  return [grid, legend.join("\n"), notes.join("\n")].filter(Boolean).join("\n\n");
}

/** What a head was trained on, its figures, and the warnings about them.
 * @param {Head} head */
export function headReport(head) {
  const { name, films, evaluation: e, curve } = head;
  const rows = {
    Finding: printable(name),
    Films: `${films.positive} that show it, ${films.negative} that do not`,
    ...(e && {
      AUC: `${e.auc.toFixed(2)} (95 % range ${e.aucCi95.map((v) => v.toFixed(2)).join("-")}), `
        + `${e.folds}-fold cross-validation; nearest mean ${e.prototypeAuc.toFixed(2)}`,
      "At 0.5": `sensitivity ${percent(e.sensitivity)}, specificity ${percent(e.specificity)}`,
    }),
  };
  const facts = Object.entries(rows).map(([label, value]) => paragraph(value, label.padEnd(10)));
  const points = table(curve, [
    { head: "Films a class", cell: (p) => String(p.films), right: true },
    { head: "AUC", cell: (p) => p.auc.toFixed(2), right: true },
    { head: "Draws", cell: (p) => `${p.low.toFixed(2)}-${p.high.toFixed(2)}`, right: true },
    { head: "Nearest mean", cell: (p) => p.prototypeAuc.toFixed(2), right: true },
  ]);
  const warnings = warningsOf(head).map((line) => paragraph(line, "- ")).join("\n");
  return [facts.join("\n"), ...(curve.length ? [points] : []), warnings].join("\n\n");
}

/**
 * The description of a model and the facts of its labels.
 * @param {Readonly<Info>} info
 */
export function infoReport(info) {
  const rows = Object.entries({
    Model: info.model,
    "SHA-256": info.modelHash,
    Input: `${info.inputSize} x ${info.inputSize} pixels`,
    Output: info.labels.length
      ? `${info.labels.length} findings, scored by ${info.scoring}`
      : `${info.embeddingSize} features`,
    Parameters: `${grouped(info.parameters)}, stored as ${info.dtype}`,
    Kernels: `${info.variant}, ${info.threads} thread`,
    Package: `eva-x-web ${info.version}`,
    License: info.license,
    Attribution: info.attribution,
  }).map(([name, value]) => paragraph(value, name.padEnd(13)));
  const facts = measured(info.facts) ? factsText(info.facts) : info.labels.join(", ");
  return `${[rows.join("\n"), facts, paragraph(info.notice)].filter(Boolean).join("\n\n")}\n`;
}

/** @param {import("../../../web/convert/convert.js").ReportLine} line */
function shapeOf({ shapes }) {
  if (shapes.length > 1) {
    return `${shapes.reduce((sum, { count }) => sum + count, 0)} of ${shapes.length} shapes`;
  }
  const [{ rows, cols, count }] = shapes;
  return `${count > 1 ? `${count} x ` : ""}[${rows}, ${cols}]`;
}

/** What a conversion did. @param {Converted} made @param {string} out */
export function conversionReport({ manifest, hash, notes, report }, out) {
  const groups = table(report, [
    { head: "group", cell: ({ group }) => group },
    { head: "shape", cell: shapeOf },
    { head: "dtype", cell: ({ dtype }) => dtype },
    { head: "bytes", cell: ({ bytes }) => grouped(bytes), right: true },
    { head: "rms error", cell: ({ relative }) => relative.toExponential(2), right: true },
    { head: "max error", cell: ({ largest }) => largest.toExponential(2), right: true },
  ]);
  return `${notes.map((note) => paragraph(printable(note))).join("\n")}\n\n${groups}\n\n`
    + `${grouped(manifest.parameters)} parameters, ${grouped(manifest.stream_bytes)} bytes, `
    + `${manifest.chunks.length} chunks in ${printable(out)}\nSHA-256 of its manifest: ${hash}\n`;
}

/** What a checkpoint is. @param {Inspection} found */
export function inspectionReport({ file, bytes, layout, tensors, types, notes, parameters, problem }) {
  const lines = [
    printable(file),
    `${layout}, ${megabytes(bytes)}, ${grouped(tensors)} tensors of ${types.join(", ")}`,
    ...notes,
    ...(parameters ? [`${grouped(parameters)} parameters`] : []),
    ...(problem ? ["", `It cannot be converted as it is: ${problem.message}`, problem.hint] : []),
  ];
  return `${lines.map((line) => paragraph(printable(line))).join("\n")}\n`;
}
