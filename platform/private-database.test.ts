import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPrivateDatabase } from "./private-database.ts";

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
    writeFileSync(join(folder, "other"), "no database, but longer than nothing ".repeat(50));
    expect(() => openPrivateDatabase(join(folder, "other"), SCHEMA)).toThrow("not a database");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
