/* Several engines that read films: one that ends is opened again, and none is opened that has no film. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { EngineTeam } from "../../../web/engine/engine-team.js";

/** Engines that die of the film "deadly". */
function team(count) {
  const opened = [];
  const made = new EngineTeam(count, async () => {
    const engine = { number: opened.length, ended: false, dispose() { this.ended = true; } };
    opened.push(engine);
    return engine;
  });
  const read = async (engine, film) => {
    await pause(1);
    if (engine.ended) return "read by a dead engine";
    if (film !== "deadly") return film;
    engine.ended = true;
    return "its engine died";
  };
  return { made, opened, read };
}

test("an engine that a film takes down is opened again for the next film, and the others go on", async () => {
  const { made, opened, read } = team(2);
  const films = ["a", "deadly", "b", "c", "d", "deadly", "e", "f"];
  const results = await collect(made.each(films, read));
  assert.deepEqual(results, films.map((film) => (film === "deadly" ? "its engine died" : film)));
  assert.equal(opened.length, 4);
});

test("there are no more engines than films, and dispose ends them all", async () => {
  const { made, opened, read } = team(8);
  await collect(made.each(["a", "b"], read));
  assert.equal(opened.length, 2);
  made.dispose();
  await pause(1);
  assert.ok(opened.every(({ ended }) => ended));
});

test("an engine that cannot be opened ends the reading with the reason; the next attempt opens again", async () => {
  let tries = 0;
  const made = new EngineTeam(1, async () => {
    tries += 1;
    if (tries === 1) throw new Error("no memory");
    return { dispose() {} };
  });
  await assert.rejects(collect(made.each(["a"], async () => 1)), /no memory/);
  assert.deepEqual(await collect(made.each(["a"], async () => 1)), [1]);
});

async function collect(results) {
  const all = [];
  for await (const result of results) all.push(result);
  return all;
}
