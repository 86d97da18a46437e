/* check.ts - what a program may say, and what it may not, without the types of pages.
 * SPDX-License-Identifier: MIT */
import { EvaxError, load, type Analysis, type AttentionMap, type Engine, type ErrorCode, type Finding } from "eva-x-web";
import { demoModel } from "eva-x-web/demo";

const engine: Engine = await load(demoModel);
const analysis: Analysis = await engine.analyze(new Uint8Array(3));
const finding: Finding = analysis.findings[0];
const map: AttentionMap = await engine.explain(analysis, finding.label);
const code: ErrorCode | null = new EvaxError("STATE").code;
export { code, map };

// @ts-expect-error a number is no film
await engine.analyze(42);
// @ts-expect-error no such option
await load({ model: "model", thread: 2 });
// @ts-expect-error no such code
new EvaxError("NO_SUCH_CODE");
