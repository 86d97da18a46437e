/* batch.js - the scores of many films as CSV, two films at a time; one that cannot be read stops no other. Control-C ends
 * it: node examples/batch.js FILM... > scores.csv */
import { load } from "eva-x-web";
import { demoModel } from "eva-x-web/demo";

const films = process.argv.slice(2);
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const engine = await load({ model: demoModel, worker: true, signal: stop.signal });
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

console.log(["film", ...engine.info.labels, "error"].map(quoted).join(","));
try {
  for await (const { index, input, analysis, error } of engine.analyzeAll(films, { concurrency: 2, signal: stop.signal })) {
    const scores = engine.info.labels.map((_, i) => analysis?.findings[i].score.toFixed(4) ?? "");
    console.log([quoted(input), ...scores, quoted(error ? `${error.code}: ${error.message}` : "")].join(","));
    console.error(`${index + 1} of ${films.length}`);
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  engine.dispose();
}
