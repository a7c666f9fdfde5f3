import { afterAll, beforeAll, expect, test } from "bun:test";
import { OneClient, PgCluster } from "#test/postgres-cluster.ts";
import { Batches, type Operation } from "./batches.ts";
import type { PgClient } from "./pg-client.ts";

let cluster: PgCluster;
let clients: OneClient;

beforeAll(async () => {
  cluster = await PgCluster.start();
  clients = new OneClient(cluster);
});

afterAll(async () => {
  await clients[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

const CALL = "select journal_apply($1::text::uuid, $2::text::json, null, 'news')::text as answer";

interface Batching {
  readonly client: PgClient;
  readonly batches: Batches;
  /** How many operations each call had. */
  readonly sizes: readonly number[];
}

async function batching(name: string, call: string = CALL): Promise<Batching> {
  const client = await clients.of(name);
  const sizes: number[] = [];
  const applied = (whole: { answers: readonly unknown[] }) => sizes.push(whole.answers.length);
  return { client, sizes, batches: new Batches({ client, call, applied }) };
}

function append(key: string): Operation {
  return ["append", "room", key, "{}", null, null, null];
}

test("what is asked for at once is one call, and is done in order", async () => {
  const { batches, sizes } = await batching("order");
  const answers = await Promise.all(["a", "b", "a"].map((key) => batches.submit(append(key))));
  expect(answers).toEqual([
    { seq: 1, dup: false },
    { seq: 2, dup: false },
    { seq: 1, dup: true },
  ]);
  expect(sizes).toEqual([3]);
});

test("more than fits into one call becomes several", async () => {
  const { batches, sizes } = await batching("many");
  const keys = Array.from({ length: 600 }, (_, index) => `${index}`);
  const answers = await Promise.all(
    keys.map((key) => batches.submit<{ seq: number }>(append(key))),
  );
  expect(answers.map(({ seq }) => seq)).toEqual(keys.map((_, index) => index + 1));
  expect(sizes).toEqual([256, 256, 88]);
});

test("what the server cannot do fails alone", async () => {
  const { batches } = await batching("alone");
  const results = await Promise.allSettled([
    batches.submit(append("1")),
    batches.submit(["dance"]),
    batches.submit(append("2")),
  ]);
  expect(results).toMatchObject([
    { value: { seq: 1, dup: false } },
    { reason: { code: "DATABASE_FAILED", why: "P0001: the journal does not know dance" } },
    { value: { seq: 2, dup: false } },
  ]);
});

test("the same batch again gives the same answer, and does nothing", async () => {
  const { client } = await batching("again");
  const ask = async (id: string) => {
    const [row] = await client.query<{ answer: string }>(CALL, [
      id,
      JSON.stringify([["acquire", "turn", "ada", 60_000]]),
    ]);
    return JSON.parse(row?.answer ?? "");
  };
  const id = crypto.randomUUID();
  expect([await ask(id), await ask(id)]).toEqual([
    { answers: [{ token: 1 }] },
    { answers: [{ token: 1 }] },
  ]);
  expect(await ask(crypto.randomUUID())).toEqual({ answers: [null] });
});

test("two copies of a batch at once are one: the later one learns what the other did", async () => {
  const { client } = await batching("copies");
  const id = crypto.randomUUID();
  const operations = JSON.stringify([["acquire", "turn", "ada", 60_000]]);
  const copies = Array.from({ length: 4 }, () =>
    client.query<{ answer: string }>(CALL, [id, operations]),
  );
  const answers = (await Promise.all(copies)).map(([row]) => row?.answer);
  expect(new Set(answers.map((answer) => JSON.stringify(JSON.parse(answer ?? ""))))).toEqual(
    new Set(['{"answers":[{"token":1}]}']),
  );
});

test("closing sends what waits, and refuses what comes later", async () => {
  const { batches } = await batching("closing");
  const last = batches.submit(append("last"));
  await batches.close();
  expect(await last).toEqual({ seq: 1, dup: false });
  await expect(batches.submit(append("late"))).rejects.toMatchObject({ code: "DATABASE_FAILED" });
});

test("where the tables are missing, each caller hears so", async () => {
  const { batches } = await batching("missing", "select no_such_function($1, $2) as answer");
  const results = await Promise.allSettled([
    batches.submit(append("1")),
    batches.submit(append("2")),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
