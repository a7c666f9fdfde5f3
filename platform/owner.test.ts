import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explain } from "#core/errors.ts";
import { describeOwner, homeBusy, recordOwner } from "./owner.ts";
import { readBootId, readProcessInfo } from "./process-info.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-owner-"));
  path = join(folder, "owner.json");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("an owner is described by others while it holds the record, and not afterwards", async () => {
  {
    await using _record = await recordOwner(path, "org chat");
    expect(await describeOwner(path)).toMatchObject({
      pid: process.pid,
      command: "org chat",
      stopped: false,
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  expect(existsSync(path)).toBe(false);
  expect(await describeOwner(path)).toBeUndefined();
});

test.each([
  ["another process with the same id", { startTime: 1 }],
  ["the same numbers before a restart of the machine", { boot: "an earlier boot" }],
  ["a process that is gone", { pid: 2 ** 22 + 1 }],
  ["half a record", { since: 7 }],
])("a stale record is ignored and removed: %s", async (_case, change) => {
  await recordOwner(path, "org");
  const record: unknown = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify(Object.assign({}, record, change)));
  expect(await describeOwner(path)).toBeUndefined();
  expect(existsSync(path)).toBe(false);
});

test("a file that is not a record is ignored and removed", async () => {
  writeFileSync(path, '{"pid":');
  expect(await describeOwner(path)).toBeUndefined();
  expect(existsSync(path)).toBe(false);
});

test("leaving does not take away the record of the next owner", async () => {
  {
    await using _first = await recordOwner(path, "org first");
    await recordOwner(path, "org second");
  }
  expect(await describeOwner(path)).toMatchObject({ command: "org second" });
});

test("an owner that was stopped shows as stopped", async () => {
  const child = Bun.spawn(["sh", "-c", "kill -STOP $$"], { stdin: "ignore" });
  try {
    let info = await readProcessInfo(child.pid);
    while (info?.state !== "T") info = await readProcessInfo(child.pid);
    const record = { pid: child.pid, startTime: info.startTime, boot: await readBootId() };
    writeFileSync(path, JSON.stringify({ ...record, command: "org", since: "today" }));
    expect(await describeOwner(path)).toMatchObject({ pid: child.pid, stopped: true });
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
});

test("a busy home is explained with who, since when, and what to do", () => {
  const owner = {
    pid: 4711,
    startTime: 1,
    boot: "b",
    command: "org chat",
    since: "2026-03-01T09:30:00.000Z",
    stopped: false,
  };
  expect(explain(homeBusy("The home is taken", owner))).toMatchInlineSnapshot(`
    "The home is taken [HOME_BUSY]
    Process 4711 (org chat) has owned it since 2026-03-01T09:30:00.000Z.
    → wait until it has finished
    → kill 4711
    Nothing was changed."
  `);
  expect(
    explain(homeBusy("The home is taken", { ...owner, stopped: true })),
  ).toMatchInlineSnapshot(`
    "The home is taken [HOME_BUSY]
    Process 4711 (org chat) has owned it since 2026-03-01T09:30:00.000Z, and is stopped.
    → kill -CONT 4711   # let it go on
    → kill -KILL 4711
    Nothing was changed."
  `);
  expect(explain(homeBusy("The home is taken", undefined))).toMatchInlineSnapshot(`
    "The home is taken [HOME_BUSY]
    Another process holds it and left no record of who it is.
    → pgrep -af org   # find it, then end it or wait for it
    Nothing was changed."
  `);
});
