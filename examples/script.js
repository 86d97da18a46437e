/* script.js - one film's findings, and where in the film the highest comes from: node examples/script.js FILM */
import { EvaxError, load } from "eva-x-web";
import { demoModel } from "eva-x-web/demo";

const [film] = process.argv.slice(2);
const engine = await load(demoModel);
try {
  const analysis = await engine.analyze(film);
  for (const { label, score, threshold, above } of analysis.findings) {
    console.log(`${above ? "*" : " "} ${label}: score ${score.toFixed(3)}, threshold ${threshold?.toFixed(3) ?? "none"}`);
  }
  for (const { message } of analysis.reasons) console.log(`! ${message}`);

  const [{ label }] = [...analysis.findings].sort((a, b) => b.score - a.score);
  const { normalized, width } = await engine.explain(analysis, label);
  const at = normalized.indexOf(Math.max(...normalized));
  console.log(`The attention map of ${label} is highest in row ${Math.floor(at / width)}, column ${at % width} of ${width}.`);
  console.log(analysis.notice);
} catch (error) {
  if (!(error instanceof EvaxError)) throw error;
  console.error(`${error.code}: ${error.message}. ${error.hint}`);
  process.exitCode = 1;
} finally {
  engine.dispose();
}
