import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteJournal } from "../journal/sqlite-journal.ts";
import { openSqliteQueue } from "./sqlite-queue.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-queue-"));
  path = join(folder, "queue.sqlite");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("only this user can read it", async () => {
  await using _queue = await openSqliteQueue(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("one process has it; a second one hears so at once", async () => {
  await using _queue = await openSqliteQueue(path);
  await expect(openSqliteQueue(path)).rejects.toMatchObject({
    code: "HOME_BUSY",
    message: `The queue "${path}" is in use by another org`,
  });
});

test("a journal is not a queue, nor is a damaged file; what the error shows puts it aside", async () => {
  await (await openSqliteJournal(path))[Symbol.asyncDispose]();
  const foreign = await openSqliteQueue(path).catch((error: unknown) => error);
  expect(foreign).toMatchObject({
    ...{ code: "JOURNAL_CORRUPT", why: "It is a database, but not a queue of org." },
  });
  writeFileSync(path, "x".repeat(5000));
  const damaged = await openSqliteQueue(path).catch((error: unknown) => error);
  expect(damaged).toMatchObject({ code: "JOURNAL_CORRUPT", unchanged: "Nothing was overwritten." });
  const [remedy = ""] = Object(damaged).remedies;
  expect(await Bun.spawn(["sh", "-c", remedy]).exited).toBe(0);
  await using queue = await openSqliteQueue(path);
  expect(await queue.list("q", { limit: 1 })).toEqual({ jobs: [] });
  expect(statSync(join(folder, "damaged", "queue.sqlite")).size).toBe(5000);
});

test("a file from before leases bore a node is read, and its leases are those of this machine", async () => {
  {
    await using queue = await openSqliteQueue(path);
    await queue.enqueue("q", "x", { id: "x" });
    await queue.lease("q", { max: 1, leaseMs: 60_000 });
  }
  {
    using database = new Database(path);
    database.run("alter table job drop column node");
  }
  await using queue = await openSqliteQueue(path);
  expect(await queue.reclaim("q")).toBe(1);
  expect(await queue.get("q", "x")).toMatchObject({ state: "queued", attempt: 1 });
});
