import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Memory } from "#core/memory.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { openMemory } from "#memory/open-memory.ts";
import { listBackups, verifyBackup } from "#ops/backup/list-backups.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { type BackupHome, backupHome, contentOf, say } from "#test/backup-home.ts";
import { ToolMemoryStore } from "#tools/registry/memory-store.ts";
import { backUp, finishInterruptedRestore, restore } from "./backup.ts";

let home: BackupHome;
const { signal } = new AbortController();
beforeEach(async () => {
  home = await backupHome();
});
afterEach(async () => await home[Symbol.asyncDispose]());

const none = () => Promise.reject(new Error("No room is opened here"));

test("a home that a process owns is read without waiting for it, and is not restored", async () => {
  await using _home = await ownHome({
    ...{ paths: home.paths, command: "org test", openRoom: none, signal },
  });
  const { name, manifest } = await backUp(home.path, signal);
  expect(manifest.databases.find((one) => one.name === "journal")?.rows["event"]).toBe(20);
  await expect(restore(home.path, { name }, () => undefined)).rejects.toMatchObject({
    ...{ code: "HOME_BUSY", unchanged: "Nothing was changed." },
  });
});

test("a home that no process owns is kept for the backup alone", async () => {
  const { name } = await backUp(home.path, signal);
  const before = await contentOf(home.path);
  await say(home.paths, 3);
  const restored = await restore(home.path, { name }, () => undefined);
  expect(await contentOf(home.path)).toEqual(before);
  expect(restored.before).toBeDefined();
  expect(existsSync(home.paths.ownerRecord)).toBe(false);
});

test("a home whose journal is damaged is restored, and the user is told that it was not backed up", async () => {
  const { name } = await backUp(home.path, signal);
  const before = await contentOf(home.path);
  writeFileSync(home.paths.journal, "x".repeat(20_000));
  const said: unknown[] = [];
  const restored = await restore(home.path, { name }, (error) => void said.push(error));
  expect(said).toMatchObject([{ code: "JOURNAL_CORRUPT" }]);
  expect(restored.before).toBeUndefined();
  expect(existsSync(join(restored.aside, ".org/state/current/journal.sqlite"))).toBe(true);
  expect(await contentOf(home.path)).toEqual(before);
});

test("a home without its databases is restored from a copy of the folder of backups", async () => {
  const { name } = await backUp(home.path, signal);
  await using other = await backupHome();
  renameSync(home.paths.backups, join(other.path, ".org/backups-copy"));
  renameSync(other.paths.backups, join(other.path, ".org/backups-old"));
  renameSync(join(other.path, ".org/backups-copy"), other.paths.backups);
  const all = await listBackups(other.paths.backups);
  expect(all.map((one) => one.name)).toEqual([name]);
  const [backup] = all;
  if (backup !== undefined) await verifyBackup(backup, all);
});

test("nothing is under way: nothing is finished", async () => {
  expect(await finishInterruptedRestore(home.path)).toBe("");
  await using _journal = await openSqliteJournal(home.paths.journal);
  await expect(backUp(home.path, signal)).rejects.toMatchObject({ code: "HOME_BUSY" });
});

test("a home that is being restored is opened by no process", async () => {
  writeFileSync(home.paths.restorePlan, "{}");
  const command = "org serve";
  const openRoom = () => Promise.reject(new Error("no rooms"));
  const opening = ownHome({ paths: home.paths, command, openRoom, signal });
  await expect(opening).rejects.toMatchObject({ code: "HOME_BUSY" });
  expect(existsSync(home.paths.ownerRecord)).toBe(false);
});

const HUMAN = { trust: "human", origin: "human" } as const;
const SECRET = "The safe behind the picture opens with the number of the house.";
const KEPT = "The shop is closed on Mondays.";

async function memoryOf<T>(work: (memory: Memory) => Promise<T>): Promise<T> {
  await using memory = await openMemory(home.paths.memory, { cleaner: new TextCleaner() });
  return await work(memory);
}

const texts = async (): Promise<readonly string[]> =>
  await memoryOf(async (memory) =>
    memory.list("human", ["active", "staged"]).map(({ text }) => text),
  );

