/* queue-reader.js - reads the films of the queue with the session, as they are stored or as the person said, and keeps the
 * pixels of those that were looked at last.
 * SPDX-License-Identifier: MIT */
import { smallCopyInSteps } from "../evaluate/measure/small-copy.js";
import { yieldToEventLoop } from "../base/yield-to-event-loop.js";
import { PictureCache, viewsOf } from "./films/picture-cache.js";
import { FROM_MODEL } from "./films/reasons.js";
import { thumbnailOf } from "./films/thumbnail.js";
import { grayScaleOf } from "../picture/gray-scale.js";
import { AS_STORED, isAsStored, pixelsOf, remains, treated, treatmentNote, turnedFacts } from "./films/treatment.js";

/** @typedef {import("./films/film-queue.js").Film} Film */
/** @typedef {import("./films/film-queue.js").Result} Result */
/** @typedef {import("./films/picture-cache.js").Views} Views */
/** @typedef {import("./films/treatment.js").Treatment} Treatment */
/** What was read of a film, whatever was done to it before: its pixels, and what the file and the model say of it
 * @typedef {Pick<Result, "input" | "reasons"> & { views: Views }} Reading */

export class QueueReader {
  #session;
  #customFindings;
  #cache = new PictureCache();

  /** @param {import("../session/session.js").Session} session that is ready
   * @param {import("./custom-findings/custom-findings.js").CustomFindings} customFindings */
  constructor(session, customFindings) {
    this.#session = session;
    this.#customFindings = customFindings;
  }

  /** @param {Film} film @param {AbortSignal} signal @returns {Promise<Result>} */
  async read(film, signal) {
    const { views, input, reasons } = await this.#reading(film, signal);
    this.#cache.put(film.id, views);
    const { analysis } = views;
    const { findings, embedding, embeddingSpace, timing, notice } = analysis;
    const customFindings = await this.#customFindings.findingsOf(analysis);
    const thumbnail = thumbnailOf(analysis.seen);
    const small = Float32Array.from(await smallCopyInSteps(analysis.picture, yieldToEventLoop));
    return { findings, customFindings, reasons, embedding, embeddingSpace, input, timing, notice, thumbnail, small };
  }

  /** The pixels of a film if they are at hand. @param {Film} film */
  cached(film) {
    return this.#cache.get(film.id);
  }

  /** Decodes a film again whose pixels are no longer at hand. Its result does not change. @param {Film} film
   * @returns {Promise<Views>} */
  async decode(film) {
    const { views } = await this.#reading(film);
    this.#cache.put(film.id, views);
    return views;
  }

  /** What the model says of a film that is treated so, beyond what has been done to it. Nothing is kept.
   * @param {Film} film @param {Treatment} treatment */
  async attempt(film, treatment) {
    const { analysis: { picture } } = this.#cache.get(film.id) ?? await this.decode(film);
    const pixels = pixelsOf(await treated(picture, treatment));
    return (await this.#session.analyze(pixels)).reasons;
  }

  clear() {
    this.#cache.clear();
  }

  /** @param {Film} film @param {AbortSignal} [signal] @returns {Promise<Reading>} */
  async #reading({ source, frame, treatment = AS_STORED }, signal) {
    const analysis = await this.#session.analyze(source, { signal, frame });
    const views = viewsOf(analysis);
    if (isAsStored(treatment)) return { views, input: analysis.input, reasons: analysis.reasons };
    return this.#treatedReading(views, treatment, signal);
  }

  /** @param {Views} stored @param {Treatment} treatment @param {AbortSignal} [signal] @returns {Promise<Reading>} */
  async #treatedReading(stored, treatment, signal) {
    const { input, reasons, picture } = stored.analysis;
    const analysis = await this.#session.analyze(pixelsOf(await treated(picture, treatment)), { signal });
    const views = await treatedViews(stored, viewsOf(analysis), treatment);
    const ofFile = reasons.filter((reason) => !FROM_MODEL.has(reason.code) && remains(reason, treatment));
    return { views, input: { ...input, notes: [...input.notes, treatmentNote(treatment)] }, reasons: [...ofFile, ...analysis.reasons] };
  }
}

/** The treated film in the depth of the stored one. @param {Views} stored @param {Views} now as it was read
 * @param {Treatment} treatment @returns {Promise<Views>} */
async function treatedViews({ film, scale, facts, analysis: { deep } }, now, treatment) {
  const turned = facts && turnedFacts(facts, treatment);
  if (!scale || !deep || !facts) return { ...now, facts: turned };
  const lying = await treated(film, { ...treatment, invert: false });
  return { ...now, film: lying, scale: treatment.invert ? grayScaleOf(deep, facts, true) : scale, facts: turned };
}
