import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { CommitQueue } from "./commit-queue.ts";

let database: Database;
let queue: CommitQueue;
let commits = 0;
let undone = 0;
beforeEach(() => {
  database = new Database(":memory:");
  database.run("create table number (n integer primary key) strict");
  [commits, undone] = [0, 0];
  queue = new CommitQueue(database, {
    committed: () => {
      commits += 1;
    },
    rolledBack: () => {
      undone += 1;
    },
    explain: (error) => new Error(`explained ${error.code}`),
  });
});
afterEach(() => {
  database.close(true);
});

const add = (n: number) => {
  database.run("insert into number values (?)", [n]);
  return n;
};
test("what the disk answered is known once nothing more is written", async () => {
  const failure = Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR_FSYNC" });
  await expect(
    queue.submit(() => {
      database.run("rollback");
      throw failure;
    }),
  ).rejects.toBe(failure);
  expect(queue.broken).toBe(failure);
  await expect(queue.submit(() => add(1))).rejects.toBe(failure);
});

test("what is refused for itself leaves the queue as it was", async () => {
  expect(await queue.submit(() => add(1))).toBe(1);
  await expect(queue.submit(() => add(1))).rejects.toThrow("explained");
  expect(queue.broken).toBeUndefined();
  expect(await queue.submit(() => add(2))).toBe(2);
});

const numbers = () => database.query("select n from number order by n").values().flat();

test("writes of one moment share a transaction, later ones have their own", async () => {
  expect(await Promise.all([1, 2, 3].map((n) => queue.submit(() => add(n))))).toEqual([1, 2, 3]);
  expect(commits).toBe(1);
  await queue.submit(() => add(4));
  expect(commits).toBe(2);
});

test("no caller hears of a write before it is committed", async () => {
  const insideTransaction: boolean[] = [];
  const writes = [1, 2].map((n) => queue.submit(() => add(n)));
  for (const write of writes) void write.then(() => insideTransaction.push(database.inTransaction));
  await Promise.all(writes);
  expect(insideTransaction).toEqual([false, false]);
});

test("what throws is undone as a whole and rejects; its neighbours are written", async () => {
  const results = await Promise.allSettled([
    queue.submit(() => add(1)),
    queue.submit(() => {
      add(2);
      throw new RangeError("no");
    }),
    queue.submit(() => add(1)),
    queue.submit(() => add(3)),
  ]);
  expect(results.map((result) => (result.status === "rejected" ? result.reason : 0))).toEqual([
    0,
    new RangeError("no"),
    new Error("explained SQLITE_CONSTRAINT_PRIMARYKEY"),
    0,
  ]);
  expect(numbers()).toEqual([1, 3]);
  expect(undone).toBe(2);
});

test("many writes at once go in several transactions, so that others get their turn between", async () => {
  const writes = Array.from({ length: 2000 }, (_, n) => queue.submit(() => add(n)));
  let commitsAtFirstTurn = 0;
  setImmediate(() => {
    commitsAtFirstTurn = commits;
  });
  await Promise.all(writes);
  expect(commits).toBeGreaterThan(commitsAtFirstTurn);
  expect(commitsAtFirstTurn).toBe(1);
  expect(numbers()).toHaveLength(2000);
});

test("a transaction that cannot be committed rejects all of its writes and leaves nothing", async () => {
  database.run("pragma foreign_keys = on");
  database.run("create table child (n references number deferrable initially deferred)");
  const results = await Promise.allSettled([
    queue.submit(() => add(1)),
    queue.submit(() => database.run("insert into child values (7)")),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(numbers()).toEqual([]);
  expect(undone).toBe(1);
  expect(await queue.submit(() => add(2))).toBe(2);
});

test("after an I/O error nothing is written any more, also not what waits already", async () => {
  // A disk cannot be broken on demand; `failing-disk.test.ts` does the nearest real thing.
  const reason = Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR_FSYNC" });
  const broken = (): number => {
    database.run("rollback"); // what SQLite itself does on an I/O error
    throw reason;
  };
  const asked = [queue.submit(broken)];
  for (let n = 0; n < 600; n += 1) asked.push(queue.submit(() => add(n)));
  const results = await Promise.allSettled([...asked, queue.submit(() => add(601))]);
  const late = await Promise.allSettled([queue.submit(() => add(602))]);
  for (const result of [...results, ...late]) {
    expect(result).toEqual({ status: "rejected", reason });
  }
  expect(numbers()).toEqual([]);
});

test("closing commits what waits, then refuses", async () => {
  const last = queue.submit(() => add(1));
  queue.close(new Error("closed"));
  expect(await last).toBe(1);
  await expect(queue.submit(() => add(2))).rejects.toThrow("closed");
});