/** A line of the user in the journal, as an episode and as a note. */
async function remember(): Promise<void> {
  await using journal = await openSqliteJournal(home.paths.journal);
  const line = { type: "message", id: "m1", from: "user", to: ["agent"], mode: "group" } as const;
  const entry = { key: "m1", event: { ...line, text: `Remember this: ${SECRET}` } };
  const { seq } = await journal.append("r1", entry);
  await memoryOf(async (memory) => {
    await memory.save({ text: SECRET, kind: "fact" }, { ...HUMAN, room: "r1", seq });
    await memory.save({ text: KEPT, kind: "fact" }, HUMAN);
    await memory.index(journal);
  });
}

async function forget(): Promise<void> {
  await memoryOf(async (memory) => {
    const note = memory.list("human").find(({ text }) => text === SECRET);
    await memory.forget(note?.id ?? 0);
  });
}

async function foundOfSecret(): Promise<readonly string[]> {
  await using journal = await openSqliteJournal(home.paths.journal);
  return await memoryOf(async (memory) => {
    await memory.index(journal);
    const { notes, episodes } = await memory.search(
      "number of the safe behind the picture",
      "human",
    );
    const all = [...notes.map(({ note }) => note.text), ...episodes.map(({ text }) => text)];
    return all.filter((text) => text.includes("picture"));
  });
}

test("a note that was forgotten since the backup stays forgotten, also as an episode and in jobs, in no page of a file, and also after a second restore", async () => {
  await remember();
  {
    await using queue = await openSqliteQueue(home.paths.queue);
    await queue.enqueue("q", SECRET, { id: "a" });
    await queue.enqueue("q", KEPT, { id: "b" });
    using tools = new ToolMemoryStore(home.paths.toolMemory);
    await tools.of("diary").set("today", [SECRET, KEPT]);
  }
  const { name } = await backUp(home.path, signal);
  expect(await foundOfSecret()).not.toEqual([]);
  await forget();
  expect(await foundOfSecret()).toEqual([]);
  for (let count = 0; count < 2; count += 1) {
    expect(await restore(home.path, { name }, () => undefined)).toMatchObject({
      isForgotten: true,
    });
    expect(await texts()).toEqual([KEPT]);
    expect(await foundOfSecret()).toEqual([]);
    const { memory, journal, queue, toolMemory } = home.paths;
    for (const path of [memory, journal, queue, toolMemory]) {
      const bytes = Buffer.from(await Bun.file(path).bytes());
      expect([path, bytes.includes("behind the picture")]).toEqual([path, false]);
    }
    for (const path of [queue, toolMemory]) expect(await Bun.file(path).text()).toContain(KEPT);
    await memoryOf(async (memory) => {
      expect((await memory.verify()).problems).toEqual([]);
      const learnt = { draft: { text: SECRET, kind: "fact" as const }, by: HUMAN, isUpdate: false };
      const by = { trust: "model", origin: "observer", room: "r1", seq: 1 } as const;
      expect(await memory.learn({ room: "r1", through: 99 + count }, [{ ...learnt, by }])).toEqual(
        [],
      );
    });
  }
});

test("where the memory of today cannot be read it is said that what was forgotten since is not known", async () => {
  await remember();
  const { name } = await backUp(home.path, signal);
  await forget();
  writeFileSync(home.paths.memory, "x".repeat(20_000));
  const wish = { name, isDamagedOnly: true };
  expect(await restore(home.path, wish, () => undefined)).toMatchObject({ isForgotten: false });
  expect((await texts()).toSorted()).toEqual([KEPT, SECRET].toSorted());
});

test("a restore of a home without a memory, and of one in which nothing was forgotten, says that all is as it was", async () => {
  const { name: empty } = await backUp(home.path, signal);
  await remember();
  const { name } = await backUp(home.path, signal);
  expect(await restore(home.path, { name }, () => undefined)).toMatchObject({ isForgotten: true });
  expect((await texts()).toSorted()).toEqual([KEPT, SECRET].toSorted());
  expect(await restore(home.path, { name: empty }, () => undefined)).toMatchObject({
    ...{ isForgotten: true, jobs: 0 },
  });
});
