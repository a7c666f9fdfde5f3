import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Journal } from "#core/journal.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { notice } from "#test/journal/conformance-bench.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { openSqliteJournal } from "../journal/sqlite-journal.ts";
import {
  copyJournal,
  demandBeginning,
  digestJournal,
  importIntoPostgres,
  openImportFile,
} from "./copy-journal.ts";
import { openPgJournal, type PgJournal } from "./pg-journal.ts";

let cluster: PgCluster;
let parts: AsyncDisposableStack;
let folder: string;
let client: PgClient;
let shared: PgJournal;

beforeAll(async () => {
  cluster = await PgCluster.start();
});

afterAll(async () => await cluster[Symbol.asyncDispose]());

beforeEach(async () => {
  parts = new AsyncDisposableStack();
  folder = mkdtempSync(join(tmpdir(), "org-copy-"));
  await begin();
});

async function begin(): Promise<void> {
  client = parts.use(await cluster.client());
  shared = parts.use(await openPgJournal({ client }));
}

afterEach(async () => {
  await parts.disposeAsync();
  rmSync(folder, { recursive: true });
});

async function fill(journal: Journal, rooms: Readonly<Record<string, readonly string[]>>) {
  for (const [room, texts] of Object.entries(rooms)) {
    await Promise.all(
      texts.map((text, index) => journal.append(room, { key: `${index}`, event: notice(text) })),
    );
  }
}

/** A journal on disk, whose clock goes on by itself. */
async function fileWith(rooms: Readonly<Record<string, readonly string[]>>, name = "a.sqlite") {
  let clockMs = 1_000_000;
  const file = parts.use(
    await openSqliteJournal(join(folder, name), { now: () => (clockMs += 7) }),
  );
  await fill(file, rooms);
  return file;
}

const ROOMS = { a: ["one", "two \u0000 \ud83d"], "": ["x".repeat(70_000)], "ein raum": ["ünï"] };

test("everything arrives in the database, with its numbers and times, and comes back the same", async () => {
  const file = await fileWith(ROOMS);
  const copied = await copyJournal(file, shared, importIntoPostgres(client));
  expect(copied).toMatchObject({ rooms: 3, entries: 4 });
  expect(await shared.rooms()).toEqual(await file.rooms());
  const back = await openImportFile(join(folder, "b.sqlite"));
  parts.use(back.journal);
  expect(await copyJournal(shared, back.journal, back.take)).toEqual(copied);
  expect(await back.journal.rooms()).toEqual(await file.rooms());
  // What comes afterwards is numbered on.
  expect(await shared.append("a", { key: "next", event: notice("") })).toMatchObject({ seq: 3 });
});

test("whatever the rooms hold, there and back again is the same", async () => {
  const text = fc.string({ unit: "binary", maxLength: 20 });
  const name = fc.string({ unit: "grapheme", maxLength: 5 }).filter((one) => !one.includes("\0"));
  const rooms = fc.dictionary(name, fc.array(text, { maxLength: 4 }), { maxKeys: 4 });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(rooms, async (content) => {
      run += 1;
      await begin();
      const file = await fileWith(content, `${run}.sqlite`);
      const copied = await copyJournal(file, shared, importIntoPostgres(client));
      const back = await openImportFile(join(folder, `${run}-back.sqlite`));
      parts.use(back.journal);
      expect(await copyJournal(shared, back.journal, back.take)).toEqual(copied);
      await client[Symbol.asyncDispose]();
    }),
    { numRuns: 4 },
  );
});

test("what was cut off goes on where it was, and a second time changes nothing", async () => {
  const many = { a: Array.from({ length: 700 }, (_, index) => `${index}`) };
  const file = await fileWith(many);
  const take = importIntoPostgres(client);
  let pages = 0;
  const cut = copyJournal(file, shared, async (room, entries) => {
    pages += 1;
    if (pages === 2) throw new Error("cut off");
    await take(room, entries);
  });
  await expect(cut).rejects.toThrow("cut off");
  expect(await shared.head("a")).toBe(256);
  const copied = await copyJournal(file, shared, take);
  expect(copied).toMatchObject({ rooms: 1, entries: 700 });
  expect(await copyJournal(file, shared, take)).toEqual(copied);
});

test.each([
  ["a room of its own", { b: ["strange"] }, "a room of its own"],
  ["a longer room", { a: ["one", "two", "three"] }, "is longer"],
  ["another beginning", { a: ["another one"] }, "sha256"],
])("a database with %s is refused", async (_what, rooms, why) => {
  const file = await fileWith({ a: ["one", "two"] });
  await fill(shared, rooms);
  const before = await digestJournal(shared);
  await expect(demandBeginning(file, shared)).rejects.toMatchObject({
    code: "INPUT_INVALID",
    why: expect.stringContaining(why),
  });
  expect(await digestJournal(shared)).toEqual(before);
});

test("a journal with a gap is not called whole", async () => {
  await fill(shared, { a: ["one", "two", "three"] });
  await client.query("delete from event where seq = 2");
  await expect(digestJournal(shared)).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
});

test("a name that PostgreSQL cannot hold is said, and nothing of its room is copied", async () => {
  const file = await fileWith({ "a\u0000b": ["one"] });
  await expect(copyJournal(file, shared, importIntoPostgres(client))).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: "The name of the room cannot be stored in PostgreSQL",
  });
});
