/** Everything that a home keeps goes into a database and back: real files, a real PostgreSQL, and real kills. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import type { JobEvent, Queue } from "#core/queue.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import { notice } from "#test/journal/conformance-bench.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { until } from "#test/until.ts";
import { AccessStore } from "../access-store.ts";
import { createHome, type HomePaths } from "../home-paths.ts";
import { openSqliteJournal } from "../journal/sqlite-journal.ts";
import { LeaseStore } from "../lease-store.ts";
import { openSqliteQueue } from "../queue/sqlite-queue.ts";
import { readSettings, type Settings } from "../settings/settings.ts";
import { openSpendStore } from "../spend-store.ts";
import { checkDatabase, copyFromDatabase, copyToDatabase } from "./copy-home.ts";
import { initDatabase, openDatabase } from "./home-database.ts";
import { PgAccess } from "./pg-access.ts";
import { PgLeaseStore } from "./pg-lease-store.ts";
import { openPgQueue } from "./pg-queue.ts";
import { PgSpendStore } from "./pg-spend-store.ts";

let cluster: PgCluster;
let home: TestHome;
let settings: Settings;
let databases = 0;

beforeAll(async () => {
  cluster = await PgCluster.start();
});
afterAll(async () => await cluster[Symbol.asyncDispose]());

beforeEach(async () => {
  home = await testHome();
  await createHome(home.paths);
  databases += 1;
  await using client = await cluster.client({ migrated: false });
  await client.query(`create database copied_${databases}`);
  settings = settingsFor(home);
  await initDatabase(settings);
});
afterEach(async () => await home[Symbol.asyncDispose]());

function settingsFor({ path }: TestHome): Settings {
  const ORG_DB = cluster.url({ database: `copied_${databases}` });
  const env = { ORG_HOME: path, ORG_DB, ORG_NODE: "office" };
  return readSettings({ flags: new Map(), env, defaultHome: path });
}

async function open() {
  if (settings.database === undefined) throw new Error("ORG_DB names a database");
  return await openDatabase(settings.database);
}

const SPENDER = { day: "2026-01-31", session: "r1", persona: "agent" };
const LEASE = [
  { kind: "tool", is: "sh" },
  { kind: "uses", most: 3 },
] as const;
const CALL = {
  ...({ tool: "sh", persona: "agent", arguments: {}, effect: "execute" } as const),
  capabilities: [],
};
const DIES = { delayMs: 0, error: { code: "X", message: "no \u0000" }, isFinal: true };

/** A job of each state, with notes and texts that PostgreSQL does not take as they are. */
async function fillQueue(queue: Queue): Promise<void> {
  const body = "\u0000 \ud83d ünï";
  for (const id of ["done", "dead", "running", "cancelled", "ready"]) {
    await queue.enqueue("jobs", body, { id, kind: "tool", priority: id === "done" ? 9 : 5 });
  }
  await queue.enqueue("jobs", body, { id: "later", kind: "message", delayMs: 3_600_000 });
  const lease = { max: 1, leaseMs: 3_600_000 };
  const [done, dead] = [await queue.lease("jobs", lease), await queue.lease("jobs", lease)];
  for (const job of done) await queue.ack(job, "\u0000 done", '{"a":1}');
  for (const job of dead) await queue.nak(job, DIES);
  await queue.lease("jobs", lease);
  await queue.cancel("jobs", "cancelled");
}

async function fill(paths: HomePaths) {
  {
    await using journal = await openSqliteJournal(paths.journal);
    for (const key of ["1", "2", "3"]) await journal.append("r1", { key, event: notice(key) });
    await using queue = await openSqliteQueue(paths.queue);
    await fillQueue(queue);
  }
  using spending = openSpendStore(paths.spending);
  await spending.adjust(SPENDER, { tokens: 70, micros: 7 });
  using leases = new LeaseStore(paths);
  const { id: lease } = await leases.grant(LEASE);
  using access = new AccessStore(paths);
  const { id: token } = access.createToken("ada", "admin");
  const { id: key } = access.createKey("robot", "run");
  access.useNonce(key, "n1", Date.now() + 3_600_000);
  return { lease, token, key };
}

async function states(queue: Queue) {
  const { jobs } = await queue.list("jobs", { limit: 100 });
  const histories: JobEvent[] = [];
  for (const { id, events: count } of jobs) {
    // Read to its last one, and not for a time, in which a busy machine may give none.
    for await (const event of queue.events("jobs", id, { from: 1 })) {
      histories.push(event);
      if (event.seq === count) break;
    }
  }
  return { jobs, histories };
}

