/** The journal of several nodes, and what becomes of it when the way to the server is cut. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Client } from "pg";
import type { JournaledEvent } from "#core/events.ts";
import { Conflict, type Entry, Fenced } from "#core/journal.ts";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { migrate } from "#platform/postgres/migrations.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import { notice } from "#test/journal/conformance-bench.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { PostgresProxy } from "#test/postgres-proxy.ts";
import { until } from "#test/until.ts";
import { MIGRATIONS } from "./migrations.ts";
import { openPgJournal, type PgJournal } from "./pg-journal.ts";

let cluster: PgCluster;

beforeAll(async () => {
  cluster = await PgCluster.start();
});

afterAll(async () => await cluster[Symbol.asyncDispose]());

/** Nodes on the same tables. */
class Nodes implements AsyncDisposable {
  readonly schema: string = `nodes_${crypto.randomUUID().slice(0, 8)}`;
  readonly #parts = new AsyncDisposableStack();

  /** One connection: it is there from the beginning, so that no later one is lost on its way. */
  async open(port: number = cluster.port): Promise<PgClient> {
    const { schema } = this;
    const servers = readDatabaseUrls(cluster.url({ port }), "ORG_DB");
    const client = this.#parts.use(await PgClient.open({ servers, schema, connections: 1 }));
    await migrate(client, MIGRATIONS);
    return client;
  }

  /** Its first call is behind it: the statement is known to the server, and the next one is a single message. */
  async add(port?: number): Promise<PgJournal> {
    const client = await this.open(port);
    // Who is only woken by notifications would wait for ever here, were one lost.
    const journal = this.#parts.use(await openPgJournal({ client, pollMs: 60_000 }));
    await journal.acquire(crypto.randomUUID(), "stranger", 1);
    return journal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}

function append(journal: PgJournal, room: string, key: string): Promise<unknown> {
  return journal.append(room, { key, event: notice(key) });
}

describe("an answer that is lost on its way", () => {
  test("is asked for again, and what was done is not done twice", async () => {
    await using nodes = new Nodes();
    using proxy = new PostgresProxy(cluster.port);
    const node = await nodes.add(proxy.port);
    const other = await nodes.open();
    proxy.deaf = true;
    // Without an id of the batch the second try would find the lock taken, by itself.
    const asked = node.acquire("turn", "ada", 60_000);
    const committed = "select 1 from lock where owner = 'ada'";
    await until("it is committed", async () => (await other.query(committed)).length === 1);
    proxy.cut();
    proxy.deaf = false;
    expect(await asked).toEqual({ token: 1 });
  });

  test("leaves one entry, whether the call had arrived or not", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }), async (losses) => {
        await using nodes = new Nodes();
        using proxy = new PostgresProxy(cluster.port);
        const node = await nodes.add(proxy.port);
        const other = await nodes.add();
        for (const [index, arrives] of losses.entries()) {
          proxy[arrives ? "deaf" : "mute"] = true;
          const asked = append(node, "a", `${index}`);
          if (arrives) await until("it is committed", async () => (await other.head("a")) > index);
          proxy.cut();
          proxy.deaf = proxy.mute = false;
          expect(await asked).toEqual({ seq: index + 1, dup: false });
        }
        expect((await entries(other, "a")).map(({ key }) => Number(key))).toEqual([
          ...losses.keys(),
        ]);
      }),
      { numRuns: 5 },
    );
  });

  test("is waited for while the server starts again", async () => {
    await using nodes = new Nodes();
    const node = await nodes.add();
    await append(node, "a", "before");
    await cluster.stop("SIGQUIT");
    const during = append(node, "a", "during");
    await cluster.restart();
    expect(await during).toEqual({ seq: 2, dup: false });
  });
});

