import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openMemory } from "#memory/open-memory.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { homeMemory } from "#test/memory/home-memory.ts";
import { testJournal } from "#test/room-fixture.ts";
import { copyMemory } from "./copy-memory.ts";
import { HomeMemory } from "./memory.ts";

const HUMAN = { trust: "human", origin: "human" } as const;
const BY = { trust: "model", origin: "persona:agent", room: "r", turn: "t" } as const;

test("a home in which nothing is kept gets no database by being looked at", async () => {
  await using home = await testJournal();
  await using own = homeMemory();
  const source = own.held.source(home.journal);
  expect(await source.openIfKept()).toBeUndefined();
  expect(existsSync(own.path)).toBe(false);
  await (await source.open()).save({ text: "It rains.", kind: "fact" }, HUMAN);
  expect(await source.openIfKept()).toBeDefined();
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

test("a damaged file is told of at each use, and the home goes on", async () => {
  await using home = await testJournal();
  await using own = homeMemory();
  await Bun.write(own.path, "no database, but long enough to be looked at as one".repeat(100));
  const source = own.held.source(home.journal);
  await expect(source.openIfKept()).rejects.toMatchObject({ code: "MEMORY_DAMAGED" });
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
      await copyMemory(contextOf(folder.path), candidate);
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
    await copyMemory(context, candidate);
    await using copy = await openMemory(candidate.memory, { cleaner });
    expect(copy.list("human").map(({ text }) => text)).toEqual(["It rains."]);
    expect((await owner.memory({ kind: "list" }, context.signal)).notes).toHaveLength(1);
  });

  test("begins with an empty one where there is none, and is told of one that cannot be read", async () => {
    await using folder = await temporaryFolder("memory");
    const [current, candidate] = [homePaths(folder.path), homePaths(folder.path, "candidate")];
    await createHome(current);
    await copyMemory(contextOf(folder.path), candidate);
    expect(existsSync(candidate.memory)).toBe(false);
    await Bun.write(current.memory, "no database, but long enough to be one".repeat(200));
    const said: string[] = [];
    await copyMemory(contextOf(folder.path, said), candidate);
    expect(said.join("")).toStartWith("The candidate begins without a memory: ");
    expect(existsSync(candidate.memory)).toBe(false);
  });
});
