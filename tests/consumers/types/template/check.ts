/* check.ts - what a program may say, and what it may not, without the types of pages.
 * SPDX-License-Identifier: MIT */
import {
  EvaxError, load, type Analysis, type AnalyzeOptions, type AttentionMap, type CallOptions, type Engine, type ErrorCode, type Facts,
  type FilmOptions, type FilmOutcome, type Finding, type Head, type Info, type InputInfo, type KernelOption, type Picture,
  type Preprocessing, type Progress, type Reason, type Report, type Seen, type SiteCard, type WasmOption,
} from "eva-x-web";
import { demoModel } from "eva-x-web/demo";

const engine: Engine = await load(demoModel);
const analysis: Analysis = await engine.analyze(new Uint8Array(3));
const finding: Finding = analysis.findings[0];
const map: AttentionMap = await engine.explain(analysis, finding.label);
const code: ErrorCode | null = new EvaxError("STATE").code;
export { code, map };

/* What options and results are made of has names. */
export const named = (given: AnalyzeOptions & FilmOptions & CallOptions, kernels: KernelOption, wasm: WasmOption, facts: Facts, head: Head,
  report: Report, card: SiteCard, progress: Progress) => [given, kernels, wasm, facts, head, report, card, progress];
export const reasons: Reason[] = analysis.reasons;
export const input: InputInfo = analysis.input;
export const picture: Picture | undefined = analysis.picture;
export const seen: Seen | undefined = analysis.seen;
export const info: Info = engine.info;
export const preprocessing: Readonly<Preprocessing> = info.preprocessing;
for await (const outcome of engine.analyzeAll([])) {
  const film: FilmOutcome = outcome;
  say(film.error?.hint);
}
declare function say(words: string | undefined): void;

// @ts-expect-error a number is no film
await engine.analyze(42);
// @ts-expect-error no such option
await load({ model: "model", thread: 2 });
// @ts-expect-error no such code
new EvaxError("NO_SUCH_CODE");
