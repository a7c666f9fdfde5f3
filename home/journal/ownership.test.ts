import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, startChild } from "#test/journal/journal-child.ts";
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

const owner = {
  pid: 4711,
  startTime: 1,
  boot: "",
  command: "org chat",
  since: "2026-03-01T09:30:00.000Z",
  stopped: false,
};
const busy = { code: "HOME_BUSY", why: expect.stringContaining("4711 (org chat)") };

test("a second owner fails at once and hears who the first one is", async () => {
  await using child = startChild(path);
  expect(await child.next()).toBe("open");
  const second = openSqliteJournal(path, { owner: async () => owner });
  await expect(second).rejects.toMatchObject(busy);
  await child.end();
  await using journal = await openSqliteJournal(path);
  expect(await journal.head("a")).toBe(0);
});

test("a second owner in the same process fails too, and does not open the lock for others", async () => {
  await using journal = await openSqliteJournal(path);
  await expect(openSqliteJournal(path)).rejects.toMatchObject({ code: "HOME_BUSY" });
  await using child = startChild(path);
  expect(await child.next()).toMatchObject({ failed: "HOME_BUSY" });
  expect(await journal.head("a")).toBe(0);
});

test("of several that start in the same moment one becomes the owner", async () => {
  for (let round = 0; round < 2; round += 1) {
    const children = Array.from({ length: 3 }, () => startChild(path));
    await using stack = new AsyncDisposableStack();
    for (const child of children) stack.use(child);
    const words = await Promise.all(children.map((child) => child.next()));
    expect(words.filter((word) => word === "open")).toHaveLength(1);
    for (const word of words.filter((other) => other !== "open")) {
      expect(word).toMatchObject({ failed: "HOME_BUSY" });
    }
  }
});

test("an owner that is stopped still owns: no other process gets in, and it goes on unharmed", async () => {
  await using child = startChild(path);
  await child.next();
  child.kill("SIGSTOP");
  await expect(openSqliteJournal(path)).rejects.toMatchObject({ code: "HOME_BUSY" });
  child.kill("SIGCONT");
  child.order({ type: "append", key: "after the pause" });
  expect(await child.next()).toEqual({ seq: 1, dup: false });
});

test("a holder of a lock that was stopped too long writes nothing when it goes on", async () => {
  await using child = startChild(path);
  await child.next();
  child.order({ type: "acquire", ttlMs: 250 });
  child.order({ type: "append", key: "in time", token: 1 });
  expect(await child.next()).toEqual({ token: 1 });
  const endsMs = Date.now() + 250;
  expect(await child.next()).toEqual({ seq: 1, dup: false });
  child.kill("SIGSTOP");
  // The time itself is what is awaited: the lock has ended once the clock says so.
  while (Date.now() <= endsMs) await new Promise(setImmediate);
  child.kill("SIGCONT");
  child.order({ type: "append", key: "too late", token: 1 });
  expect(await child.next()).toMatchObject({ failed: "Fenced" });
  child.order({ type: "append", key: "unfenced" });
  expect(await child.next()).toEqual({ seq: 2, dup: false });
});

test("the files belong to this user alone, and none is left over", async () => {
  {
    await using journal = await openSqliteJournal(path);
    await journal.acquire("turn", "ada", 10);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  }
  expect(readdirSync(folder).filter((name) => !name.endsWith("-shm"))).toEqual(["journal.sqlite"]);
});

test("50 writers, killed five times: nothing that was confirmed is lost, and no number is missing", async () => {
  const confirmed: Confirmed[] = [];
  for (let round = 0; round < 5; round += 1) {
    await using child = startChild(path);
    expect(await child.next()).toBe("open");
    child.order({ type: "write", writers: 50, prefix: `round ${round}` });
    confirmed.push(...(await killAfter(child, 300)));
  }
  expect(confirmed.length).toBeGreaterThanOrEqual(1500);

  await using journal = await openSqliteJournal(path);
  const found = new Map<string, number>();
  for (const { room, head } of await journal.rooms()) {
    let expected = 1;
    for await (const { seq, key } of journal.read(room, 1)) {
      expect(seq).toBe(expected);
      expected += 1;
      found.set(`${room} ${key}`, seq);
    }
    expect(expected).toBe(head + 1);
  }
  const lost = confirmed.filter(({ room, key, seq }) => found.get(`${room} ${key}`) !== seq);
  expect(lost).toEqual([]);
});

interface Confirmed {
  readonly room: string;
  readonly key: string;
  readonly seq: number;
}

/** Kills the writer in the middle of its work and returns everything that it had confirmed. */
async function killAfter(child: Child, count: number): Promise<Confirmed[]> {
  const confirmed: Confirmed[] = [];
  for (;;) {
    const line = await child.next();
    if (!isConfirmed(line)) return confirmed;
    confirmed.push(line);
    if (confirmed.length === count) child.kill("SIGKILL");
  }
}

function isConfirmed(line: unknown): line is Confirmed {
  return typeof line === "object" && line !== null && "seq" in line;
}
