/** A primary and its standby: what is said of them, and a fail-over. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { migrate } from "#platform/postgres/migrations.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import { type FailOverResult, failOver } from "#test/journal/fail-over.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { PostgresProxy } from "#test/postgres-proxy.ts";
import { until } from "#test/until.ts";
import { DatabaseProbe, databaseCheck } from "./database-check.ts";
import { MIGRATIONS } from "./migrations.ts";
import { type DatabaseState, databaseState } from "./standby.ts";

const parts = new AsyncDisposableStack();
let primary: PgCluster;
let admin: PgClient;

beforeAll(async () => {
  primary = parts.use(await PgCluster.start());
  admin = parts.use(await open(primary.url()));
  await migrate(admin, MIGRATIONS);
});

afterAll(async () => await parts.disposeAsync());

function open(urls: string): Promise<PgClient> {
  return PgClient.open({ servers: readDatabaseUrls(urls, "ORG_DB") });
}

function stateWith(standby: DatabaseState["standby"]): Promise<DatabaseState> {
  return until(`the standby is ${standby}`, async () => {
    const state = await databaseState(admin);
    return state.standby === standby && state;
  });
}

const FAULTS = ["lost", "twice", "invented", "gaps", "stale", "lostJobs"] as const;

function faultsOf(result: FailOverResult): readonly string[] {
  return FAULTS.filter((name) => result[name].length > 0);
}

async function check(servers = 1) {
  return await databaseCheck(() => open(primary.url()), servers).run(AbortSignal.timeout(600_000));
}

test("a server by itself is fine where one address is named, and a risk where there are several", async () => {
  expect(await databaseState(admin)).toEqual({
    ...{ server: `127.0.0.1:${primary.port}/postgres`, role: "primary", standby: "none" },
    ...{ lagMs: 0, isLossy: false },
  });
  expect(await check()).toMatchObject({
    state: "ok",
    detail: expect.stringContaining("no standby"),
  });
  expect(await check(2)).toMatchObject({
    state: "warning",
    remedies: [expect.stringContaining("synchronous_standby_names")],
  });
});

test("a server that confirms before it has written is a risk", async () => {
  await admin.query("alter database postgres set synchronous_commit = off");
  const risky = await check();
  await admin.query("alter database postgres reset synchronous_commit");
  expect(risky).toMatchObject({ state: "warning", remedies: [expect.stringContaining("= on")] });
});

test("a database that cannot be reached is a fault, with what helps", async () => {
  const away = () => open(primary.url({ port: 1 }));
  expect(await databaseCheck(away, 1).run(AbortSignal.timeout(600_000))).toMatchObject({
    state: "fault",
    detail: expect.stringContaining("[DATABASE_UNREACHABLE]"),
    remedies: [expect.stringContaining("pg_isready")],
  });
});

test("what a synchronous standby has confirmed is there after a fail-over, and the node goes on", async () => {
  const way = parts.use(new PostgresProxy(primary.port));
  const standby = parts.use(await PgCluster.start({ standbyOf: primary, via: way.port }));
  await stateWith("async");
  expect(await check(2)).toMatchObject({
    state: "warning",
    detail: expect.stringContaining("asynchronous"),
  });
  const refused = open(standby.url());
  await expect(refused).rejects.toMatchObject({
    code: "DATABASE_READ_ONLY",
    why: "it is a standby",
  });
  await admin.query("alter system set synchronous_standby_names = '*'");
  await admin.query("select pg_reload_conf()");
  await stateWith("sync");
  expect(await check(2)).toMatchObject({ state: "ok" });

  await using client = await open(`${standby.url()},${primary.url()}`);
  const probe = new DatabaseProbe(client);
  expect(await probe.health()).toMatchObject({ primary: true, standby: "sync" });
  expect(await probe.trouble()).toBeUndefined();
  const result = await failOver({ primary, standby, way, isSynchronous: true, lines: 100 });
  expect(faultsOf(result)).toEqual([]);
  expect(result.confirmed).toBeGreaterThanOrEqual(400);
  await client.query("select");
  expect(await client.serverName()).toBe(`127.0.0.1:${standby.port}/postgres`);
});

test("what an asynchronous standby had not heard of is lost by a fail-over", async () => {
  await using alone = await PgCluster.start();
  await using tables = await open(alone.url());
  await migrate(tables, MIGRATIONS);
  using wire = new PostgresProxy(alone.port);
  await using standby = await PgCluster.start({ standbyOf: alone, via: wire.port });
  const ways = { primary: alone, standby, way: wire };
  const result = await failOver({ ...ways, isSynchronous: false, lines: 50 });
  expect(faultsOf(result)).toContain("lost");
  expect(faultsOf(result)).toContain("lostJobs");
});

test("while no server answers, what asks for work is told so within seconds", async () => {
  // The primary of the test before is gone.
  const probe = new DatabaseProbe(admin);
  expect(await probe.trouble()).toEqual({ code: "DATABASE_UNREACHABLE", remedy: "org db check" });
  expect(await probe.health()).toEqual({
    ...{ primary: false, lag_ms: 0, standby: "none", error: "DATABASE_UNREACHABLE" },
  });
});
