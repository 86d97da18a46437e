/* teach.js - a finding of one's own, from a folder of films that show it and one of films that do not, kept in a file:
 * node examples/teach.js NAME SHOWS OTHERS FILE */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "eva-x-web";
import { demoModel } from "eva-x-web/demo";

const [name, shows, others, file] = process.argv.slice(2);
const engine = await load(demoModel);

async function read(folder) {
  const analyses = [];
  const films = (await readdir(folder)).sort().map((film) => join(folder, film));
  for await (const { input, analysis, error } of engine.analyzeAll(films)) {
    if (analysis) analyses.push({ ...analysis, name: input });
    else console.error(`${input} is left out: ${error.message}`);
  }
  return analyses;
}

const head = await engine.head.fit({ name, positive: await read(shows), negative: await read(others) });
await writeFile(file, await engine.head.write(head));
const { positive, negative } = head.films;
console.log(`${name}: trained on ${positive} and ${negative} films, AUC ${head.evaluation?.auc.toFixed(3) ?? "not known"}`);
