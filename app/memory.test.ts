import { describe, expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import type { ErasableJournal } from "#core/journal.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openMemory } from "#memory/open-memory.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { FORSAKEN, forsakenMemory, homeMemory } from "#test/memory/home-memory.ts";
import { testJournal } from "#test/room-fixture.ts";
import { copyHomeData } from "./copy-memory.ts";
import { HomeMemory } from "./memory.ts";

const HUMAN = { trust: "human", origin: "human" } as const;
const BY = { trust: "model", origin: "persona:agent", room: "r", turn: "t" } as const;

test("a home in which nothing is kept gets no database by being looked at", async () => {
  await using home = await testJournal();
  await using own = homeMemory();
  const source = own.held.source(home.journal);
  expect(await source.openIfExists()).toBeUndefined();
  expect(existsSync(own.path)).toBe(false);
  await (await source.open()).save({ text: "It rains.", kind: "fact" }, HUMAN);
  expect(await source.openIfExists()).toBeDefined();
});

test("it is closed with the home, and opened again by the next use", async () => {
  await using home = await testJournal();
  await using own = homeMemory();
  const source = own.held.source(home.journal);
  await (await source.open()).save({ text: "It rains.", kind: "fact" }, HUMAN);
  await own.held.close();
  await own.held.close();
  const next = own.held.source(home.journal);
  expect((await next.openIndexed()).list("human").map(({ text }) => text)).toEqual(["It rains."]);
});

test("how many notes wait is known after an exchange and after an answer to the user", async () => {
  await using home = await testJournal();
  await using own = homeMemory();
  const source = own.held.source(home.journal);
  const { signal } = new AbortController();
  const memory = await source.open();
  await memory.save({ text: "The shop opens at nine.", kind: "fact" }, BY);
  await memory.save({ text: "The shop opens at ten.", kind: "fact", replaces: 1 }, BY);
  expect(source.toReview).toBe(0);
  await source.index("r");
  expect(source.toReview).toBe(1);
  await own.held.service(home.journal)({ kind: "trust", id: 2 }, signal);
  expect(source.toReview).toBe(0);
});

describe("while all that was ever said is read", () => {
  /** A room that never ends, for as long as it is read: what it says again is met before it is over. */
  function endlessJournal() {
    let read = 0;
    const journal: ErasableJournal = {
      erase: () => Promise.resolve(0),
      append: () => Promise.reject(new Error("It is only read")),
      head: async () => Number.MAX_SAFE_INTEGER,
      rooms: async () => [{ room: "r", head: Number.MAX_SAFE_INTEGER, startedAt: 0, lastAt: 0 }],
      read: async function* (_room, from) {
        for (let seq = from; ; seq += 1) {
          read += 1;
          const [id, text] = [`m${seq}`, `line ${seq}`];
          const event = { type: "message", id, from: "user", text, to: [], mode: "group" } as const;
          yield { seq, key: id, at: seq, event };
        }
      },
    };
    return { journal, read: () => read };
  }

  test("a note is saved, shown, listed and forgotten, and a room ends", async () => {
    await using own = homeMemory();
    const { journal } = endlessJournal();
    const source = own.held.source(journal);
    const ask = own.held.service(journal);
    const { signal } = new AbortController();
    const added = await ask({ kind: "add", draft: { text: "It rains.", kind: "fact" } }, signal);
    expect(added).toMatchObject({ outcome: "saved", notes: [{ id: 1 }] });
    expect((await ask({ kind: "list" }, signal)).notes).toHaveLength(1);
    expect((await ask({ kind: "show", id: 1 }, signal)).notes).toHaveLength(1);
    expect((await ask({ kind: "trust", id: 1 }, signal)).notes).toHaveLength(1);
    await source.index("r");
    await ask({ kind: "copy" }, signal);
    expect(existsSync(own.candidate)).toBe(true);
    await ask({ kind: "forget", id: 1 }, signal);
  });

  test("closing ends the reading, and what waits for it is told", async () => {
    await using own = homeMemory();
    const { journal, read } = endlessJournal();
    const ask = own.held.service(journal);
    const { signal } = new AbortController();
    await ask({ kind: "list" }, signal);
    const searching = ask({ kind: "search", query: "line" }, signal).catch((error) => error);
    await own.held.close();
    expect(await searching).toMatchObject({ message: expect.stringContaining("is closed") });
    const before = read();
    await new Promise(setImmediate);
    expect(read()).toBe(before);
  });

  test("a search finds what a room said meanwhile", async () => {
    await using home = await testJournal();
    await using own = homeMemory();
    const { promise, resolve } = Promise.withResolvers<void>();
    const rooms = async () => {
      await promise;
      return [];
    };
    const { journal } = home;
    const held = { append: journal.append.bind(journal), head: journal.head.bind(journal) };
    const source = own.held.source({ ...held, read: journal.read.bind(journal), rooms });
    await source.open();
    const line = { id: "m1", from: "user", to: [], mode: "group" } as const;
    await journal.append("r", {
      key: "m1",
      event: { type: "message", text: "The kettle sings.", ...line },
    });
    await source.index("r");
    resolve();
    const { episodes } = await (await source.openIndexed()).search("kettle", "human");
    expect(episodes).toHaveLength(1);
  });
});

test("an embedding model that does not start is told of once, and notes are found all the same", async () => {
  await using home = await testJournal();
  await using own = forsakenMemory();
  const ask = own.held.service(home.journal);
  const { signal } = new AbortController();
  const draft = { text: "The shop opens at nine.", kind: "fact" } as const;
  expect(await ask({ kind: "add", draft }, signal)).toMatchObject({ notice: FORSAKEN });
  const { notes, notice } = await ask({ kind: "search", query: "shop" }, signal);
  expect([notes.length, notice]).toEqual([1, undefined]);
  expect(own.held.source(home.journal).takeNotice()).toBeUndefined();
});

test("notes are compared by the embedding model that it is given", async () => {
  await using home = await testJournal();
  const asked: string[] = [];
  const embed = async (texts: readonly string[]) => {
    asked.push(...texts);
    return texts.map(() => Float32Array.of(1, 0));
  };
  const embedder = async () => ({ id: "same", dimensions: 2, embed });
  await using own = homeMemory("auto", new TextCleaner(), embedder);
  const memory = await own.held.source(home.journal).open();
  await memory.save({ text: "It rains.", kind: "fact" }, HUMAN);
  expect((await memory.search("bicycle", "human")).notes).toHaveLength(1);
  expect(asked).toEqual(["It rains.", "bicycle"]);
});

test("a damaged file is told of at each use, and the home goes on", async () => {
  await using home = await testJournal();
  await using own = homeMemory();
  await Bun.write(own.path, "no database, but long enough to be looked at as one".repeat(100));
  const source = own.held.source(home.journal);
  await expect(source.openIfExists()).rejects.toMatchObject({ code: "MEMORY_DAMAGED" });
  await expect(source.open()).rejects.toMatchObject({ code: "MEMORY_DAMAGED" });
  await own.held.close();
  expect((await source.open()).list("human")).toEqual([]);
});

test("a copy for a candidate has what was kept, and gives nothing back", async () => {
  await using home = await testJournal();
  await using own = homeMemory();
  const { signal } = new AbortController();
  const memory = await own.held.source(home.journal).open();
  await memory.save({ text: "It rains.", kind: "fact" }, HUMAN);
  await own.held.service(home.journal)({ kind: "copy" }, signal);
  await using copy = await openMemory(own.candidate, { cleaner: new TextCleaner() });
  expect(copy.list("human").map(({ text }) => text)).toEqual(["It rains."]);
  await copy.save({ text: "It snows in winter.", kind: "fact" }, HUMAN);
  expect(memory.list("human")).toHaveLength(1);
});

describe("a candidate", () => {
  const contextOf = (home: string, said: string[] = []) => ({
    settings: readSettings({ flags: new Map(), env: {}, defaultHome: home }),
    cleaner: new TextCleaner(),
    signal: new AbortController().signal,
    output: { say: (text: string) => void said.push(text) },
  });

  test("begins with what the current generation keeps, and with nothing that an earlier one had", async () => {
    await using folder = await temporaryFolder("memory");
    const [current, candidate] = [homePaths(folder.path), homePaths(folder.path, "candidate")];
    await createHome(current);
    {
      await using memory = await openMemory(current.memory, { cleaner: new TextCleaner() });
      await memory.save({ text: "It rains.", kind: "fact" }, HUMAN);
    }
    for (const text of ["Red.", "Green."]) {
      await copyHomeData(contextOf(folder.path), candidate);
      await using copy = await openMemory(candidate.memory, { cleaner: new TextCleaner() });
      expect(copy.list("human").map((note) => note.text)).toEqual(["It rains."]);
      await copy.save({ text, kind: "fact" }, HUMAN);
    }
  });

  test("gets its copy from the process that owns the home, while that one goes on", async () => {
    await using folder = await temporaryFolder("memory");
    const [paths, candidate] = [homePaths(folder.path), homePaths(folder.path, "candidate")];
    const cleaner = new TextCleaner();
    const memory = new HomeMemory({ paths, cleaner, recall: "auto", candidate: candidate.memory });
    const context = contextOf(folder.path);
    await using owner = await ownHome({
      ...{ paths, command: "org serve", memory, signal: context.signal },
      openRoom: () => Promise.reject(new Error("No room is opened here")),
    });
    const draft = { text: "It rains.", kind: "fact" } as const;
    await owner.memory({ kind: "add", draft }, context.signal);
    await copyHomeData(context, candidate);
    await using copy = await openMemory(candidate.memory, { cleaner });
    expect(copy.list("human").map(({ text }) => text)).toEqual(["It rains."]);
    expect((await owner.memory({ kind: "list" }, context.signal)).notes).toHaveLength(1);
  });

  test("begins with an empty one where there is none, and is told of one that cannot be read", async () => {
    await using folder = await temporaryFolder("memory");
    const [current, candidate] = [homePaths(folder.path), homePaths(folder.path, "candidate")];
    await createHome(current);
    await copyHomeData(contextOf(folder.path), candidate);
    expect(existsSync(candidate.memory)).toBe(false);
    await Bun.write(current.memory, "no database, but long enough to be one".repeat(200));
    const said: string[] = [];
    await copyHomeData(contextOf(folder.path, said), candidate);
    expect(said.join("")).toStartWith("The candidate starts without a memory: ");
    expect(existsSync(candidate.memory)).toBe(false);
  });
});

test("the log of the memory is moved into it together with that of the journal", async () => {
  await using folder = await temporaryFolder("memory-log");
  await using own = homeMemory();
  const { signal } = new AbortController();
  await using home = await ownHome({
    ...{ paths: homePaths(folder.path), command: "org serve", signal },
    openRoom: () => Promise.reject(new Error("no rooms")),
    memory: {
      service: (journal) => own.held.service(journal),
      close: () => own.held.close(),
      freeze: (journal) => own.held.freeze(journal),
    },
  });
  const draft = { text: "The shop opens at nine.", kind: "fact" } as const;
  await home.memory({ kind: "add", draft }, signal);
  const wal = `${own.path}-wal`;
  expect(statSync(wal).size).toBeGreaterThan(0);
  await home.checkpoint();
  expect(statSync(wal).size).toBe(0);
});
