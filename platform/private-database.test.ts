import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { openPrivateDatabase, useLog } from "./private-database.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const SCHEMA = "create table if not exists note (text text) strict";

test("a missing database is made for this user alone, and found again", () => {
  const folder = mkdtempSync(join(tmpdir(), "org-database-"));
  try {
    const path = join(folder, "below", "notes.sqlite");
    const first = openPrivateDatabase(path, SCHEMA);
    first.run("insert into note values ('a')");
    const second = openPrivateDatabase(path, SCHEMA);
    expect(second.query("select text from note").all()).toEqual([{ text: "a" }]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    first.close();
    second.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ["text", "no database, but longer than nothing ".repeat(50)],
  ["zeros", "\0".repeat(8192)],
  ["a few bytes", "SQLite"],
  ["a header with nothing behind it", `SQLite format 3\0${"x".repeat(4096)}`],
])(
  "a database that is %s is an error that says what to do, and stays as it is",
  (_what, content) => {
    const folder = mkdtempSync(join(tmpdir(), "org-database-"));
    try {
      const path = join(folder, "notes.sqlite");
      writeFileSync(path, content);
      const error = errorOf(() => openPrivateDatabase(path, SCHEMA));
      expect(error).toBeInstanceOf(OrgError);
      expect(error).toMatchObject({
        code: "JOURNAL_CORRUPT",
        unchanged: "Nothing was overwritten.",
      });
      expect(readFileSync(path, "utf8")).toBe(content);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

describe("two connections that open a new database at the same moment", () => {
  test("both write ahead to its log, once the one that was first is done", async () => {
    await using folder = await temporaryFolder("database");
    const path = join(folder.path, "notes.sqlite");
    using first = new Database(path);
    first.run("begin immediate");
    using second = new Database(path);
    let pauses = 0;
    useLog(second, () => {
      pauses += 1;
      if (pauses === 3) first.run("commit");
    });
    expect(pauses).toBe(3);
    expect(second.query("pragma journal_mode").get()).toEqual({ journal_mode: "wal" });
  });

  test("do not wait for each other for ever", async () => {
    await using folder = await temporaryFolder("database");
    const path = join(folder.path, "notes.sqlite");
    using first = new Database(path);
    first.run("begin immediate");
    using second = new Database(path);
    let pausedMs = 0;
    const error = errorOf(() => useLog(second, (ms) => (pausedMs += ms)));
    expect(error).toMatchObject({ code: "SQLITE_BUSY" });
    expect(pausedMs).toBe(5000);
  });
});

test("a database that the system does not open is an error with the system's reason", () => {
  const folder = mkdtempSync(join(tmpdir(), "org-database-"));
  try {
    mkdirSync(join(folder, "notes.sqlite"));
    const error = errorOf(() => openPrivateDatabase(join(folder, "notes.sqlite"), SCHEMA));
    expect(error).toMatchObject({
      code: "FILE_FAILED",
      why: expect.stringContaining("SQLITE_CANTOPEN"),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
