/** `kill -9` while a memory saves, replaces and forgets: what it confirmed is so, and nothing is there twice. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Memory } from "#core/memory.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { filesWith, killedChild } from "./killed-child.ts";
import type { Said, Work } from "./memory/memory-child.ts";
import { MemoryFolder } from "./memory/memory-folder.ts";

const ROUNDS = 20;

/** Kills a process that works on a memory after it confirmed some things. @returns all that it said. */
function kill(path: string, work: Work, round: number): Promise<readonly Said[]> {
  return killedChild<Said>("memory/memory-child.ts", [path, work, `r${round}`], round);
}

const of = (said: readonly Said[], ...steps: Said["step"][]) =>
  said.filter(({ step }) => steps.includes(step)).map(({ text }) => text);

/** Texts of live notes, each as often as it is there. */
const live = (memory: Memory): readonly string[] => memory.list("human").map(({ text }) => text);

test("nothing that was saved is lost or doubled", async () => {
  await using place = new MemoryFolder();
  const all: Said[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    all.push(...(await kill(place.path, "save", round)));
    const memory = await place.open();
    const there = live(memory);
    expect(of(all, "saved").filter((text) => !there.includes(text))).toEqual([]);
    expect(new Set(there).size).toBe(there.length);
    expect(there.filter((text) => !of(all, "saving").includes(text))).toEqual([]);
    expect((await memory.verify()).problems).toEqual([]);
    await memory[Symbol.asyncDispose]();
  }
  expect(of(all, "saved").length).toBeGreaterThan(ROUNDS);
});

test("a note that took the place of another one is there alone", async () => {
  await using place = new MemoryFolder();
  const all: Said[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    all.push(...(await kill(place.path, "supersede", round)));
    const memory = await place.open();
    const there = live(memory);
    const chains = Map.groupBy(all, ({ text }) => /r\d+w\d+/.exec(text)?.[0]);
    for (const chain of chains.values()) {
      const [confirmed] = of(chain, "saved", "replaced").slice(-1);
      const [begun = ""] = of(chain, "saving", "replacing").slice(-1);
      const kept = there.filter((text) => chain.some((said) => said.text === text));
      // The newest that was confirmed, or the one behind it whose answer did not come through.
      if (confirmed !== undefined) expect(kept).toHaveLength(1);
      for (const text of kept) expect([confirmed, begun]).toContain(text);
    }
    expect((await memory.verify()).problems).toEqual([]);
    await memory[Symbol.asyncDispose]();
  }
  expect(of(all, "replaced").length).toBeGreaterThan(ROUNDS);
});

/** What the journal says, and that none of it is missing. */
async function saidIn(folder: string): Promise<readonly string[]> {
  await using journal = await openSqliteJournal(join(folder, "journal.sqlite"));
  const entries = await Array.fromAsync(journal.read("r", 1));
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_entry, index) => index + 1));
  return entries.map(({ event }) => ("text" in event ? String(event.text) : ""));
}

test("what was forgotten stands in no file, and stays forgotten", async () => {
  await using place = new MemoryFolder();
  const all: Said[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    all.push(...(await kill(place.path, "forget", round)));
    // Right after the kill: what was confirmed was true then.
    for (const text of of(all, "forgotten")) expect(filesWith(place.folder, text)).toEqual([]);
    const memory = await place.open();
    const there = live(memory);
    const begun = new Set(of(all, "forgetting"));
    const kept = of(all, "saved").filter((text) => !begun.has(text));
    expect(kept.filter((text) => !there.includes(text))).toEqual([]);
    const said = await saidIn(place.folder);
    expect(kept.filter((text) => !said.includes(`Keep this: ${text}`))).toEqual([]);
    for (const text of begun) {
      // Forgotten as a whole, or not at all.
      const stands = filesWith(place.folder, text).length > 0;
      expect({ text, stands }).toEqual({ text, stands: there.includes(text) });
    }
    expect((await memory.verify()).problems).toEqual([]);
    await memory[Symbol.asyncDispose]();
  }
  expect(of(all, "forgotten").length).toBeGreaterThan(ROUNDS);
});

test("what was observed is kept once, and observed no further than it was kept", async () => {
  await using place = new MemoryFolder();
  let through = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const said = await kill(place.path, "observe", round);
    const memory = await place.open();
    const confirmed = Math.max(through, ...of(said, "saved").map(Number));
    through = memory.observedThrough("r");
    expect(through).toBeGreaterThanOrEqual(confirmed);
    const seqs = memory.list("human").map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: through }, (_, at) => through - at));
    expect(memory.list("human").every(({ seen }) => seen === 1)).toBe(true);
    expect((await memory.verify()).problems).toEqual([]);
    await memory[Symbol.asyncDispose]();
  }
  expect(through).toBeGreaterThan(ROUNDS);
});
