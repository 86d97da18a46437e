/* official.js - the labels of a data folder's NIH films in the form in which ChestX-ray14 is published.
 *
 *     node official.js DATA OUT
 *
 * writes OUT/Data_Entry_2017_v2020.csv and OUT/test_list.txt. Only films of the first patients, which nobody chose by how
 * they look (the data's README), and of these the test split that the demo model has not seen.
 * SPDX-License-Identifier: MIT */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { csvLine } from "../../../web/base/csv.js";
import { rowsOf } from "../index-csv.js";

const [data, out] = process.argv.slice(2);
const HEADING = ["Image Index", "Finding Labels", "Follow-up #", "Patient ID", "Patient Age", "Patient Gender", "View Position",
  "OriginalImage[Width", "Height]", "OriginalImagePixelSpacing[x", "y]"];

/** @param {string} file */
const officialName = (file) => `${basename(file).replace(/\.\w+$/, "")}.png`;

/** @param {import("../index-csv.js").Row} row */
const entryOf = ({ file, labels, patient_id: patient, age, sex, view, orig_w: width, orig_h: height }) =>
  [officialName(file), labels, Number(officialName(file).slice(9, 12)), Number(patient.replace(/\D/g, "")), age, sex, view, width, height, "", ""];

const rows = rowsOf(data).filter(({ dataset, selection }) => dataset.startsWith("nih") && selection === "nih-first-patients");
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "Data_Entry_2017_v2020.csv"), [HEADING, ...rows.map(entryOf)].map(csvLine).join(""));
writeFileSync(join(out, "test_list.txt"), rows.filter(({ split }) => split === "test").map(({ file }) => `${officialName(file)}\n`).join(""));
