/* disposable.js - lets `using` and `await using` dispose an engine, where the language has them.
 * SPDX-License-Identifier: MIT */

/** @param {{ prototype: { dispose(): void } }} kind a class */
export function makeDisposable({ prototype }) {
  const symbols = /** @type {{ dispose?: symbol, asyncDispose?: symbol }} */ (/** @type {unknown} */ (Symbol));
  const define = (/** @type {symbol | undefined} */ name, /** @type {Function} */ value) => {
    if (name) Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  };
  define(symbols.dispose, /** @this {{ dispose(): void }} */ function dispose() {
    this.dispose();
  });
  define(symbols.asyncDispose, /** @this {{ dispose(): void }} */ async function disposeLater() {
    this.dispose();
  });
}
