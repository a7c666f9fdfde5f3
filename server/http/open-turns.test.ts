import { expect, test } from "bun:test";
import { OpenTurns } from "./open-turns.ts";

test("a process that leaves waits for the answers that are under way, and for no others", async () => {
  const turns = new OpenTurns();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  async function* answer(): AsyncGenerator<string, void> {
    yield "begun";
    await gate.promise;
    yield "finished";
  }
  const events = turns.during(answer());
  seen.push(String((await events.next()).value));
  expect(turns.isLeaving).toBe(false);
  const left = turns.leave().then(() => seen.push("left"));
  expect(turns.isLeaving).toBe(true);
  gate.resolve();
  for await (const event of events) seen.push(event);
  await left;
  expect(seen).toEqual(["begun", "finished", "left"]);
});

test("an answer that its reader gives up is over", async () => {
  const turns = new OpenTurns();
  async function* endless(): AsyncGenerator<number, void> {
    for (let count = 0; ; count += 1) yield count;
  }
  for await (const count of turns.during(endless())) if (count > 1) break;
  await turns.leave();
});
