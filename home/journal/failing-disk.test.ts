import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
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

test("a page that is damaged while the file is open is met as such when it is read", async () => {
  const rooms = ["a", "b", "c"];
  const text = "x".repeat(3000);
  {
    await using journal = await openSqliteJournal(path);
    for (let line = 0; line < 300; line += 1) {
      const event = { type: "notice", level: "info", text } as const;
      await journal.append(rooms[line % 3] ?? "", { key: `${line}`, event });
    }
  }
  await using journal = await openSqliteJournal(path);
  const middle = Math.floor(statSync(path).size / 8192);
  // By another process: closing a descriptor in this one would give up the lock.
  const damage = [`of=${path}`, "bs=4096", `seek=${middle}`, "count=4", "conv=notrunc"];
  Bun.spawnSync(["dd", "if=/dev/urandom", ...damage], { stderr: "ignore" });
  expect(journal.damaged).toBeUndefined();
  const codes: unknown[] = [];
  for (const room of rooms) {
    try {
      await Array.fromAsync(journal.read(room, 1));
    } catch (error) {
      codes.push(Object(error).code);
    }
  }
  expect([codes.length > 0, new Set(codes)]).toEqual([true, new Set(["JOURNAL_CORRUPT"])]);
  expect(journal.damaged?.code).toBe("JOURNAL_CORRUPT");
});
