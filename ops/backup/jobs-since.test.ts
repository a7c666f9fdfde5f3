/** Jobs after a restore: what ran since the backup was made does not run again. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { type BackupHome, backupHome, makeUnowned } from "#test/backup-home.ts";
import { type Restored, restoreBackup } from "./restore.ts";

let home: BackupHome;
beforeEach(async () => {
  home = await backupHome();
});
afterEach(async () => await home[Symbol.asyncDispose]());

const restore = (name: string, isDamagedOnly = false): Promise<Restored> =>
  restoreBackup({ home: home.path, name, isDamagedOnly, backUpFirst: async () => undefined });
const open = () => openSqliteQueue(home.paths.queue);

async function states(): Promise<Readonly<Record<string, string>>> {
  await using queue = await open();
  const jobs = await Array.fromAsync(
    [0, 1, 2, 3, 4],
    async (at) => await queue.get("jobs", `job-${at}`),
  );
  return Object.fromEntries(jobs.map((job) => [job?.id, job?.state]));
}

/** @returns what was given to a worker that takes all there is. */
async function begun(): Promise<readonly string[]> {
  await using queue = await open();
  await queue.reclaim("jobs");
  return (await queue.lease("jobs", { max: 9, leaseMs: 60_000 })).map(({ id }) => id);
}

test("a job that ended since is ended, one under way is for a person to requeue, and one that only waited is begun", async () => {
  const { name } = await makeUnowned(home);
  {
    await using queue = await open();
    const [done, failed, running] = await queue.lease("jobs", { max: 3, leaseMs: 60_000 });
    if (done === undefined || failed === undefined || running === undefined)
      throw new Error("jobs");
    await queue.ack(done, '"done"');
    await queue.nak(failed, { delayMs: 0, error: { code: "X", message: "x" }, isFinal: true });
    await queue.cancel("jobs", "job-3");
  }
  expect(await restore(name)).toMatchObject({ jobs: 1 });
  expect(await states()).toEqual({
    ...{ "job-0": "done", "job-1": "dead", "job-2": "dead", "job-3": "cancelled" },
    "job-4": "queued",
  });
  {
    await using queue = await open();
    expect(await queue.get("jobs", "job-0")).toMatchObject({ result: '"done"', attempt: 1 });
    expect(await queue.get("jobs", "job-2")).toMatchObject({ error: { code: "JOB_INTERRUPTED" } });
  }
  expect(await begun()).toEqual(["job-4"]);
});

test("without a queue of today that can be read no job begins by itself", async () => {
  const { name } = await makeUnowned(home);
  for (const ending of ["-wal", "-shm"]) rmSync(home.paths.queue + ending, { force: true });
  writeFileSync(home.paths.queue, "x".repeat(20_000));
  expect(await restore(name, true)).toMatchObject({ jobs: 5, databases: ["queue"] });
  expect(await begun()).toEqual([]);
});

test("what was spent stays spent", async () => {
  const spender = { day: "2026-11-24", session: "s", persona: "agent" };
  const spend = async (tokens: number): Promise<void> => {
    using store = openSpendStore(home.paths.spending);
    await store.adjust(spender, { tokens, micros: 10 });
  };
  const spent = async (): Promise<number> => {
    using store = openSpendStore(home.paths.spending);
    return (await store.totals(spender)).day.tokens;
  };
  const before = await makeUnowned(home);
  await spend(100);
  // A backup that knows of no spending is no reason to forget it either.
  await restore(before.name);
  expect(await spent()).toBe(100);
  const { name } = await makeUnowned(home, Date.now() + 60_000);
  await spend(900);
  await restore(name);
  expect(await spent()).toBe(1000);
});
