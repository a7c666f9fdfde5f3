import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openSqliteJournal, type SqliteJournal } from "#home/journal/sqlite-journal.ts";
import { openMemory } from "#memory/open-memory.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { FREEZE_WATCHES, freezeHandlers, freezeRemotely } from "./freeze.ts";
import { askOwner } from "./owner-client.ts";
import { serveOwner } from "./owner-server.ts";

let folder: TemporaryFolder;
let journal: SqliteJournal;
const { signal } = new AbortController();
beforeEach(async () => {
  folder = await temporaryFolder("freeze");
  journal = await openSqliteJournal(join(folder.path, "journal.sqlite"));
});
afterEach(async () => {
  await journal[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function append(from: number, lines: number, text = "line"): Promise<void> {
  for (let line = from; line < from + lines; line += 1) {
    const event = { type: "notice", level: "info", text } as const;
    await journal.append("room", { key: `${line}`, event });
  }
}

/** As another process reads it: its file alone, and no lock. */
function rowsIn(path: string): number {
  const code = `import { constants, Database } from "bun:sqlite";
    const flags = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI;
    const database = new Database(process.argv.at(-1) + "?immutable=1", flags);
    console.log(database.query("select count(*) as rows from event").get().rows)`;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", code, pathToFileURL(path).href]);
  return Number(stdout.toString());
}

test("a frozen file stays as it is while the owner goes on, and changes when it is let go", async () => {
  await append(0, 50);
  const path = join(folder.path, "journal.sqlite");
  using frozen = journal.freeze();
  // More than SQLite brings into the file by itself.
  await append(50, 300, "x".repeat(80_000));
  expect(rowsIn(path)).toBe(50);
  expect(frozen.isWhole()).toBe(true);
  expect(await journal.head("room")).toBe(350);
  frozen[Symbol.dispose]();
  expect(frozen.isWhole()).toBe(false);
  using again = journal.freeze();
  expect(rowsIn(path)).toBe(350);
  again[Symbol.dispose]();
});

test("what is to be brought into a frozen file waits until it is let go", async () => {
  const path = join(folder.path, "journal.sqlite");
  using frozen = journal.freeze();
  await append(0, 5);
  journal.checkpoint();
  expect(rowsIn(path)).toBe(0);
  expect(frozen.isWhole()).toBe(true);
  frozen[Symbol.dispose]();
  journal.checkpoint();
  expect(rowsIn(path)).toBe(5);
});

test("the owner freezes for another process until that has gone", async () => {
  const socket = join(folder.path, "org.sock");
  const handlers = freezeHandlers([() => [journal.freeze()]]);
  await using _server = await serveOwner(socket, handlers, { watches: FREEZE_WATCHES });
  const call = (name: string, body: unknown, stop: AbortSignal) =>
    askOwner(socket, { name, body }, { signal: stop });
  await using files = await freezeRemotely(call, signal);
  expect(files.paths).toEqual([join(folder.path, "journal.sqlite")]);
  expect(await files.isWhole()).toBe(true);
  await files[Symbol.asyncDispose]();
  expect(await files.isWhole()).toBe(false);
});

test("a file that its owner closes meanwhile is not whole", async () => {
  using frozen = journal.freeze();
  await journal[Symbol.asyncDispose]();
  expect(frozen.isWhole()).toBe(false);
  frozen[Symbol.dispose]();
});

test("forgetting a note does not wait for a backup: what was read until then does not count", async () => {
  const path = join(folder.path, "memory.sqlite");
  await using memory = await openMemory(path, { cleaner: new TextCleaner() });
  const { id } = await memory.save(
    { text: "The shop is deployed on Fridays.", kind: "fact" },
    { trust: "human", origin: "human" },
  );
  using frozen = memory.freeze();
  expect(frozen.isWhole()).toBe(true);
  await memory.forget(id);
  expect(frozen.isWhole()).toBe(false);
  frozen[Symbol.dispose]();
  using later = memory.freeze();
  expect(later.isWhole()).toBe(true);
});

test("where one database cannot be frozen none stays so: what comes later is in the next copy", async () => {
  const owner = async () => undefined;
  const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
  const failures: Error[] = [full];
  const path = join(folder.path, "owner.sock");
  const fail = (): readonly [] => {
    const failure = failures.pop();
    if (failure !== undefined) throw failure;
    return [];
  };
  await using _server = await serveOwner(path, freezeHandlers([() => [journal.freeze()], fail]), {
    watches: FREEZE_WATCHES,
  });
  const freeze = () =>
    freezeRemotely(
      (name, body, stop) => askOwner(path, { name, body }, { signal: stop, owner }),
      signal,
    );
  await append(0, 10);
  expect(await freeze().catch((error: unknown) => error)).toMatchObject({
    code: "FILE_FAILED",
    why: "database or disk is full",
  });
  await append(10, 20);
  await using frozen = await freeze();
  expect([await frozen.isWhole(), rowsIn(join(folder.path, "journal.sqlite"))]).toEqual([true, 30]);
});
