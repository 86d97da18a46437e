/* analyze-all.js - the analyses of many films, in the order of the films, one or several at a time.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { MAX_THREADS } from "../base/limits.js";
import { refuseUnknown } from "../base/options.js";
import { ANALYZE_ALL_OPTIONS } from "./call-options.js";
import { EngineTeam } from "./engine-team.js";

/** @typedef {import("./engine.js").Analysis} Analysis */
/** @typedef {import("./engine.js").AnalyzeOptions} AnalyzeOptions */
/** @typedef {import("./input.js").Input} Input */
/** @typedef {AnalyzeOptions & { concurrency?: number }} AnalyzeAllOptions concurrency: how many films are read at a
 *   time, from 1 (if left out) to 64; each more takes an engine of its own with memory of its own, in a worker */
/** What became of a film: its place from 0, what was given, and its analysis, or its error.
 * @typedef {{ index: number, input: Input, analysis: Analysis, error: null }
 *   | { index: number, input: Input, analysis: null, error: EvaxError }} FilmOutcome */
/** An engine, here or in a worker. isRemote: it runs in a worker; another: opens one more of the same model in a
 * worker, null where there are no workers; replayOf, adopt: hand over what explain() needs.
 * @typedef {{ analyze(input: Input, options: AnalyzeOptions): Promise<Analysis>, dispose(): void, ended?: boolean,
 *   isRemote: boolean, another: (() => Promise<AnyEngine>) | null,
 *   replayOf(result: object): import("./attention-map.js").ReplayInfo,
 *   adopt(result: object, replay: import("./attention-map.js").ReplayInfo): void }} AnyEngine */

/** @param {AnalyzeAllOptions} options */
function checkOptions(options) {
  refuseUnknown(options, ANALYZE_ALL_OPTIONS, "analyzeAll");
  const { concurrency = 1 } = options;
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MAX_THREADS)) {
    throw new EvaxError("OPTION_INVALID", `concurrency must be a number from 1 to ${MAX_THREADS}`);
  }
}

/** A text or the bytes of one film can be iterated, too. @param {any} films */
function checkFilms(films) {
  const isMany = typeof films === "object" && films !== null && !ArrayBuffer.isView(films)
    && (Symbol.iterator in films || Symbol.asyncIterator in films);
  if (!isMany) throw new EvaxError("INPUT_TYPE", "analyzeAll() takes films that can be iterated: an array, a FileList, ...");
}

/** @param {Iterable<Input> | AsyncIterable<Input>} films */
async function* numbered(films) {
  let index = 0;
  for await (const input of films) yield { index: index++, input };
}

/** The engines that read: this one, and more in workers. One on the calling thread would halt the others' messages
 * for the time of a step, so that it reads alone or not at all.
 * @param {AnyEngine} engine @param {number} count @param {Set<AnyEngine>} opened */
function teamOf(engine, count, opened) {
  const { another } = engine;
  if (count > 1 && !another) {
    throw new EvaxError("OPTION_INVALID", "concurrency above 1 needs workers, which this engine does without");
  }
  let isFree = engine.isRemote || count === 1;
  return new EngineTeam(count, async () => {
    if (isFree && !engine.ended) {
      isFree = false;
      return engine;
    }
    const more = await /** @type {() => Promise<AnyEngine>} */ (another)();
    opened.add(more);
    return more;
  });
}

/**
 * Analyzes films one after the other, or several at a time. A film that fails has its error in its outcome and stops
 * no other. However many films there are, few outcomes are held while the consumer is busy.
 * @param {AnyEngine} engine
 * @param {Iterable<Input> | AsyncIterable<Input>} films also a FileList
 * @param {AnalyzeAllOptions} [options]
 * @returns {AsyncGenerator<FilmOutcome, void, void>} rejects with OPTION_INVALID, INPUT_TYPE or DISPOSED, with what
 *   the films reject with, or on abort with the signal's reason
 */
export async function* analyzeAll(engine, films, options = {}) {
  checkOptions(options);
  checkFilms(films);
  const { concurrency = 1, signal, ...rest } = options;
  /** @type {Set<AnyEngine>} */ const opened = new Set();
  const team = teamOf(engine, concurrency, opened);
  try {
    const outcomes = team.each(numbered(films), async (each, { index, input }, stop) => {
      const either = signal ? AbortSignal.any([signal, stop]) : stop;
      try {
        const analysis = await each.analyze(input, { ...rest, signal: either });
        if (each !== engine) engine.adopt(analysis, each.replayOf(analysis));
        return /** @type {FilmOutcome} */ ({ index, input, analysis, error: null });
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof EvaxError && error.code === "DISPOSED") throw error;
        return { index, input, analysis: null, error: /** @type {EvaxError} */ (error) };
      }
    });
    for await (const outcome of outcomes) {
      signal?.throwIfAborted(); // also where outcomes are held
      yield outcome;
    }
  } finally {
    for (const each of opened) each.dispose();
  }
}
