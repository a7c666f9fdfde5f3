/** What was forgotten stands in no file of a home, the journal included, and in no room that is open. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { filesBelow } from "#test/files-below.ts";
import { answer, call, end, message, start } from "#test/history-events.ts";
import { besideMemory } from "#test/memory/beside-memory.ts";
import { openTestRoom } from "#test/room-fixture.ts";
import { HomeMemory } from "./memory.ts";

const TEXT = "The vault of Zorbulon opens with a brass key.";
const OTHER = "The shop is deployed on Fridays.";
const { signal } = new AbortController();

const EVENTS = [
  message("m1", `Please keep this: ${TEXT} Thanks!`),
  start("t1", "agent", "m1"),
  {
    ...answer("t1", "agent", "Noted. The vault of **Zorbulon** opens with a brass\nkey. Bye."),
    reasoning: TEXT,
    calls: [{ ...call("a"), name: "memory_save", arguments: { text: TEXT, kind: "fact" } }],
  },
  end("t1", "agent", "complete"),
  message("m2", OTHER),
] as const;

test("a note that is forgotten goes from what was said, and all else of it stays", async () => {
  await using folder = await temporaryFolder("forget-said");
  const paths = homePaths(folder.path);
  const candidate = homePaths(folder.path, "candidate");
  const beside = besideMemory(paths, signal);
  const cleaner = new TextCleaner();
  const memory = new HomeMemory({
    ...{ paths, cleaner, recall: "auto", beside, candidate: candidate.memory },
  });
  await using owner = await ownHome({
    ...{ paths, command: "org serve", memory, signal },
    openRoom: (room, journal) => openTestRoom({ journal, id: room, url: "http://127.0.0.1:9" }),
  });
  await Bun.write(join(candidate.journal, "..", "keep"), "");
  {
    await using other = await openSqliteJournal(candidate.journal);
    await other.append("c", { key: "m1", event: EVENTS[0] });
  }
  for (const [index, event] of EVENTS.entries()) {
    await owner.journal.append("r", { key: `k${index}`, event });
  }
  const room = await owner.service.enter({ kind: "named", id: "r" });
  for (const text of [TEXT, OTHER]) {
    await owner.memory({ kind: "add", draft: { text, kind: "fact" } }, signal);
  }
  expect(filesBelow(folder.path, "Zorbulon")).not.toEqual([]);
  await owner.memory({ kind: "forget", id: 1 }, signal);
  expect(filesBelow(folder.path, "Zorbulon")).toEqual([]);
  expect(filesBelow(folder.path, OTHER)).not.toEqual([]);
  expect(room.turnsOf("m1")?.map(({ text }) => text)).toEqual(["Noted. [forgotten] Bye."]);
  const entries = await Array.fromAsync(owner.journal.read("r", 1));
  expect(entries.slice(0, 3).map(({ event }) => event)).toEqual([
    { ...EVENTS[0], text: "Please keep this: [forgotten] Thanks!" },
    EVENTS[1],
    {
      ...EVENTS[2],
      text: "Noted. [forgotten] Bye.",
      reasoning: "[forgotten]",
      calls: [{ ...EVENTS[2].calls[0], arguments: { text: "[forgotten]", kind: "fact" } }],
    },
  ]);
  expect(entries.map(({ seq, key }) => `${seq} ${key}`)).toEqual(
    EVENTS.map((_event, index) => `${index + 1} k${index}`),
  );
});
