/* validate.js - how good the model is on films of one's own: a table (CSV: file name, and 1, 0 or blank for each finding) and
 * the folder of its films. Writes report.html and site-card.json there, whose thresholds load({ card }) takes over:
 * node examples/validate.js TABLE FOLDER OUTPUT */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { evaluate, load, reportPage, siteCardOf } from "eva-x-web";
import { demoModel } from "eva-x-web/demo";

const [table, folder, output] = process.argv.slice(2);
const engine = await load(demoModel);
const films = (await readdir(folder)).map((name) => ({ name, input: () => join(folder, name) }));
const report = await evaluate(engine, films, await readFile(table), {
  name: folder,
  onFilm: (done, of) => console.error(`${done} of ${of} films`),
});
for (const { label, n, positives, auc, warnings } of report.findings) {
  console.log(`${label}: ${n} films, ${positives} show it, AUC ${auc?.value.toFixed(3) ?? "not known"}`);
  for (const { message } of warnings) console.log(`  ! ${message}`);
}
await writeFile(join(output, "report.html"), reportPage(report));
await writeFile(join(output, "site-card.json"), JSON.stringify(await siteCardOf(report)));
