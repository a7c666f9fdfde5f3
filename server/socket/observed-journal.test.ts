import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Notice } from "#core/events.ts";
import { type TestJournal, testJournal } from "#test/room-fixture.ts";
import { observedJournal } from "./observed-journal.ts";

let disk: TestJournal;
beforeEach(async () => {
  disk = await testJournal();
});
afterEach(() => disk[Symbol.asyncDispose]());

test("an event is seen when it is on disk, once, and all else is as it was", async () => {
  const seen: unknown[] = [];
  const journal = observedJournal(disk.journal, (event, room) => seen.push([room, event]));
  const event: Notice = { type: "notice", level: "info", text: "hi" };
  expect(await journal.append("r", { key: "k", event })).toEqual({ seq: 1, dup: false });
  expect(await journal.append("r", { key: "k", event })).toEqual({ seq: 1, dup: true });
  expect(seen).toEqual([["r", event]]);
  expect(await journal.head("r")).toBe(1);
  const read = await Array.fromAsync(journal.read("r", 1));
  expect(read.map((entry) => entry.event)).toEqual([event]);
  expect(await journal.rooms()).toMatchObject([{ room: "r", head: 1 }]);
  const refused = journal.append("r", { key: "l", event }, { expect: 7 });
  expect(await refused.then(() => "done", String)).toContain("Conflict");
  expect(seen).toHaveLength(1);
});
