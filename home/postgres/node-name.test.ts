import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import type { OrgError } from "#core/errors.ts";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { PostgresProxy } from "#test/postgres-proxy.ts";
import { until } from "#test/until.ts";
import { takeNodeName } from "./node-name.ts";

let cluster: PgCluster;
let client: PgClient;
beforeAll(async () => {
  cluster = await PgCluster.start();
  client = await cluster.client();
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

const lost: OrgError[] = [];
const take = (node: string, on: PgClient = client) =>
  takeNodeName({
    client: on,
    node,
    onLost: (error) => lost.push(error),
    lookMs: 20,
    patienceMs: 0,
  });

/** Ends the connections that hold a lock of a session. It only asks for that: they hold it for a moment longer. */
async function cut(): Promise<void> {
  await client.query(
    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted",
  );
}

/** The processes of the server that hold a lock of a session. */
async function holders(): Promise<readonly string[]> {
  const rows = await client.query<{ readonly pid: string }>(
    "select pid::text as pid from pg_locks where locktype = 'advisory' and granted",
  );
  return rows.map(({ pid }) => pid);
}

test("a name is had once, by each of two processes under names of their own, and again when it is given up", async () => {
  {
    await using _one = await take("a");
    await using _other = await take("b");
    await expect(take("a")).rejects.toMatchObject({
      code: "NODE_TWICE",
      message: 'The node "a" is already running',
      why: expect.stringMatching(/^a process at 127\.0\.0\.1 has this name, connected since /),
    });
    expect(await holders()).toHaveLength(2);
  }
  expect(await holders()).toEqual([]);
  await using _again = await take("a");
});

test("a holder whose connection is cut takes its name again", async () => {
  await using _one = await take("c");
  const before = await holders();
  await cut();
  // By another connection: the one that was cut holds the name until the server has ended it.
  await until("it has it again", async () => {
    const now = await holders();
    return now.length === 1 && now[0] !== before[0];
  });
  await expect(take("c")).rejects.toMatchObject({ code: "NODE_TWICE" });
  expect(lost).toEqual([]);
});

test("a holder whose old connection the server still has takes its name once the server has ended that one", async () => {
  lost.length = 0;
  using proxy = new PostgresProxy(cluster.port);
  await using on = await PgClient.open({
    servers: readDatabaseUrls(cluster.url({ port: proxy.port }), "ORG_DB"),
    schema: client.schema,
  });
  await using _one = await take("e", on);
  const before = await holders();
  const tries = spyOn(on, "reserve");
  proxy.cutClients();
  // At every look it is refused its name by what is left of itself.
  await until("it has tried", async () => tries.mock.calls.length > 3);
  expect([lost, await holders()]).toEqual([[], before]);
  await cut();
  await until("it has it again", async () => {
    const now = await holders();
    return now.length === 1 && now[0] !== before[0];
  });
  expect(lost).toEqual([]);
});

test("a holder that finds its name with another process is told so, once", async () => {
  await using _slow = await take("d");
  const other = await client.reserve();
  // Waits in the server: it has the lock in the moment in which the holder loses it.
  const having = other
    .unsafe("select pg_advisory_lock(hashtextextended($1::text, 0))", [
      `org jobs of ${client.schema} d`,
    ])
    .execute();
  await until("it waits", async () => {
    const text = "select 1 from pg_locks where locktype = 'advisory' and not granted";
    return (await client.query(text)).length > 0;
  });
  await cut();
  await having;
  await until("the holder knows", async () => lost.length > 0);
  expect(lost).toMatchObject([{ code: "NODE_TWICE" }]);
  await other.unsafe("select pg_advisory_unlock_all()");
  other.release();
});