test("all that a home keeps is in the database, and back in another home, the same", async () => {
  const made = await fill(home.paths);
  const there = await copyToDatabase(settings, home.paths);
  expect(there.kept.map(({ noun, count }) => `${count} ${noun}`)).toEqual([
    "6 jobs",
    "1 amounts spent",
    "1 leases",
    "2 tokens and keys",
  ]);
  expect(await checkDatabase(settings)).toMatchObject(there);
  {
    await using client = await open();
    await using file = await openSqliteQueue(home.paths.queue);
    await using queue = await openPgQueue({ client, node: "office" });
    const { jobs, histories } = await states(file);
    // What only this machine can do waits for it among the others.
    const there = jobs.map((job) =>
      job.id === "later" ? { ...job, kind: "message@office" } : job,
    );
    expect(await states(queue)).toEqual({ jobs: there, histories });
    // What was running has no worker any more: at its start, the node takes it back. New ones are numbered on.
    expect(await queue.reclaim("jobs")).toBe(1);
    await queue.enqueue("jobs", "new", { id: "new" });
    const spent = await new PgSpendStore(client).totals(SPENDER);
    expect(spent.day).toEqual({ tokens: 70, micros: 7 });
    const leases = new PgLeaseStore(client);
    expect(await leases.spend(CALL)).toBe(made.lease);
    expect((await leases.grant(LEASE)).id).toBe("L2");
    expect(await new PgAccess(client).useNonce(made.key, "n1", 1000)).toBe(false);
  }
  await using other = await testHome();
  const jobsThere = async () => (await checkDatabase(settings)).kept[0];
  const back = await copyFromDatabase(settingsFor(other), other.paths);
  expect(back.kept.map(({ count }) => count)).toEqual([7, 1, 2, 2]);
  expect(back.kept[0]).toEqual(await jobsThere());
  await using queue = await openSqliteQueue(other.paths.queue);
  const { jobs } = await queue.list("jobs", { limit: 100 });
  expect(jobs.map(({ id, state }) => `${id} ${state}`)).toEqual([
    ...["new queued", "later queued", "ready queued", "cancelled cancelled", "running queued"],
    ...["dead dead", "done done"],
  ]);
  using access = new AccessStore(other.paths);
  expect(access.key(made.key)?.secret).toHaveLength(43);
  expect(access.useNonce(made.key, "n1", Date.now())).toBe("used");
  using leases = new LeaseStore(other.paths);
  expect(await leases.spend(CALL)).toBe("L2");
});

test("the home that it came from takes it back, without what the database has revoked and forgotten", async () => {
  const { token } = await fill(home.paths);
  await copyToDatabase(settings, home.paths);
  {
    await using client = await open();
    await using queue = await openPgQueue({ client, node: "office" });
    await queue.cancel("jobs", "ready");
    await client.query("select job_remove(number) from job where id in ('ready', 'done')");
    await new PgAccess(client).revoke(token);
    await new PgSpendStore(client).adjust(SPENDER, { tokens: 1, micros: 1 });
    await new PgLeaseStore(client).revoke("L1");
  }
  const back = await copyFromDatabase(settings, home.paths);
  expect(back.kept.map(({ count }) => count)).toEqual([4, 1, 1, 1]);
  await using queue = await openSqliteQueue(home.paths.queue);
  expect(await queue.get("jobs", "ready")).toBeUndefined();
  using access = new AccessStore(home.paths);
  expect(access.token(token)).toBeUndefined();
  using spending = openSpendStore(home.paths.spending);
  expect((await spending.totals(SPENDER)).day).toEqual({ tokens: 71, micros: 8 });
  using leases = new LeaseStore(home.paths);
  expect((await leases.list())[0]?.revoked).toBe(true);
});

test("what nodes send each other stays there, and what a home does for itself stays here, whatever their numbers", async () => {
  await fill(home.paths);
  {
    await using client = await open();
    await using queue = await openPgQueue({ client, node: "office" });
    // Of their numbers in the database, the home has others.
    for (const id of ["1", "2"]) await queue.enqueue("room:office", "", { id });
  }
  const there = await copyToDatabase(settings, home.paths);
  {
    await using client = await open();
    await using queue = await openPgQueue({ client, node: "office" });
    const { jobs } = await queue.list("room:office", { limit: 9 });
    expect(jobs.map(({ id, events }) => [id, events])).toEqual([
      ["2", 1],
      ["1", 1],
    ]);
    await queue.enqueue("jobs", "", { id: "new" });
    await using file = await openSqliteQueue(home.paths.queue);
    for (const id of ["1", "2", "3", "4"]) await file.enqueue("observe", "", { id });
  }
  const back = await copyFromDatabase(settings, home.paths);
  expect(back.kept[0]?.count).toBe((there.kept[0]?.count ?? 0) + 1);
  await using queue = await openSqliteQueue(home.paths.queue);
  const own = await queue.lease("observe", { max: 9, leaseMs: 60_000 });
  expect(own.map(({ id }) => id).sort()).toEqual(["1", "2", "3", "4"]);
  expect(await queue.get("observe", "4")).toMatchObject({ events: 2 });
  expect(await queue.get("jobs", "new")).toMatchObject({ state: "queued" });
});