describe("several nodes", () => {
  test("number the entries of a room without gaps, each node its own in their order", async () => {
    await using nodes = new Nodes();
    const journals = [await nodes.add(), await nodes.add(), await nodes.add()];
    await Promise.all(
      journals.map(async (journal, node) => {
        for (let n = 0; n < 40; n += 1) await append(journal, "a", `${node} ${n}`);
      }),
    );
    const found = await entries(journals[0], "a");
    expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
    for (const node of [0, 1, 2]) {
      const own = found.map(({ key }) => key).filter((key) => key.startsWith(`${node} `));
      expect(own).toEqual(Array.from({ length: 40 }, (_, n) => `${node} ${n}`));
    }
  });

  test("one of them gets through where all expect the same head", async () => {
    await using nodes = new Nodes();
    const journals = [await nodes.add(), await nodes.add()];
    const race = journals.map((journal, node) =>
      journal.append("a", { key: `${node}`, event: notice("") }, { expect: 0 }),
    );
    const results = await Promise.allSettled(race);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({
      reason: expect.any(Conflict),
    });
  });

  test("an owner whose lock went to another node writes nothing any more", async () => {
    await using nodes = new Nodes();
    const [late, next] = [await nodes.add(), await nodes.add()];
    const lock = await late.acquire("room:a", "late", 50);
    const fence = { name: "room:a", token: lock?.token ?? 0 };
    await late.append("a", { key: "1", event: notice("") }, { fence });
    const taken = await until(
      "the lock has ended",
      async () => (await next.acquire("room:a", "next", 60_000)) ?? undefined,
    );
    expect(taken).toEqual({ token: 2 });
    const refused = late.append("a", { key: "2", event: notice("") }, { fence });
    await expect(refused).rejects.toThrow(Fenced);
    await expect(refused).rejects.toMatchObject({ holder: "next" });
    expect(await next.head("a")).toBe(1);
  });

  test("a reader on one is woken by what another writes", async () => {
    await using nodes = new Nodes();
    const [writer, reader] = [await nodes.add(), await nodes.add()];
    const live = reader.read("a", 1, { live: true })[Symbol.asyncIterator]();
    const first = live.next();
    await append(writer, "a", "1");
    expect((await first).value).toMatchObject({ seq: 1, key: "1" });
    await live.return?.(undefined);
  });

  test("a reader looks again once the way to its server is back", async () => {
    await using nodes = new Nodes();
    using proxy = new PostgresProxy(cluster.port);
    const [writer, reader] = [await nodes.add(), await nodes.add(proxy.port)];
    await append(writer, "a", "1");
    const live = reader.read("a", 1, { live: true })[Symbol.asyncIterator]();
    await live.next();
    const next = live.next();
    proxy.cut();
    await append(writer, "a", "2");
    expect((await next).value).toMatchObject({ key: "2" });
    await live.return?.(undefined);
  });
});

test("another client of PostgreSQL reads what was written, to the letter", async () => {
  await using nodes = new Nodes();
  const journal = await nodes.add();
  const events: JournaledEvent[] = [
    notice(`\u0000 \ud83d\ude00 "' ünï\n`),
    notice("half a pair: \ud83d"),
    notice("x".repeat(70_000)),
  ];
  for (const [index, event] of events.entries()) {
    await journal.append("ein raum", { key: `ключ ${index}`, event });
  }
  const client = new Client({ connectionString: cluster.url() });
  await client.connect();
  const { rows } = await client.query(
    `select room, seq, key, body from ${nodes.schema}.event order by seq`,
  );
  await client.end();
  expect(rows.map(({ room, seq, key }) => [room, seq, key])).toEqual(
    events.map((_, index) => ["ein raum", `${index + 1}`, `ключ ${index}`]),
  );
  expect(rows.map(({ body }) => JSON.parse(body))).toEqual(events);
});

test.each(["a\0b", "half \ud83d"])("%j names no room, and spoils no neighbour", async (name) => {
  await using nodes = new Nodes();
  const journal = await nodes.add();
  const results = await Promise.allSettled([
    append(journal, "a", "1"),
    append(journal, name, "1"),
    append(journal, "a", name),
    journal.head(name),
    journal.acquire(name, "ada", 1),
    append(journal, "a", "2"),
  ]);
  expect(results).toMatchObject([
    { value: { seq: 1 } },
    ...Array.from({ length: 4 }, () => ({ reason: { code: "INPUT_INVALID" } })),
    { value: { seq: 2 } },
  ]);
});

test("a journal of a newer version is neither read nor written", async () => {
  await using nodes = new Nodes();
  await nodes.add();
  const servers = readDatabaseUrls(cluster.url(), "ORG_DB");
  await using client = await PgClient.open({ servers, schema: nodes.schema });
  await client.query("insert into migration (version) values (999)");
  await expect(openPgJournal({ client })).rejects.toMatchObject({ code: "DATABASE_NEW" });
});

function entries(journal: PgJournal | undefined, room: string): Promise<Entry[]> {
  if (journal === undefined) throw new Error("There is no such node");
  return Array.fromAsync(journal.read(room, 1));
}
