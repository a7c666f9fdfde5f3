import { afterAll, beforeAll, describe } from "bun:test";
import { testConformance } from "#test/journal/conformance.ts";
import { throughPg } from "#test/pg-calls.ts";
import { OneClient, PgCluster } from "#test/postgres-cluster.ts";
import { openPgJournal } from "./pg-journal.ts";

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

testConformance(async (folder, now) => openPgJournal({ client: await clients.of(folder), now }));

describe("through a client that others wrote", () => {
  testConformance(async (folder, now) => {
    const { schema } = await clients.of(folder);
    const client = throughPg(cluster.url(), schema);
    const journal = await openPgJournal({ client, now });
    const dispose = journal[Symbol.asyncDispose].bind(journal);
    return Object.assign(journal, {
      [Symbol.asyncDispose]: async () => {
        await dispose();
        await client[Symbol.asyncDispose]();
      },
    });
  });
});
