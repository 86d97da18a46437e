/* channel.js - calls between a page and a worker, in both directions.
 *
 *     { call: id, name, args }    asks the other side to run its handler `name`
 *     { abort: id }               the caller no longer wants the answer
 *     { reply: id, value } or { reply: id, error: { code, detail } }
 *
 * An EvaxError arrives as an EvaxError with the same code and detail, an AbortError as one, anything else as a plain Error.
 * Messages to a closed channel are lost, and its waiting calls reject.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/** The other side: a Worker, or the global scope of one.
 * @typedef {{ postMessage(message: unknown, transfer: Transferable[]): void,
 *   addEventListener(type: "message", listener: (event: MessageEvent) => void): void }} Port */
/** @typedef {{ signal: AbortSignal }} Context */
/** @typedef {(args: any, context: Context) => unknown} Handler takes what call() was given; what it
 *   returns or resolves to is the answer, and a Moved transfers its buffers */
/** @typedef {{ code: import("../base/errors.js").ErrorCode | "AbortError" | null, detail: string }} WireError */

/** A value whose buffers are transferred instead of copied. */
export class Moved {
  /** @param {unknown} value @param {Transferable[]} transfer */
  constructor(value, transfer) {
    this.value = value;
    this.transfer = transfer;
  }
}

/** @param {unknown} error @returns {WireError} */
function toWire(error) {
  if (error instanceof EvaxError) return { code: error.code, detail: error.detail };
  if (error instanceof DOMException && error.name === "AbortError") return { code: "AbortError", detail: error.message };
  return { code: null, detail: error instanceof Error ? error.message : String(error) };
}

/** @param {WireError} wire */
function fromWire({ code, detail }) {
  if (code === "AbortError") return new DOMException(detail, code);
  return code ? new EvaxError(code, detail) : new Error(detail);
}

export class Channel {
  #port;
  #handlers;
  #lastId = 0;
  /** @type {Map<number, (message: any) => void>} calls that wait for their reply */
  #waiting = new Map();
  /** @type {Map<number, AbortController>} calls of the other side that run here */
  #running = new Map();
  /** @type {Error | null} */
  #closed = null;

  /** When the other side last said anything, in ms of performance.now(). */
  lastHeard = performance.now();

  /** @param {Port} port @param {Record<string, Handler>} handlers for calls of the other side */
  constructor(port, handlers) {
    this.#port = port;
    this.#handlers = handlers;
    port.addEventListener("message", ({ data }) => this.#receive(data));
  }

  /**
   * Runs the other side's handler. An abort rejects at once with the signal's reason, and tells the
   * other side to stop.
   * @param {string} name
   * @param {unknown} args that can be cloned
   * @param {{ signal?: AbortSignal, transfer?: Transferable[] }} [options]
   * @returns {Promise<any>}
   */
  call(name, args, { signal, transfer = [] } = {}) {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw this.#closed;
      signal?.throwIfAborted();
      const id = ++this.#lastId;
      this.#port.postMessage({ call: id, name, args }, transfer);
      const leave = () => {
        this.#waiting.delete(id);
        this.#port.postMessage({ abort: id }, []);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.set(id, ({ value, error }) => {
        signal?.removeEventListener("abort", leave);
        if (error) reject(error instanceof Error ? error : fromWire(error));
        else resolve(value);
      });
    });
  }

  /** How many calls wait for the other side. */
  get waiting() {
    return this.#waiting.size;
  }

  /** Rejects what waits here, and every later call. @param {Error} error */
  close(error) {
    this.#closed ??= error;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const settle of waiting) settle({ error });
  }

  /** @param {any} message */
  #receive(message) {
    this.lastHeard = performance.now();
    if ("call" in message) this.#run(message);
    else if ("abort" in message) this.#running.get(message.abort)?.abort();
    else {
      this.#waiting.get(message.reply)?.(message);
      this.#waiting.delete(message.reply);
    }
  }

  /** @param {{ call: number, name: string, args: any }} message */
  async #run({ call: reply, name, args }) {
    const abort = new AbortController();
    this.#running.set(reply, abort);
    try {
      const result = await this.#handlers[name](args, { signal: abort.signal });
      const { value, transfer } = result instanceof Moved ? result : new Moved(result, []);
      this.#port.postMessage({ reply, value }, transfer);
    } catch (error) {
      this.#port.postMessage({ reply, error: toWire(error) }, []);
    } finally {
      this.#running.delete(reply);
    }
  }
}