test("a home that went on by itself is not written over", async () => {
  await fill(home.paths);
  await copyToDatabase(settings, home.paths);
  {
    await using queue = await openSqliteQueue(home.paths.queue);
    await queue.cancel("jobs", "ready");
  }
  const refused = { code: "INPUT_INVALID", why: '"5" is not there what it was here' };
  await expect(copyFromDatabase(settings, home.paths)).rejects.toMatchObject(refused);
  await using queue = await openSqliteQueue(home.paths.queue);
  expect(await queue.get("jobs", "ready")).toMatchObject({ state: "cancelled" });
});

describe("a database with something of its own", () => {
  test.each<readonly [string, (client: Awaited<ReturnType<typeof open>>) => Promise<unknown>]>([
    [
      "a job",
      async (client) => {
        await using queue = await openPgQueue({ client, node: "office" });
        await queue.enqueue("jobs", "", { id: "own" });
      },
    ],
    ["an amount", (client) => new PgSpendStore(client).adjust(SPENDER, { tokens: 71, micros: 0 })],
    ["a lease", (client) => new PgLeaseStore(client).grant(LEASE)],
    [
      "a token",
      async (client) => {
        const about = { kind: "bearer", name: "eve", scope: "admin", hash: "ab" } as const;
        await new PgAccess(client).add({
          id: "0".repeat(12),
          ...about,
          secret: null,
          createdAt: 1,
        });
      },
    ],
  ])("%s: is refused, and stays as it is", async (_what, begin) => {
    await fill(home.paths);
    {
      await using client = await open();
      await begin(client);
    }
    const before = await checkDatabase(settings);
    const copied = copyToDatabase(settings, home.paths);
    await expect(copied).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(await checkDatabase(settings)).toEqual(before);
  });

  test("a node that works is named, and nothing is copied", async () => {
    await using client = await open();
    await client.query("select 1");
    await expect(copyToDatabase(settings, home.paths)).rejects.toMatchObject({
      code: "HOME_BUSY",
      why: 'connected: "office"',
    });
  });
});

describe("a copy that is killed", () => {
  /** Kills a copy where a transaction of another connection holds it up, however quick the machine is. */
  async function killed(killable: TestHome, way: "to" | "from", holdUp: string) {
    await using watching = await PgClient.open({ servers: settings.database?.servers ?? [] });
    const holding = await watching.reserve();
    // The server would end what is idle for ten seconds: the copy may need longer to come so far.
    const begin = "begin; set local idle_in_transaction_session_timeout = 0";
    await holding.unsafe(`${begin}; ${holdUp}`).simple();
    const ORG_DB = cluster.url({ database: `copied_${databases}` });
    const environment = { ORG_DB, ORG_NODE: "office" };
    await using copying = killable.start(["db", "copy", way], { environment });
    await until("it is held up", async () => {
      return (await watching.query("select from pg_locks where not granted")).length > 0;
    });
    copying.signal("SIGKILL");
    expect((await copying.ended).exitCode).not.toBe(0);
    await holding.unsafe("rollback").simple();
    holding.release();
  }

  beforeEach(async () => {
    await fill(home.paths);
    await using queue = await openSqliteQueue(home.paths.queue);
    const ids = Array.from({ length: 600 }, (_, index) => `job-${index}`);
    await Promise.all(ids.map((id) => queue.enqueue("jobs", "x", { id })));
  });

  test("into the database: no node opens the half of it, and it goes on where it was", async () => {
    // In the third page of jobs.
    await killed(
      home,
      "to",
      `insert into job values (601, 'x', 'x', 'x', 'ready', 1, 0, 0, 1, 0, null, 0, 0, 0, null, null, '""')`,
    );
    const refused = { code: "COPY_UNFINISHED" };
    await expect(open()).rejects.toMatchObject(refused);
    await expect(copyFromDatabase(settings, home.paths)).rejects.toMatchObject(refused);
    const there = await copyToDatabase(settings, home.paths);
    expect(there.kept[0]).toMatchObject({ noun: "jobs", count: 606 });
    expect(await checkDatabase(settings)).toMatchObject(there);
    expect(await copyToDatabase(settings, home.paths)).toEqual(there);
  });

  test("into a home: no command opens the half of it, and it goes on where it was", async () => {
    const there = await copyToDatabase(settings, home.paths);
    await using other = await testHome();
    // What is copied last.
    await killed(other, "from", "lock table nonce in access exclusive mode");
    expect(existsSync(other.paths.unfinishedCopy)).toBe(true);
    const stderr = expect.stringContaining("COPY_UNFINISHED");
    expect(await other.run(["jobs"])).toMatchObject({ exitCode: 78, stderr });
    expect(await copyFromDatabase(settingsFor(other), other.paths)).toEqual(there);
    expect(await other.run(["lease", "list"])).toMatchObject({ exitCode: 0 });
  });
});
