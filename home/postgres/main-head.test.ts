import { afterAll, beforeAll, expect, test } from "bun:test";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { migrate } from "#platform/postgres/migrations.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { MainHeads } from "./main-head.ts";
import { MIGRATIONS } from "./migrations.ts";
import { openPgJournal } from "./pg-journal.ts";

let cluster: PgCluster;
const parts = new AsyncDisposableStack();

beforeAll(async () => {
  cluster = await PgCluster.start();
});

afterAll(async () => {
  await parts.disposeAsync();
  await cluster[Symbol.asyncDispose]();
});

async function node(name: string): Promise<MainHeads> {
  const servers = readDatabaseUrls(cluster.url(), "ORG_DB");
  const client = parts.use(await PgClient.open({ servers, schema: "heads", connections: 1 }));
  await migrate(client, MIGRATIONS);
  const locks = parts.use(await openPgJournal({ client }));
  return new MainHeads({ client, locks, node: name });
}

test("one node at a time moves main, and only that one announces it", async () => {
  const [a, b] = [await node("a"), await node("b")];
  expect(await a.head()).toBeUndefined();
  const waits: string[] = [];
  {
    await using _held = await a.lock();
    await a.confirm();
    await a.announce({ commit: "one", tag: "promotion/1" });
    expect(await b.head()).toBe("one");
    const other = b.lock({ waitMs: 0 });
    await expect(other).rejects.toMatchObject({
      code: "LOCK_HELD",
      why: expect.stringContaining("Node a holds"),
    });
    await expect(b.confirm()).rejects.toMatchObject({ code: "LOCK_HELD" });
    await expect(b.announce({ commit: "two", tag: "x" })).rejects.toMatchObject({
      code: "LOCK_HELD",
    });
    const stop = new AbortController();
    const onWait = (text: string): void => {
      waits.push(text);
      stop.abort(new Error("enough"));
    };
    await expect(b.lock({ onWait, signal: stop.signal })).rejects.toThrow();
  }
  expect(waits).toEqual(["waits for node a, which promotes or rolls back"]);
  await using _next = await b.lock();
  await b.announce({ commit: "two", tag: "promotion/2" });
  expect(await a.head()).toBe("two");
  await expect(a.announce({ commit: "three", tag: "x" })).rejects.toMatchObject({
    code: "LOCK_HELD",
  });
});

test("a node that was stopped past its lock may neither push nor announce", async () => {
  const [late, next] = [await node("late"), await node("next")];
  await using _late = await late.lock();
  const servers = readDatabaseUrls(cluster.url(), "ORG_DB");
  await using client = await PgClient.open({ servers, schema: "heads", connections: 1 });
  await client.query("update lock set expires_at = 0 where name = 'promoter'");
  await using _next = await next.lock();
  const refused = { code: "LOCK_HELD", why: expect.stringContaining("now with: next") };
  await expect(late.confirm()).rejects.toMatchObject(refused);
  await expect(late.announce({ commit: "x", tag: "x" })).rejects.toMatchObject(refused);
  await next.confirm();
});
