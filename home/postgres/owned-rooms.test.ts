import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import { notice } from "#test/journal/conformance-bench.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { PostgresProxy } from "#test/postgres-proxy.ts";
import { until } from "#test/until.ts";
import { isNodeThere, takeNodeName } from "./node-name.ts";
import { OwnedRooms } from "./owned-rooms.ts";
import { openPgJournal } from "./pg-journal.ts";

let cluster: PgCluster;
let parts: AsyncDisposableStack;
let first: PgClient;

beforeAll(async () => {
  cluster = await PgCluster.start();
});

afterAll(async () => await cluster[Symbol.asyncDispose]());

beforeEach(async () => {
  parts = new AsyncDisposableStack();
  first = parts.use(await cluster.client());
});

afterEach(async () => await parts.disposeAsync());

function connect(port?: number): Promise<PgClient> {
  const url = cluster.url(port === undefined ? {} : { port });
  return PgClient.open({ servers: readDatabaseUrls(url, "ORG_DB"), schema: first.schema });
}

async function roomsOf(client: PgClient, node: string, ttlMs = 15_000): Promise<OwnedRooms> {
  const journal = await openPgJournal({ client, pollMs: 50 });
  return new OwnedRooms({ journal, client, node, ttlMs });
}

function write(rooms: OwnedRooms, key: string): Promise<unknown> {
  return rooms.append("a", { key, event: notice(key) });
}

const onLost = (): void => undefined;

test("the name of a node for its rooms is another one than that for its jobs", async () => {
  await using _jobs = await takeNodeName({ client: first, node: "office", onLost });
  expect(await isNodeThere(first, "office", "rooms")).toBe(false);
  const rooms = await takeNodeName({ client: first, node: "office", scope: "rooms", onLost });
  expect(await isNodeThere(first, "office", "rooms")).toBe(true);
  expect(await isNodeThere(first, "cellar", "rooms")).toBe(false);
  await rooms[Symbol.asyncDispose]();
  expect(await isNodeThere(first, "office", "rooms")).toBe(false);
});

describe("a room", () => {
  test("belongs to the node that writes into it first, until that closes it", async () => {
    parts.use(await takeNodeName({ client: first, node: "office", scope: "rooms", onLost }));
    const office = await roomsOf(first, "office");
    const client = parts.use(await connect());
    const cellar = parts.use(await roomsOf(client, "cellar"));
    await write(office, "1");
    await expect(cellar.claim("a")).rejects.toMatchObject({
      code: "LOCK_HELD",
      message: 'The room "a" is open on node "office"',
    });
    await expect(write(cellar, "2")).rejects.toMatchObject({ code: "LOCK_HELD" });
    expect((await Array.fromAsync(cellar.read("a", 1))).map(({ key }) => key)).toEqual(["1"]);
    await office[Symbol.asyncDispose]();
    expect(await write(cellar, "2")).toEqual({ seq: 2, dup: false });
    expect(await cellar.rooms()).toMatchObject([{ room: "a", head: 2 }]);
  });

  test("of a node that is cut off is free once its time is over, and the late node is turned away", async () => {
    const proxy = parts.use(new PostgresProxy(cluster.port));
    const cutOff = parts.use(await connect(proxy.port));
    const late = parts.use(await roomsOf(cutOff, "late", 300));
    await write(late, "1");
    proxy.mute = true;
    const next = parts.use(await roomsOf(first, "next"));
    expect(await write(next, "2")).toEqual({ seq: 2, dup: false });
    proxy.mute = false;
    proxy.cut();
    await expect(write(late, "3")).rejects.toMatchObject({
      code: "LOCK_HELD",
      message: 'The room "a" does not belong to this node any more',
    });
    expect(await first.query("select from event")).toHaveLength(2);
  });

  test("of a node that was started anew is that node's at once", async () => {
    const before = parts.use(await roomsOf(first, "office", 60_000));
    await write(before, "1");
    const client = parts.use(await connect());
    const after = parts.use(await roomsOf(client, "office"));
    expect(await write(after, "2")).toEqual({ seq: 2, dup: false });
    await expect(write(before, "3")).rejects.toMatchObject({ code: "LOCK_HELD" });
  });

  test("stays with its node as long as that is heard of", async () => {
    const office = parts.use(await roomsOf(first, "office", 300));
    await write(office, "1");
    const token = async () => {
      const [row] = await first.query<{ at: string }>("select expires_at::text as at from lock");
      return Number(row?.at);
    };
    const before = await token();
    await until("it was renewed twice", async () => (await token()) > before + 150);
    expect(await write(office, "2")).toEqual({ seq: 2, dup: false });
  });

  test("that no other node took while its own was cut off goes on", async () => {
    const proxy = parts.use(new PostgresProxy(cluster.port));
    const cutOff = parts.use(await connect(proxy.port));
    const office = parts.use(await roomsOf(cutOff, "office", 100));
    await write(office, "1");
    proxy.mute = true;
    await until("its time is over", async () => {
      const held = await first.query("select from lock where expires_at > clock_ms()");
      return held.length === 0;
    });
    proxy.mute = false;
    proxy.cut();
    expect(await write(office, "2")).toEqual({ seq: 2, dup: false });
  });

  test("is closed though the server does not answer, and who waits for it hears so", async () => {
    const proxy = parts.use(new PostgresProxy(cluster.port));
    const servers = readDatabaseUrls(cluster.url({ port: proxy.port }), "ORG_DB");
    const patience = { deadlineMs: 600_000, patienceMs: 600_000 };
    const client = await PgClient.open({ servers, schema: first.schema, ...patience });
    const office = await roomsOf(client, "office");
    await write(office, "1");
    proxy.mute = true;
    const lost = write(office, "2").catch((error: unknown) => error);
    await office[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
    expect(await lost).toMatchObject({ code: "DATABASE_UNREACHABLE" });
  });
});
