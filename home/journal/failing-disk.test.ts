import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "#test/journal/journal-child.ts";
import { openSqliteJournal } from "./sqlite-journal.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-journal-"));
  path = join(folder, "journal.sqlite");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a full disk refuses what does not fit; with room again it goes on without a gap", async () => {
  const ballast = join(folder, "ballast");
  const fillThenRun = `head -c 200000 /dev/zero > '${ballast}'; exec "$@"`;
  const smallDisk = ["bwrap", "--dev-bind", "/", "/", "--size", "1200000", "--tmpfs", folder];
  await using child = startChild(path, [...smallDisk, "sh", "-c", fillThenRun, "sh"]);
  expect(await child.next()).toBe("open");
  child.order({ type: "fill" });
  const full = await child.next();
  expect(full).toMatchObject({
    failed: "JOURNAL_FAILED",
    why: expect.stringContaining("SQLITE_FULL"),
  });
  const { accepted } = Object.assign({ accepted: 0 }, full);
  expect(accepted).toBeGreaterThan(5);
  child.order({ type: "remove", file: ballast });
  expect(await child.next()).toBeNull();
  child.order({ type: "append", key: "fits again" });
  expect(await child.next()).toEqual({ seq: accepted + 1, dup: false });
});

test("after a failed write nothing more is confirmed, and the next owner finds all that was", async () => {
  // A limit on the size of files fails writes with EFBIG, which to SQLite is a disk that fails.
  const limited = ["sh", "-c", `trap "" XFSZ; ulimit -f 600; exec "$@"`, "sh"];
  let accepted = 0;
  {
    await using child = startChild(path, limited);
    expect(await child.next()).toBe("open");
    child.order({ type: "fill" });
    const failed = await child.next();
    expect(failed).toMatchObject({
      failed: "JOURNAL_FAILED",
      why: expect.stringContaining("SQLITE_IOERR_WRITE"),
    });
    accepted = Object.assign({ accepted }, failed).accepted;
    expect(accepted).toBeGreaterThan(1);
    child.order({ type: "append", key: "small enough" });
    expect(await child.next()).toMatchObject({ failed: "JOURNAL_FAILED" });
    await child.end();
  }
  await using journal = await openSqliteJournal(path);
  expect(await journal.head("a")).toBe(accepted);
});

test("a file system that is mounted read-only is said at the start", async () => {
  await openSqliteJournal(path).then((journal) => journal[Symbol.asyncDispose]());
  await using child = startChild(path, ["bwrap", "--ro-bind", "/", "/"]);
  expect(await child.next()).toMatchObject({ failed: "JOURNAL_FAILED" });
});
