import { afterAll, beforeAll } from "bun:test";
import { testConformance } from "#test/journal/conformance.ts";
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
