import { afterAll, beforeAll, expect, test } from "bun:test";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { until } from "#test/until.ts";
import { NodeLines } from "./node-lines.ts";

const { signal: never } = new AbortController();
let cluster: PgCluster;
let client: PgClient;
let parts: AsyncDisposableStack;
let troubles: unknown[];

beforeAll(async () => {
  cluster = await PgCluster.start();
  client = await cluster.client();
  parts = new AsyncDisposableStack();
  troubles = [];
});
afterAll(async () => {
  await parts.disposeAsync();
  await client[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

function node(name: string): NodeLines {
  const report = (error: unknown) => troubles.push(error);
  // Woken alone: a test that looked by itself would not see whether it is.
  return parts.use(new NodeLines({ client, node: name, report, pollMs: 120_000 }));
}

async function kept(call: string): Promise<number> {
  const text = "select count(*)::text as n from node_line where call = $1::text";
  const [row] = await client.query<{ n: string }>(text, [call]);
  return Number(row?.n);
}

test("one node reads what another writes, as it comes and in its order, and nothing of it stays", async () => {
  const [reader, writer] = [node("reader with a name that is longer than a channel's"), node("w")];
  const lines = reader.read("c1", never);
  const writing = writer.write("c1", "reader with a name that is longer than a channel's");
  const all = ["\u0000 \ud83d", { ünï: [1] }, "x".repeat(100_000)];
  const seen: unknown[] = [];
  for (const line of all) {
    writing.push(line);
    // It is read while the next one is not written yet.
    seen.push((await lines.next()).value);
  }
  writing.push("last");
  await writing[Symbol.asyncDispose]();
  seen.push((await lines.next()).value);
  expect(seen).toEqual([...all, "last"]);
  expect(await lines.next()).toEqual({ done: true, value: true });
  expect([await kept("c1"), troubles]).toEqual([0, []]);
  expect(writing.unread.aborted).toBe(false);
});

test("a reader that comes late has all, and one that is aborted what is there", async () => {
  const [reader, writer] = [node("r"), node("w")];
  const stop = new AbortController();
  const writing = writer.write("c2", "r");
  for (const line of Array.from({ length: 200 }).keys()) {
    writing.push(line);
    if (line % 50 === 49)
      await until("it is written", async () => (await kept("c2")) > Math.floor(line / 50));
  }
  stop.abort();
  expect(await Array.fromAsync(reader.read("c2", stop.signal))).toHaveLength(200);
  await writing[Symbol.asyncDispose]();
});

test("lines that the server lost are missed", async () => {
  const [reader, writer] = [node("r"), node("w")];
  const writing = writer.write("c3", "r");
  writing.push("lost");
  await until("it is written", async () => (await kept("c3")) > 0);
  await client.query("truncate node_line");
  writing.push("late");
  await writing[Symbol.asyncDispose]();
  const lines = reader.read("c3", never);
  expect(await lines.next()).toEqual({ done: true, value: false });
});

test("a writer knows when no node reads", async () => {
  const writer = node("w");
  const writing = writer.write("c4", "r");
  writing.push("one");
  await until("it is written", async () => (await kept("c4")) > 0);
  await client.query("update node_line set at = at - 31000");
  writing.push("two");
  await until("it knows", async () => writing.unread.aborted);
  await writing[Symbol.asyncDispose]();
});
